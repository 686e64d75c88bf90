"""The Network page: palette, stack of cards, gestures. It may import engine and what pages share."""
