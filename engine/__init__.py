"""The engine: networks, data, training, runs and export. It may import nothing of Qt and nothing of gui."""
