"""
What follows what: how affect shifts after each move.
"""
