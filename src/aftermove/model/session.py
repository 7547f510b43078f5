"""
One session: its turns in order, and what the source told besides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

from attrs import field, frozen

from aftermove.errors import ModelError
from aftermove.model import _checks as check
from aftermove.model.transcript import Problem, Role, Speaker, Turn

if TYPE_CHECKING:
    from aftermove.model.privacy import Find, PseudonymKey

__all__ = ["Metadata", "Session"]


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
        # A count alone: both sides of a header may hold what was said.
        n = len(self)
        return f"<Metadata: {n} header{'' if n == 1 else 's'}>"


def _as_metadata(value: Mapping[str, str]) -> Metadata:
    return value if isinstance(value, Metadata) else Metadata(value)


def _as_turns(members: Iterable[Turn]) -> tuple[Turn, ...]:
    return check.as_tuple(members)


def _as_problems(members: Iterable[Problem]) -> tuple[Problem, ...]:
    return check.as_tuple(members)


def _as_pair(pair: object, position: int) -> tuple[object, str]:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        where = f"Session.from_pairs: pairs[{position}]"
        raise ModelError(where, "must be a role and the words said")
    return pair[0], pair[1]


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
            ModelError: If a role isn't known, a text isn't a string, or a pair is none.
        """
        speaker_by_role: dict[Role, Speaker] = {}
        turns = []
        for position, pair in enumerate(check.as_tuple(pairs)):
            given_role, text = _as_pair(pair, position)
            role = check.as_member(Role, given_role)
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
        wanted = check.as_member(Role, role)
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

    def pseudonymise(
        self,
        names: Iterable[str] = (),
        keep: Iterable[str] = (),
        *,
        kinds: Iterable[str] | None = None,
        find: "Find | None" = None,
        key: "PseudonymKey | None" = None,
    ) -> "tuple[Session, PseudonymKey]":
        """
        The session with placeholders for names and numbers, and the key to them, to be kept apart.

        Replaced are the names given and those of the speakers, as a whole and by their parts, in
        capital or small letters; and URLs, mail addresses, dates, postal addresses, phone numbers,
        and all else with four digits or more.  **Nothing else is found**: not the names of people
        and places that aren't given, nicknames, misspellings, employers, diseases or stories by
        which somebody could be known.  Read what comes back before you pass it on.

        Args:
            names: Of people, places or others, as "Kim Berg".
            keep: Words that stay as they are, as the number of a crisis line; case makes no
                difference.
            kinds: Which of "URL", "EMAIL", "DATE", "ADDRESS", "PHONE" and "NUMBER" to look for;
                `None` for all.
            find: A search of your own, which gives start, end and kind of each stretch of a text
                to be replaced.
            key: Of a session before, whose placeholders are to be used on.

        Returns:
            The session, and the key.  The same words have the same placeholder, as ``{NAME_1}``;
            other forms of a person's name have the same number and a letter.  Marks cover what they
            covered.  Id, headers and problems are searched as the talk is.
            ``key.restored(session)`` is the way back.

        Raises:
            ModelError: If an argument isn't allowed.
            UnknownNameError: If there is no such kind.

        Example:
            >>> talk = [("patient", "My sister Kim called on 3 May, from 555-010-4477.")]
            >>> session, key = Session.from_pairs(talk).pseudonymise(names=["Kim"])
            >>> session[0].text
            'My sister {NAME_1} called on {DATE_1}, from {PHONE_1}.'
            >>> key["{NAME_1}"]
            'Kim'

        Source:
            Our own patterns; after the identifiers that the HIPAA Privacy Rule, 45 CFR
            164.514(b)(2), lists, of which those that patterns can tell are found.

        .. versionadded:: 0.1.0
        """
        from aftermove.model import privacy

        wanted = privacy.KINDS if kinds is None else kinds
        return privacy.pseudonymise(self, names, keep, kinds=wanted, find=find, key=key)

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
