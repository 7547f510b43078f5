"""
How far coders agree: people among themselves, or the library with them.
"""

from aftermove.agreements.compare import agreement
from aftermove.agreements.table import Agreement, CodeAgreement, Estimate

__all__ = ["Agreement", "CodeAgreement", "Estimate", "agreement"]
