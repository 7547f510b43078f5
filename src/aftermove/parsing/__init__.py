"""
From a source, in whatever form, to a `Session`.
"""
