"""The window. It may import engine and resources; it never imports torch, and the engine never imports it."""
