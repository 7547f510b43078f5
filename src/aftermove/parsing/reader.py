"""
From a file or a text to its session: the form is told by the content, and read by its reader.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Final

from aftermove.errors import (
    FileAccessError,
    ModelError,
    TranscriptError,
    TranscriptProblemsError,
    may_be_talk,
)
from aftermove.model import Problem, Session, Speaker, Turn
from aftermove.parsing.annotated import ANNOTATED
from aftermove.parsing.captions import CAPTIONS
from aftermove.parsing.chat import CHAT
from aftermove.parsing.decoding import Source
from aftermove.parsing.foreign import refuse_foreign
from aftermove.parsing.forms import Given, Reader, Said, Transcript, drained, of_form
from aftermove.parsing.labelled import LABELLED
from aftermove.parsing.messages import MESSAGES
from aftermove.parsing.roles import cast, given_roles
from aftermove.parsing.speech import SPEECH
from aftermove.parsing.tabular import TABULAR
from aftermove.parsing.word import WORD

__all__ = ["READERS", "parse", "read", "read_all"]

READERS: Final[Mapping[str, Reader]] = {
    "annotated": ANNOTATED,
    "captions": CAPTIONS,
    "chat": CHAT,
    "labelled": LABELLED,
    "messages": MESSAGES,
    "speech": SPEECH,
    "tabular": TABULAR,
    "word": WORD,
}


def read(
    path: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002  # the contract's name
    roles: Mapping[str, str] | None = None,
    encoding: str | None = None,
    join: bool = True,  # noqa: FBT001, FBT002
    strict: bool = False,  # noqa: FBT001, FBT002
    *,
    columns: Mapping[str, str] | None = None,
) -> Session:
    """
    The one session that a file holds.

    Args:
        path: Of the file; its name without suffix becomes the session's id.
        format: A name in `READERS`; `None` to have it told by the content.
        roles: The role of each speaker by name, as in ``{"Dr. A.": "therapist"}``; case, markup
            and numbers of turns make no difference.  Wins over what the names tell.
        encoding: Any that Python knows; `None` to have it told by the bytes.
        join: Whether neighbouring pieces of one speaker become one turn.
        strict: Whether any problem is an error.
        columns: For tables, the heading of the column that holds each thing, as in
            ``{"text": "utterance", "speaker": "who"}``; those left out are told by their headings.

    Returns:
        The turns as written, with their marks and roles, and all else that the file holds as
        metadata or as problems.

    Raises:
        FileAccessError: If the file is missing, or can't be read.
        UnknownNameError: If there is no such format, role, encoding or column.
        MissingExtraError: If the format's extra isn't installed.
        TranscriptError: If the file holds no turn or several sessions, or isn't in the encoding.
        TranscriptProblemsError: With *strict*, if there are problems: it tells all of them, and is
            both a `TranscriptError` and a group with one for each.
    """
    sessions = read_all(path, format, roles, encoding, join, strict, columns=columns)
    return _only(sessions, str(path))


def read_all(
    path: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002
    roles: Mapping[str, str] | None = None,
    encoding: str | None = None,
    join: bool = True,  # noqa: FBT001, FBT002
    strict: bool = False,  # noqa: FBT001, FBT002
    *,
    columns: Mapping[str, str] | None = None,
) -> Iterator[Session]:
    """
    The sessions that a file holds, one after the other; see `read`.

    Raises:
        FileAccessError: As for `read`; this and the others when the iterator is first asked.
        UnknownNameError: As for `read`.
        MissingExtraError: As for `read`.
        TranscriptError: As for `read`, but for several sessions.
    """
    try:
        place = Path(os.fsdecode(path))
        raw = place.read_bytes()
    except TypeError:
        raise ModelError("read", "takes the path of a file; parse takes a text") from None
    except OSError as error:
        if may_be_talk(str(path)):
            # The error of a missing file would tell it.
            raise ModelError("read", "takes the path of a file; parse takes a text") from None
        raise FileAccessError(str(path), f"{error.strerror}; check the path") from None
    except ValueError:
        raise FileAccessError(repr(path), "is no path: it holds a NUL") from None
    try:
        source = Source.from_bytes(raw, encoding)
        # A long file's bytes would double what its text takes.
        del raw
        given = _given(roles, columns)
        yield from _sessions(source, _id_of(place.stem), format, given, join=join, strict=strict)
    except TranscriptError as error:
        raise type(error)(error.reasons, error.lines, str(path)) from None


def parse(
    text: str,
    format: str | None = None,  # noqa: A002
    roles: Mapping[str, str] | None = None,
    join: bool = True,  # noqa: FBT001, FBT002
    strict: bool = False,  # noqa: FBT001, FBT002
    *,
    columns: Mapping[str, str] | None = None,
    id: str = "session",  # noqa: A002
) -> Session:
    r"""
    The one session that a text holds; see `read`.

    Args:
        text: Of the whole transcript.
        format: As for `read`.
        roles: As for `read`.
        join: As for `read`.
        strict: As for `read`.
        columns: As for `read`.
        id: The session's.

    Raises:
        UnknownNameError: If there is no such format, role or column.
        TranscriptError: If the text holds no turn or several sessions.
        TranscriptProblemsError: With *strict*, if there are problems.

    Example:
        >>> session = parse("T: How was the week?\nP: Long. [sighs]")
        >>> [(turn.role.value, turn.text) for turn in session]
        [('therapist', 'How was the week?'), ('patient', 'Long. [sighs]')]
    """
    source, given = Source.from_text(text), _given(roles, columns)
    return _only(_sessions(source, id, format, given, join=join, strict=strict), None)


def _only(sessions: Iterable[Session], source: str | None) -> Session:
    first, *others = sessions
    if others:
        reason = f"{1 + len(others)} sessions are in it; read them with read_all"
        raise TranscriptError([reason], [None], source)
    return first


def _given(roles: Mapping[str, str] | None, columns: Mapping[str, str] | None) -> Given:
    if columns is not None and not isinstance(columns, Mapping):
        raise ModelError("columns", "must be a mapping, as in {'text': 'utterance'}")
    return Given(given_roles(roles), dict(columns or {}))


def _id_of(stem: str) -> str:
    # A name that isn't text, as file systems allow, would make no valid id.
    return stem.encode(errors="replace").decode().strip() or "session"


def _sessions(
    source: Source,
    id_: str,
    format_: str | None,
    given: Given,
    *,
    join: bool,
    strict: bool,
) -> Iterator[Session]:
    for name, transcript in _named(_reader(source, format_, given).read(source, given), id_):
        session = _session(transcript, given, name, source.problems, join=join)
        if strict and session.problems:
            raise TranscriptProblemsError(
                [problem.reason for problem in session.problems],
                [problem.line for problem in session.problems],
            )
        yield session


def _named(transcripts: Iterable[Transcript], id_: str) -> Iterator[tuple[str, Transcript]]:
    """
    Each with its own id, or else the file's: numbered where the file holds several.
    """
    rest = iter(transcripts)
    first = list(islice(rest, 2))
    for number, transcript in enumerate(chain(first, rest), start=1):
        yield transcript.id or (id_ if len(first) < 2 else f"{id_}-{number}"), transcript


def _reader(source: Source, name: str | None, given: Given) -> Reader:
    refuse_foreign(source)
    if name is None and given.column_by_use and source.text is not None:
        # Whoever names columns tells that it is a table, whose headings may be like no others.
        name = "tabular"
    if name is not None:
        return of_form(READERS, name)
    reader = max(READERS.values(), key=lambda reader: reader.sniff(source))
    if reader.sniff(source) == 0:
        what = "is empty" if source.text is not None else "is binary, and of no form known here"
        reason = f"the source {what}; give a transcript as text, with a label before each turn"
        raise TranscriptError([reason], [None])
    return reader


def _session(
    transcript: Transcript,
    given: Given,
    id_: str,
    undecoded: Iterable[Problem],
    *,
    join: bool,
) -> Session:
    role_by_voice, unsure = cast(transcript, given.role_by_key)
    said = _joined(drained(transcript.said), transcript.glue) if join else transcript.said
    speaker_by_voice = {
        each.voice: Speaker(each.name, role_by_voice[each.voice]) for each in reversed(said)
    }
    problems = [*undecoded, *transcript.problems, *unsure]
    return Session(
        id=id_,
        turns=[
            Turn(
                index=index,
                speaker=speaker_by_voice[each.voice],
                text=each.text,
                start=each.start,
                end=each.end,
                marks=transcript.find_marks(each.text),
            )
            for index, each in enumerate(drained(said))
        ],
        # Those of the whole source last.
        problems=sorted(problems, key=lambda problem: (problem.line is None, problem.line or 0)),
        metadata=transcript.metadata,
    )


def _joined(said: Iterable[Said], glue: str) -> list[Said]:
    """
    The pieces, with each run of one speaker's made into one.
    """
    joined = []
    for _, run in groupby(said, key=lambda each: each.voice):
        pieces = list(run)
        if len(pieces) == 1:
            joined += pieces
            continue
        first, last = pieces[0], pieces[-1]
        end = last.end
        if first.start is not None and end is not None:
            # Overlapping talk may be listed out of order; a turn's times never run backwards.
            end = max(end, first.start)
        joined.append(first._replace(text=glue.join(each.text for each in pieces), end=end))
    return joined
