"""The Network page: palette, stack of cards, gestures. It may import engine and gui's shared modules; it knows no other page."""
