"""
Annotated recordings, with tiers of talk and codes along a line of time: ELAN's and Praat's.
"""

from collections.abc import Iterator
from typing import Final

from aftermove.parsing.decoding import Source
from aftermove.parsing.elan import is_elan, read_elan
from aftermove.parsing.forms import Given, Reader, Transcript
from aftermove.parsing.praat import is_praat, read_praat

__all__ = ["ANNOTATED"]


def _sniff(source: Source) -> float:
    text = source.text or ""
    return 1.0 if is_elan(text) or is_praat(text) else 0.0


def _read(source: Source, given: Given) -> Iterator[Transcript]:  # noqa: ARG001  # the seam's own
    text = source.text or ""
    yield read_elan(text) if text[:100].lstrip().startswith("<") else read_praat(text)


ANNOTATED: Final = Reader(sniff=_sniff, read=_read)
