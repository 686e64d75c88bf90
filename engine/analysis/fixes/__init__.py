"""Edits that cure a network: adapters, joins, other values of a setting.

It may import findings and shapes, no problem.
"""
