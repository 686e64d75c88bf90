"""The Results page: a trained run measured on examples it never saw.

It may import engine and what pages share.

`page` picks what is measured and shows it target by target (`heads`): `picture_card` at a glance, as `confusion`,
`pairs` or `ranking`, `class_table` each class in numbers, `cases_card` the examples, `next_words` those of texts.
"""
