"""The Runs page: every run there was, their curves over each other. It may import engine and what pages share."""
