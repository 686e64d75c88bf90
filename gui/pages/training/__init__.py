"""The Training page: settings before a run, the curves while it goes on. It may import engine and what pages share."""
