"""Processes beside this one: `spawned` starts one, `apart` lets one do a single piece of work that may end it.

It may import system and what lies below; no torch.
"""
