"""The Export page: what a run has learned, taken away as files. It may import engine and what pages share."""
