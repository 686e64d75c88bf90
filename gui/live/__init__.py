"""The run on the screen; `session` is the only seam to the worker.

It may import the open project, its data, and kit.

`session` starts, drains and ends, `runner` holds the thread; `run` is what is known of it, `curves` and `knobs` parts
of that, `cross_validation` one run of several; `chosen` is the run that pages are about, `past` the last one of a
project that is opened again; `forecast` says what a run would cost.
"""
