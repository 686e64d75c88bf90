"""Several devices that train one network: each takes its share of every batch.

Read replicas, helper, sharding.

It may import the learner and what lies below.
"""
