"""Tables of losses, optimizers, schedules and metrics. It may import layers (for activations and calls), nothing above.

Only `measure` loads torch; it is imported by what loads torch anyway.
"""
