"""All that is needed to go on from a step: taken, written, put back, and when.

Read snapshot, schedule, best, scratch.

It may import the learner and what lies below.
"""
