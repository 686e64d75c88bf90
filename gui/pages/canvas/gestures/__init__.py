"""Mouse and keys on the canvas, until they have become an edit.

It may import editing, drawing and layout.

`canvas` lists what is used of the view; `pointer` follows a press, `gestures` and `rubber` are what it begins;
`walking` goes by keys.
"""
