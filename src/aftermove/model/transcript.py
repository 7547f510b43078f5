"""
What was said, and by whom: turns, and the spans within them.
"""

from collections.abc import Iterable
from enum import StrEnum

from attrs import field, frozen

from aftermove.model import _checks as check

__all__ = [
    "CharSpan",
    "Mark",
    "MarkKind",
    "Problem",
    "Role",
    "Speaker",
    "TimeSpan",
    "Turn",
]


class Role(StrEnum):
    """
    The part that a speaker has in a session.

    Example:
        >>> Role("therapist") is Role.THERAPIST
        True
    """

    THERAPIST = "therapist"
    PATIENT = "patient"
    OTHER = "other"
    """Somebody else in the room: a partner, an interpreter, an observer."""
    UNKNOWN = "unknown"
    """Not told by the source, and not to be guessed."""


def _as_role(value: object) -> Role:
    return check.as_member(Role, value)


@frozen
class Speaker:
    """
    One voice of a session.

    The name, which may be a person's own, stays out of the repr.

    Example:
        >>> Speaker("Dr. Amari", "therapist")
        Speaker(role='therapist')
    """

    name: str = field(validator=check.text(blank=False))
    """As the source writes it."""

    role: Role = field(default=Role.UNKNOWN, converter=_as_role)

    def __repr__(self) -> str:
        return f"Speaker(role={str(self.role)!r})"


@frozen
class CharSpan:
    """
    A range of characters of one turn's text, in Python's own indexes; never empty.

    Example:
        >>> CharSpan(2, 6).of("a calm day")
        'calm'

    Raises:
        ModelError: Unless ``0 <= start < end``.
    """

    start: int = field(validator=check.index())
    end: int = field(validator=check.index())

    def __attrs_post_init__(self) -> None:
        if self.end <= self.start:
            raise check.refuse(self, "end", "must be greater than start")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """
        The characters of *text* that the span covers.
        """
        return text[self.start : self.end]

    def overlaps(self, other: "CharSpan") -> bool:
        """
        Whether the two share a character.
        """
        return self.start < other.end and other.start < self.end


@frozen
class TimeSpan:
    """
    A range of seconds from the start of the recording.

    Example:
        >>> TimeSpan(3.5, 10.0).duration
        6.5

    Raises:
        ModelError: Unless ``0 <= start <= end``.
    """

    start: float = field(validator=check.number(0.0))
    end: float = field(validator=check.number(0.0))

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise check.refuse(self, "end", "must not be before start")

    @property
    def duration(self) -> float:
        """
        Seconds from start to end.
        """
        return self.end - self.start


class MarkKind(StrEnum):
    """
    What a transcriber's mark stands for.
    """

    PAUSE = "pause"
    SOUND = "sound"
    """Laughter, crying, a cough, a sigh."""
    INAUDIBLE = "inaudible"
    OVERLAP = "overlap"
    TIME = "time"
    COMMENT = "comment"


def _as_mark_kind(value: object) -> MarkKind:
    return check.as_member(MarkKind, value)


@frozen
class Mark:
    """
    A part of a turn's text that isn't words: a pause, laughter, a remark of the transcriber's.

    Example:
        >>> Mark(CharSpan(0, 8), "sound").kind.value
        'sound'
    """

    span: CharSpan = field(validator=check.instance_of(CharSpan))
    kind: MarkKind = field(converter=_as_mark_kind)


def _as_marks(members: Iterable[Mark]) -> tuple[Mark, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class Turn:
    """
    What one speaker said until another began, as the source writes it.

    Raises:
        ModelError: If a mark lies outside the text, marks are out of order or overlap, or the
            end comes before the start.

    Example:
        >>> Turn(index=0, speaker=Speaker("P", "patient"), text="It was a long week.")
        <Turn 0: patient, 5 words>
    """

    index: int = field(validator=check.index())
    """The turn's position in its session, from 0."""

    speaker: Speaker = field(validator=check.instance_of(Speaker))
    text: str = field(validator=check.text())
    """May be empty, as in a session that people coded and whose words are kept elsewhere."""

    start: float | None = field(default=None, validator=check.number(0.0, optional=True))
    """Seconds from the start of the recording; `None` where the source tells no time."""

    end: float | None = field(default=None, validator=check.number(0.0, optional=True))
    """Seconds; `None` where the source tells no end."""

    marks: tuple[Mark, ...] = field(default=(), converter=_as_marks, validator=check.tuple_of(Mark))
    """What in the text is not words, in order, without overlap."""

    def __attrs_post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise check.refuse(self, "end", "must not be before start")
        reached = 0
        for mark in self.marks:
            if mark.span.start < reached or mark.span.end > len(self.text):
                raise check.refuse(
                    self, "marks", "must lie within the text, in order and without overlap"
                )
            reached = mark.span.end

    @property
    def role(self) -> Role:
        """
        The speaker's part in the session.
        """
        return self.speaker.role

    @property
    def word_count(self) -> int:
        """
        Stretches of letters and digits between white space; marks are not counted.
        """
        text = self.text
        for mark in reversed(self.marks):
            text = text[: mark.span.start] + " " + text[mark.span.end :]
        return sum(1 for word in text.split() if any(map(str.isalnum, word)))

    @property
    def time(self) -> TimeSpan | None:
        """
        From start to end, or `None` unless the source tells both.
        """
        if self.start is None or self.end is None:
            return None
        return TimeSpan(self.start, self.end)

    def __repr__(self) -> str:
        words = self.word_count
        return f"<Turn {self.index}: {self.role}, {words} word{'' if words == 1 else 's'}>"


@frozen(kw_only=True)
class Problem:
    """
    Something in a source that the reader couldn't place, or had to leave open.

    Example:
        >>> Problem(code="unknown-role", reason="tell its role with roles={...}", line=3)
        Problem(code='unknown-role', line=3)
    """

    code: str = field(validator=check.text(blank=False))
    """A stable, short name of the kind of problem."""

    reason: str = field(validator=check.text(blank=False))
    """What is wrong and what to do, in a sentence without any of the speakers' words."""

    line: int | None = field(default=None, validator=check.index(optional=True))
    """The 1-based line of the source, or row of its table; `None` where it is all of it."""

    column: int | None = field(default=None, validator=check.index(optional=True))
    """The 1-based character of the line, or column of the table; `None` where it is all of that."""

    text: str = field(default="", validator=check.text())
    """The piece of the source that is in no turn, word for word; empty where all is placed."""

    def __repr__(self) -> str:
        return f"Problem(code={self.code!r}, line={self.line})"
