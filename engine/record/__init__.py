"""What is told and kept of a run: events, wishes, and the files of its folder.

Free of torch, so that window and commands read it at once. It may import data settings and what lies below.
"""
