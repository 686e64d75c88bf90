"""What a column holds, and how that becomes numbers and back.

In reading order: `vectors`, whole columns at once; `fitting`, what the training rows teach about them;
`scaling`, numbers around zero; `words`, texts.
"""
