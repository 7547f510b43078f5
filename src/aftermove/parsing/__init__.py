"""
From a source, in whatever form, to a `Session`.
"""

from aftermove.parsing.reader import READERS, parse, read, read_all
from aftermove.parsing.writing import WRITERS, write

__all__ = ["READERS", "WRITERS", "parse", "read", "read_all", "write"]
