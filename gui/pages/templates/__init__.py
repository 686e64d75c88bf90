"""The templates page: well-known networks as pictures of themselves.

It may import gui's context and look, the table of templates and the plan they are drawn from, no other page.
"""
