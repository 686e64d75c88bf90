"""Data: sources, preparation fitted on the training split, splits. It may import what lies below (settings, facts, choices)."""
