"""Icons, samples and translations: files the app ships with, read through importlib.resources. It imports nothing."""
