"""What is told and kept of a run: events, wishes, and the files of its folder.

Read states, events, control, execution, request; files, database, rows, snapshots, thinning; reading, repair, legacy,
index; early_stopping, time_left, timing.

Free of torch, so that window and commands read it at once. It may import data settings and what lies below.
"""
