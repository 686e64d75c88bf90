"""Tables of losses, optimizers, schedules and metrics. It may import layers (for activations and calls), nothing above."""
