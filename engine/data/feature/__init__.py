"""What a column holds, and how that becomes numbers and back.

`table` lists the features: `number`, `category`, `ordered`, `date`, `picture`, `text`, `ignored`; `base` says what each
has. What they use, in reading order: `vectors`, whole columns at once; `fitting`, what the training rows teach about
them; `scaling`, numbers around zero; `targets`, classes and numbers to predict; `pixels`, pictures; of texts `words`,
`unigram`, `tokens`, `text_lengths` and `token_ids`.
"""
