"""
What every form of transcript is read into, before roles are given and turns are made.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from aftermove.model import Problem, Role
from aftermove.parsing.decoding import Source

__all__ = ["GivenRoles", "Reader", "Said", "Transcript"]

GivenRoles: TypeAlias = Mapping[str, Role]
"""What the caller tells: the role of a speaker by the key of their name; see `roles.key_of`."""


class Said(NamedTuple):
    """
    What a source holds of one turn.
    """

    voice: str
    """By what turns of one speaker are known to be one speaker's."""
    name: str
    """The speaker's, as written."""
    text: str
    line: int
    """1-based, where it begins."""
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


class Reader(NamedTuple):
    """
    How one form is known and read.
    """

    sniff: Callable[[Source], float]
    """How surely the content is of this form: 0 for not at all, 1 for beyond doubt."""
    read: Callable[[Source, GivenRoles], Iterable[Transcript]]
    """The sessions in the source, each with the places where it can't be read as problems."""
