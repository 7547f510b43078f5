"""
Forms of files that are known and not read, each with what to do instead.
"""

from typing import Final

from aftermove.errors import TranscriptError
from aftermove.parsing.decoding import Source

__all__ = ["refuse_foreign"]

_AS_DOCX: Final = "open it and save it as .docx or as plain text"
_REMEDY_BY_START: Final = {
    "\xd0\xcf\x11\xe0": f"the source is an old binary Office document, as .doc is; {_AS_DOCX}",
    "{\\rtf": f"the source is rich text (.rtf); {_AS_DOCX}",
    "%PDF-": "the source is a PDF; export its text, or the document it was made from",
    "ooBinaryFile": "the source is a binary file of Praat's; open it and use 'Save as text file'",
}


def refuse_foreign(source: Source) -> None:
    """
    Refuse a source whose first bytes are those of a form that isn't read.

    Raises:
        TranscriptError: With the remedy.
    """
    text = source.text
    head = source.raw[:16].decode("latin-1") if text is None else text[:16]
    for start, reason in _REMEDY_BY_START.items():
        if head.startswith(start):
            raise TranscriptError([reason], [1 if text is not None else None])
