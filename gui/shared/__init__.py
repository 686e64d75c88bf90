"""What several pages use and what knows the project.

It may import live and kit.
"""
