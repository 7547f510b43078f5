"""
What follows what: how affect shifts after each move.
"""

from aftermove.sequence.shifts import find_shifts

__all__ = ["find_shifts"]
