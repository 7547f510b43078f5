"""
Codings for the programs in which people code: REFI-QDA projects, and ELAN's annotations.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from aftermove.codings.elan import elan_file
from aftermove.codings.refi import refi_file
from aftermove.errors import FileAccessError, ModelError, UnknownNameError
from aftermove.model import SessionAnalysis

__all__ = ["write_codings"]

_WRITERS: Final[Mapping[str, Callable[[tuple[SessionAnalysis, ...]], bytes]]] = {
    ".eaf": elan_file,
    ".qdpx": refi_file,
}


def write_codings(
    analyses: SessionAnalysis | Iterable[SessionAnalysis], path: str | os.PathLike[str]
) -> None:
    """
    Write what was found as codes on the talk, for a program in which people read and code.

    Args:
        analyses: One, or for ``.qdpx`` any number, each with an id of its own.
        path: Where to write it; its suffix tells the form.  ``.qdpx`` is a REFI-QDA project, which
            QualCoder, MAXQDA, NVivo, ATLAS.ti and others import: each session as a document, each
            behaviour, technique, state and stance as a code on the words that show it, or on the
            turn where there are none.  ``.eaf`` is an annotation file of ELAN: a tier of talk for
            each speaker, and beneath it tiers for behaviour and techniques, or for valence, states
            and stance.

    Raises:
        ModelError: If there is no analysis, ids come twice, or, for ELAN, there are several, a turn
            tells no start, or the turns of a speaker overlap.
        UnknownNameError: If the suffix is neither.
        FileAccessError: If the file can't be written.

    .. versionadded:: 0.1.0
    """
    given = [analyses] if isinstance(analyses, SessionAnalysis) else list(analyses)
    if not given or not all(isinstance(each, SessionAnalysis) for each in given):
        raise ModelError("write_codings", "takes an analysis, or several")
    if len({each.session.id for each in given}) < len(given):
        raise ModelError("write_codings", "two sessions have the same id; give each its own")
    suffix = Path(path).suffix.casefold()
    if suffix not in _WRITERS:
        raise UnknownNameError("form of codings", suffix, tuple(_WRITERS))
    content = _WRITERS[suffix](tuple(given))
    try:
        Path(path).write_bytes(content)
    except (OSError, ValueError) as error:
        # A path with a NUL or a lone surrogate is a ValueError.
        reason = getattr(error, "strerror", None) or "can't be written"
        raise FileAccessError(ascii(os.fspath(path))[1:-1], f"{reason}; check the path") from None
