"""The panel at the right: settings, measures and code of the chosen layer. It may import engine and shared gui."""
