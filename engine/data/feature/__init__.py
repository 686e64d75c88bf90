"""What a column holds, and how that becomes numbers and back.

In reading order: `vectors`, whole columns at once; `scaling`, numbers around zero; `words`, texts.
"""
