"""Training speed side by side: Layerdeck, loops written by hand, Lightning, Keras. `python -m benchmarks.speed --help`.

`cases` and `turns` import neither torch nor the engine, so that every contestant can use them.
"""
