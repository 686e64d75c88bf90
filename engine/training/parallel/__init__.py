"""Several devices that train one network: each takes its share of every batch.

Read replicas, helper, sharding, processes.

It may import the learner and what lies below.
"""
