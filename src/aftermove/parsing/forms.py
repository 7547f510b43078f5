"""
What every form of transcript is read into, before roles are given and turns are made.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from aftermove.errors import UnknownNameError
from aftermove.model import Mark, Problem, Role
from aftermove.parsing.decoding import Source
from aftermove.parsing.marks import find_marks

__all__ = ["Given", "Reader", "Said", "Transcript", "drained", "of_form"]

_T = TypeVar("_T")

# The names that files of each form go by.
_FORM_BY_ALIAS: Final = {
    "cha": "chat",
    "csv": "tabular",
    "docm": "word",
    "docx": "word",
    "eaf": "annotated",
    "json": "messages",
    "jsonl": "messages",
    "md": "labelled",
    "odt": "word",
    "srt": "captions",
    "text": "labelled",
    "textgrid": "annotated",
    "tsv": "tabular",
    "txt": "labelled",
    "vtt": "captions",
    "webvtt": "captions",
    "xlsx": "tabular",
}


class Given(NamedTuple):
    """
    What the caller tells of a source.
    """

    role_by_key: Mapping[str, Role]
    """The role of a speaker by the key of their name; see `roles.key_of`."""
    column_by_use: Mapping[str, str]
    """The heading of a table's column by what it holds; see `tabular`.  Empty for other forms."""


class Said(NamedTuple):
    """
    What a source holds of one turn.
    """

    voice: str
    """By what turns of one speaker are known to be one speaker's."""
    name: str
    """The speaker's, as written."""
    text: str
    line: int | None
    """1-based, where it begins; `None` for forms without lines."""
    start: float | None = None
    end: float | None = None

    def __repr__(self) -> str:
        return f"Said(line={self.line})"


class Transcript(NamedTuple):
    """
    One session, as its source has it.
    """

    said: list[Said]
    problems: list[Problem]
    metadata: dict[str, str]
    role_by_voice: dict[str, Role]
    """The roles that the source tells besides the names."""
    glue: str = "\n"
    """What stands between neighbouring pieces of one speaker when they are joined."""
    id: str | None = None
    """The session's own name, where the source tells it."""
    find_marks: Callable[[str], tuple[Mark, ...]] = find_marks
    """What finds the marks of a turn's text, for forms that have signs of their own."""


class Reader(NamedTuple):
    """
    How one form is known and read.
    """

    sniff: Callable[[Source], float]
    """How surely the content is of this form: 0 for not at all, 1 for beyond doubt."""
    read: Callable[[Source, Given], Iterable[Transcript]]
    """The sessions in the source, each with the places where it can't be read as problems."""


def drained(members: list[_T]) -> Iterator[_T]:
    """
    The members in order, each taken off the list, so that what is made of them takes its place.
    """
    members.reverse()
    while members:
        yield members.pop()


def of_form(table: Mapping[str, _T], name: str) -> _T:
    """
    What *table* holds for a form, by its name or a suffix of its files: "captions", "VTT", ".srt".

    Raises:
        UnknownNameError: If there is none of the name.
    """
    key = str(name).casefold().removeprefix(".")
    key = _FORM_BY_ALIAS.get(key, key)
    if key not in table:
        raise UnknownNameError("format", str(name), tuple(table))
    return table[key]
