"""
From a source, in whatever form, to a `Session`.
"""

from aftermove.parsing.reader import READERS, parse, read, read_all

__all__ = ["READERS", "parse", "read", "read_all"]
