"""Mouse and keys on the canvas, until they have become an edit.

It may import editing, drawing and layout.
"""
