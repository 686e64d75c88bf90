"""Runs on disk: their folders, the list of them, and measuring a trained network.

It may import training and what lies below.
"""
