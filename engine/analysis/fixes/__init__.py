"""Edits that cure a network: adapters, joins, other values of a setting.

Read cures, adapters, joins, steps, tuning.

It may import findings and shapes, no problem.
"""
