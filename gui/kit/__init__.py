"""Widgets and forms that know no project; they could serve another app.

It may import the engine's settings classes, no other room of gui.
"""
