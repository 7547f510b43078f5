"""
What was said: a session of turns, each by one speaker.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import overload

from attrs import field, frozen

from aftermove.errors import ModelError
from aftermove.model import _checks as check

__all__ = [
    "CharSpan",
    "Mark",
    "MarkKind",
    "Metadata",
    "Problem",
    "Role",
    "Session",
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


def _as_turns(members: Iterable[Turn]) -> tuple[Turn, ...]:
    return check.as_tuple(members)


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
    """The 1-based line of the source, or `None` where it is the whole source's."""

    text: str = field(default="", validator=check.text())
    """The piece of the source that is in no turn, word for word; empty where all is placed."""

    def __repr__(self) -> str:
        return f"Problem(code={self.code!r}, line={self.line})"


def _as_problems(members: Iterable[Problem]) -> tuple[Problem, ...]:
    return check.as_tuple(members)


class Metadata(Mapping[str, str]):
    """
    What a source tells about its session besides the talk: an immutable mapping, in order.

    Equal mappings are equal whatever their order.

    Example:
        >>> Metadata({"site": "B"})["site"]
        'B'
    """

    __slots__ = ("_value_by_key",)

    def __init__(self, value_by_key: Mapping[str, str] | None = None) -> None:
        self._value_by_key = dict(value_by_key or {})
        for key, value in self._value_by_key.items():
            if not all(isinstance(part, str) for part in (key, value)):
                raise ModelError("Metadata", "keys and values must be strings")
            if check.has_surrogate(key + value):
                raise ModelError("Metadata", "must not hold lone surrogates; decode it anew")

    def __getitem__(self, key: str) -> str:
        return self._value_by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._value_by_key)

    def __len__(self) -> int:
        return len(self._value_by_key)

    def __hash__(self) -> int:
        return hash(frozenset(self._value_by_key.items()))

    def __repr__(self) -> str:
        # Keys alone: a header may hold a name.
        return f"Metadata(keys={list(self._value_by_key)})"


def _as_metadata(value: Mapping[str, str]) -> Metadata:
    return value if isinstance(value, Metadata) else Metadata(value)


@frozen(kw_only=True)
class Session:
    """
    One session: its turns in order, and what the source told besides.

    Behaves as a sequence of turns: ``len(session)``, ``session[3]``, ``for turn in session``.

    Raises:
        ModelError: If a turn's index isn't its position.

    Example:
        >>> session = Session.from_pairs([("therapist", "How was the week?"), ("patient", "Long.")])
        >>> session
        <Session 'session': 2 turns (1 patient, 1 therapist)>
        >>> session[-1].role.value
        'patient'
    """

    id: str = field(validator=check.text(blank=False))
    turns: tuple[Turn, ...] = field(converter=_as_turns, validator=check.tuple_of(Turn))
    problems: tuple[Problem, ...] = field(
        default=(), converter=_as_problems, validator=check.tuple_of(Problem)
    )
    """What the reader couldn't place, in the source's order."""

    metadata: Metadata = field(factory=Metadata, converter=_as_metadata)

    def __attrs_post_init__(self) -> None:
        for position, turn in enumerate(self.turns):
            if turn.index != position:
                raise check.refuse(
                    self, f"turns[{position}]", f"index must be its position, not {turn.index}"
                )

    @classmethod
    def from_pairs(
        cls,
        pairs: Iterable[tuple[str | Role, str]],
        *,
        id: str = "session",  # noqa: A002  # the contract's name, which reads best at the call
        metadata: Mapping[str, str] | None = None,
    ) -> "Session":
        """
        A session made of pairs of a role and the words said.

        Args:
            pairs: In order.  Each role is a `Role` or its value, as in ``"patient"``.
            id: The session's name.
            metadata: What is to be kept beside the talk.

        Raises:
            ModelError: If a role isn't known, or a text isn't a string.
        """
        speaker_by_role: dict[Role, Speaker] = {}
        turns = []
        for position, (given_role, text) in enumerate(pairs):
            role = _as_role(given_role)
            speaker = speaker_by_role.setdefault(role, Speaker(role.value.capitalize(), role))
            turns.append(Turn(index=position, speaker=speaker, text=text))
        return cls(id=id, turns=tuple(turns), metadata=Metadata(metadata))

    @overload
    def __getitem__(self, position: int) -> Turn: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Turn, ...]: ...
    def __getitem__(self, position: int | slice) -> Turn | tuple[Turn, ...]:
        return self.turns[position]

    def __len__(self) -> int:
        return len(self.turns)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    def by_role(self, role: str | Role) -> tuple[Turn, ...]:
        """
        The turns of one role, in order.

        Raises:
            ModelError: If there is no such role.
        """
        wanted = _as_role(role)
        return tuple(turn for turn in self.turns if turn.role is wanted)

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """
        The voices heard, in order of their first turn.
        """
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))

    @property
    def patient(self) -> str | None:
        """
        The patient's id from the metadata, by which studies group sessions; `None` if untold.
        """
        return self.metadata.get("patient")

    @property
    def word_count(self) -> int:
        """
        The words of all turns; see `Turn.word_count`.
        """
        return sum(turn.word_count for turn in self.turns)

    @property
    def word_count_by_role(self) -> dict[Role, int]:
        """
        The words of each role that is heard.
        """
        counts: dict[Role, int] = {}
        for turn in self.turns:
            counts[turn.role] = counts.get(turn.role, 0) + turn.word_count
        return counts

    @property
    def duration(self) -> float | None:
        """
        Seconds from the first time told to the last, or `None` where fewer than two are told.
        """
        times = [t for turn in self.turns for t in (turn.start, turn.end) if t is not None]
        return max(times) - min(times) if len(times) > 1 else None

    def _repr_html_(self) -> str:
        """
        The transcript for a notebook, every word escaped.
        """
        from aftermove.model import display

        return display.session_box(self)

    def __repr__(self) -> str:
        count_by_role: dict[Role, int] = {}
        for turn in self.turns:
            count_by_role[turn.role] = count_by_role.get(turn.role, 0) + 1
        shares = ", ".join(f"{n} {role}" for role, n in sorted(count_by_role.items()))
        n = len(self.turns)
        said = f"{n} turn{'' if n == 1 else 's'}" + (f" ({shares})" if shares else "")
        if self.problems:
            k = len(self.problems)
            said += f", {k} problem{'' if k == 1 else 's'}"
        return f"<Session {self.id!r}: {said}>"
