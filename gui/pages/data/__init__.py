"""The Data page: what is loaded, how it is read and split. It may import engine and what pages share."""
