"""
What speech-to-text tools write in JSON: who was heard when, by segment or by word.

No library reads more than one tool's own; each tool is one function in `speech_tools`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from aftermove.errors import TranscriptError
from aftermove.model import Problem, Role
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.loading import as_text, load, looks_like_json
from aftermove.parsing.roles import key_of
from aftermove.parsing.speech_tools import TOOLS, Piece, Walk, at

__all__ = ["SPEECH"]

_NOBODY: Final = "Unnamed"

# What the tools call their lists.  They may stand behind the whole text, an hour of talk long, so
# all of it is looked through.
_LIST: Final = re.compile(
    r'"(?:segments|results|monologues|recognizedPhrases|sentences|transcription)"\s*+:\s*+[\[{]'
)
# Chats have these as well, though without confidences: their times are in seconds.
_SHARED_LIST: Final = re.compile(r'"(?:utterances|words)"\s*+:\s*+\[')
_CONFIDENCE: Final = re.compile(r'"confidence"\s*+:')
_PART: Final = re.compile(
    r'"(?:start|start_time|startTime|startOffset|ts|offsetInTicks|offsets|alternatives)"\s*+:'
)
# Chats tell it, and no recogniser does.
_ROLE: Final = re.compile(r'"role"\s*+:')

# Where a tool's document may stand in that of the service.
_WRAPPERS: Final = ((), ("response",), ("data", "transcript"))
_WHOLE_TEXT: Final = ("text", "transcript")

_NO_SPEECH: Final = (
    "the JSON is of no speech-to-text tool known here; export text, WebVTT or SubRip instead"
)


def _sniff(source: Source) -> float:
    text = source.text
    if text is None or not looks_like_json(source) or _ROLE.search(text):
        return 0.0
    listed = _LIST.search(text) or (_SHARED_LIST.search(text) and _CONFIDENCE.search(text))
    return 0.7 if listed and _PART.search(text) else 0.0


def _read(source: Source, _: Given) -> Iterator[Transcript]:
    loaded = load(source)
    document = loaded.values[0].value if len(loaded.values) == 1 else None
    # The segments may be saved alone.
    if isinstance(document, list):
        document = {"segments": document}
    inner, walk = _known(document)
    said, problems = _said(walk(inner))
    if not said:
        raise TranscriptError(["no segment holds any words; check the export"], [None])
    # Those who aren't named are nobody's counterpart: there may be any number of them.
    nobody = {key_of(_NOBODY): Role.UNKNOWN}
    metadata = _metadata(document, inner)
    yield Transcript(said, [*loaded.problems, *problems], metadata, nobody, glue=" ")


def _known(document: object) -> tuple[Any, Walk]:
    """
    The part of the document that a tool wrote, and what walks it.
    """
    for path in _WRAPPERS:
        inner = at(document, *path)
        for fits, walk in TOOLS:
            if fits(inner):
                return inner, walk
    raise TranscriptError([_NO_SPEECH], [None])


def _said(pieces: Iterable[Piece]) -> tuple[list[Said], list[Problem]]:
    said: list[Said] = []
    problems: list[Problem] = []
    for place, piece in enumerate(pieces, start=1):
        if not piece.text:
            problems.append(_broken(place, piece))
            continue
        if piece.unread:
            reason = f"piece {place} has a time that is no number from 0 up; mend it"
            left = ", ".join(map(as_text, piece.unread))
            problems.append(Problem(code="unread-time", reason=reason, text=left))
        end = piece.end
        if end is not None and piece.start is not None and end < piece.start:
            reason = f"piece {place} ends before it starts; the end was left out; mend the times"
            problems.append(Problem(code="times-reversed", reason=reason, text=str(end)))
            end = None
        name = piece.speaker or _NOBODY
        said.append(Said(key_of(name) or name, name, piece.text, None, piece.start, end))
    if any(each.name == _NOBODY for each in said):
        reason = "some segments name nobody who speaks; transcribe with speaker labels"
        problems.append(Problem(code="unnamed", reason=reason))
    return said, problems


def _broken(place: int, piece: Piece) -> Problem:
    reason = f"piece {place} holds no words, or not where they should be; mend it"
    return Problem(code="broken-segment", reason=reason, text=as_text(piece.source))


def _metadata(document: object, inner: object) -> dict[str, str]:
    """
    The strings and numbers around the talk, but for the whole text, which the segments hold.
    """
    metadata: dict[str, str] = {}
    for headers in (inner, at(inner, "metadata"), at(inner, "results"), document):
        for key, value in headers.items() if isinstance(headers, dict) else ():
            if isinstance(value, (str, int, float)) and key not in _WHOLE_TEXT:
                while metadata.get(key, as_text(value)) != as_text(value):
                    key += "'"  # noqa: PLW2901  # of one name, with another value
                metadata[key] = as_text(value)
    return metadata


SPEECH: Final = Reader(sniff=_sniff, read=_read)
