"""The window around the pages: header, rail, menus, opening and saving, recovery.

It may import pages and all below them.
"""
