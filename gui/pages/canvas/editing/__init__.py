"""What a person can do to the stack, as edits of the document, and the menus that offer it.

It may import palette and layout.
"""
