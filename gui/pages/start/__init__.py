"""The start page: your data, samples as pictures, recent projects.

It may import gui's context and look and the table of samples, no other page.
"""
