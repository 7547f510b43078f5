"""
Sessions without the names and numbers by which somebody could be known, and the way back.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, count
from typing import Final, TypeAlias

from attrs import evolve

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import _checks as check
from aftermove.model._identifiers import KINDS, Found, Names, merged, parts_of, patterns_in
from aftermove.model.session import Metadata, Session
from aftermove.model.transcript import CharSpan, Mark, Turn

__all__ = ["KINDS", "Find", "PseudonymKey", "pseudonymise"]

Find: TypeAlias = Callable[[str], Iterable[tuple[int, int, str]]]
"""A search of the user's own: start, end and kind of each stretch of a text to be replaced."""

# Numbers of more digits are somebody's talk.
_PLACEHOLDER: Final = re.compile(r"\{([A-Z_]+)_([0-9]{1,9})([a-z]*)\}")
_KIND: Final = re.compile(r"[A-Z](?:[A-Z_]*[A-Z])?")


class PseudonymKey(Mapping[str, str]):
    """
    What each placeholder stands for: an immutable mapping from placeholders to words.

    Whoever has it can undo the replacing, so keep it apart from the sessions.  ``dict(key)`` is a
    plain dict, which `json` can store; `PseudonymKey` takes one back.

    Raises:
        ModelError: If a key is no placeholder, or two stand for the same words.

    Example:
        >>> key = PseudonymKey({"{NAME_1}": "Kim"})
        >>> key
        <PseudonymKey: 1 placeholder>
        >>> key.restored_text("How is {NAME_1}?")
        'How is Kim?'
    """

    __slots__ = ("_words_by_placeholder",)

    def __init__(self, words_by_placeholder: Mapping[str, str] | None = None) -> None:
        if not isinstance(words_by_placeholder, Mapping | None):
            raise ModelError("PseudonymKey", "must be made of a mapping")
        self._words_by_placeholder = dict(words_by_placeholder or {})
        for placeholder, words in self._words_by_placeholder.items():
            if not all(map(_is_filled, (placeholder, words))):
                raise ModelError("PseudonymKey", "keys and values must be strings that hold a sign")
            if not _PLACEHOLDER.fullmatch(placeholder):
                raise ModelError("PseudonymKey", "keys must be placeholders, as {NAME_1}")
            if check.has_surrogate(words):
                raise ModelError("PseudonymKey", "must not hold lone surrogates; decode it anew")
        if len(set(self._words_by_placeholder.values())) < len(self):
            raise ModelError("PseudonymKey", "must have one placeholder for the same words")

    def __getitem__(self, placeholder: str) -> str:
        return self._words_by_placeholder[placeholder]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words_by_placeholder)

    def __len__(self) -> int:
        return len(self._words_by_placeholder)

    def __hash__(self) -> int:
        return hash(frozenset(self._words_by_placeholder.items()))

    def __repr__(self) -> str:
        n = len(self)
        return f"<PseudonymKey: {n} placeholder{'' if n == 1 else 's'}>"

    def restored_text(self, text: str) -> str:
        """
        The text with each placeholder of this key replaced by what it stands for.
        """
        return _edited(text, self._edits(text))

    def restored(self, session: Session) -> Session:
        """
        The session as it was before `Session.pseudonymise` made this key.

        The borders of marks that stood within a replaced stretch are at its ends.
        """
        return _each_text(session, self._edits)

    def _edits(self, text: str) -> list[tuple[int, int, str]]:
        return [
            (found.start(), found.end(), self[found[0]])
            for found in _PLACEHOLDER.finditer(text)
            if found[0] in self
        ]


def pseudonymise(  # one argument for each choice; all but the first have a default
    session: Session,
    names: Iterable[str] = (),
    keep: Iterable[str] = (),
    *,
    kinds: Iterable[str] = KINDS,
    find: Find | None = None,
    key: PseudonymKey | None = None,
) -> tuple[Session, PseudonymKey]:
    """
    See `Session.pseudonymise`.
    """
    persons = [*_strings("names", names), *_speakers(session)]
    kept = {words.casefold() for words in _strings("keep", keep)}
    wanted = _strings("kinds", kinds)
    for kind in wanted:
        if kind not in KINDS:
            raise UnknownNameError("kind", kind, KINDS)
    if key is not None and not isinstance(key, PseudonymKey):
        raise ModelError("pseudonymise: key", "must be a PseudonymKey, or None")
    if find is not None and not callable(find):
        raise ModelError("pseudonymise: find", "must be a function of a text, or None")
    known = Names(persons)
    placeholders = _Placeholders(session, known, key or PseudonymKey())

    def edits(text: str) -> list[tuple[int, int, str]]:
        own = () if find is None else _checked(find(text), len(text))
        found = merged(
            each
            for each in chain(known.find(text), patterns_in(text, wanted), own)
            if text[each.start : each.end].casefold() not in kept
        )
        return [(start, end, placeholders.of(text[start:end], kind)) for start, end, kind in found]

    return _each_text(session, edits), placeholders.key()


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _strings(name: str, members: Iterable[str]) -> list[str]:
    strings = list(check.as_tuple(members))
    if not all(_is_filled(each) and each.strip() for each in strings):
        raise ModelError(f"pseudonymise: {name}", "must be a list of strings, none of them blank")
    return strings


def _speakers(session: Session) -> list[str]:
    """
    The names of those speakers whose names are more than a role.
    """
    return [speaker.name for speaker in session.speakers if parts_of(speaker.name)]


def _checked(found: object, length: int) -> Iterator[Found]:
    for each in found if isinstance(found, Iterable) else (None,):
        match each:
            case (int() as start, int() as end, str() as kind) if (
                0 <= start < end <= length and _KIND.fullmatch(kind)
            ):
                yield Found(start, end, str(kind))
            case _:
                reason = "must give stretches within the text, with a kind in capital letters"
                raise ModelError("pseudonymise: find", reason)


class _Placeholders:
    """
    Gives the same words the same placeholder, and different words different ones.
    """

    def __init__(self, session: Session, names: Names, key: PseudonymKey) -> None:
        self._names = names
        self._placeholder_by_words = {words: placeholder for placeholder, words in key.items()}
        # What looks like a placeholder but is none of the key's was said so, and stays so.
        self._taken = {
            found[0]: None for text in _texts(session) for found in _PLACEHOLDER.finditer(text)
        } | dict.fromkeys(key)
        self._number_by_person: dict[int, int] = {}
        for words, placeholder in self._placeholder_by_words.items():
            person, found = names.person(words), _PLACEHOLDER.fullmatch(placeholder)
            if person is not None and found is not None and found[1] == "NAME":
                self._number_by_person.setdefault(person, int(found[2]))
        self._form_by_person: dict[int, Iterator[str]] = {}
        self._numbers = {_numbered(placeholder) for placeholder in self._taken}
        # Said placeholders are passed over, however high; those of the key are gone on from.
        self._last_by_kind: dict[str, int] = {}
        for kind, number in map(_numbered, key):
            self._last_by_kind[kind] = max(self._last_by_kind.get(kind, 0), number)

    def of(self, words: str, kind: str) -> str:
        """
        The placeholder of these words; those of one person share its number.
        """
        if words not in self._placeholder_by_words:
            person = self._names.person(words) if kind == "NAME" else None
            placeholder = self._new(kind, person)
            self._taken[placeholder] = None
            self._placeholder_by_words[words] = placeholder
        return self._placeholder_by_words[words]

    def _new(self, kind: str, person: int | None) -> str:
        if person in self._number_by_person:
            number = self._number_by_person[person]
            forms = self._form_by_person.setdefault(
                person, (f"{{{kind}_{number}{_letters(place)}}}" for place in count())
            )
            return next(form for form in forms if form not in self._taken)
        last = self._last_by_kind.get(kind, 0)
        number = next(n for n in count(last + 1) if (kind, n) not in self._numbers)
        self._last_by_kind[kind] = number
        if person is not None:
            self._number_by_person[person] = number
        return f"{{{kind}_{number}}}"

    def key(self) -> PseudonymKey:
        """
        What each placeholder stands for.
        """
        return PseudonymKey(
            {placeholder: words for words, placeholder in self._placeholder_by_words.items()}
        )


def _numbered(placeholder: str) -> tuple[str, int]:
    """
    The kind and the number of a placeholder.
    """
    kind, number = placeholder[1:-1].rstrip("abcdefghijklmnopqrstuvwxyz").rsplit("_", 1)
    return kind, int(number)


def _letters(place: int) -> str:
    """
    Nothing, "b" to "z", then "bb" and so on.
    """
    letters = ""
    while place:
        place, last = divmod(place - 1, 25)
        letters = "bcdefghijklmnopqrstuvwxyz"[last] + letters
    return letters


def _texts(session: Session) -> Iterator[str]:
    yield session.id
    for turn in session:
        yield turn.text
    yield from (speaker.name for speaker in session.speakers)
    yield from (problem.text for problem in session.problems)
    yield from chain.from_iterable(session.metadata.items())


def _each_text(session: Session, edits: Callable[[str], Sequence[tuple[int, int, str]]]) -> Session:
    """
    The session with the edits made in whatever of it came from its source.
    """

    def edit(text: str) -> str:
        return _edited(text, edits(text))

    speakers = {each: evolve(each, name=edit(each.name)) for each in session.speakers}
    turns = []
    for turn in session:
        made = edits(turn.text)
        turns.append(
            evolve(
                turn,
                speaker=speakers[turn.speaker],
                text=_edited(turn.text, made),
                marks=_moved(turn, made),
            )
        )
    return evolve(
        session,
        id=edit(session.id),
        turns=turns,
        problems=[evolve(each, text=edit(each.text)) for each in session.problems],
        metadata=Metadata({edit(name): edit(value) for name, value in session.metadata.items()}),
    )


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    pieces, reached = [], 0
    for start, end, words in edits:
        pieces += [text[reached:start], words]
        reached = end
    return "".join([*pieces, text[reached:]])


def _moved(turn: Turn, edits: Sequence[tuple[int, int, str]]) -> list[Mark]:
    """
    The turn's marks where its text is edited: what they covered, they cover still.
    """
    places = _Places(edits)
    marks: list[Mark] = []
    reached = 0
    for mark in turn.marks:
        start = max(places.of(mark.span.start, at_end=False), reached)
        end = places.of(mark.span.end, at_end=True)
        if start < end:
            marks.append(evolve(mark, span=CharSpan(start, end)))
            reached = end
    return marks


class _Places:
    """
    Where the borders of marks come to stand when a text is edited.
    """

    def __init__(self, edits: Sequence[tuple[int, int, str]]) -> None:
        self._edits = edits
        self._ends = [end for _, end, _ in edits]
        grown = (len(words) - (end - start) for start, end, words in edits)
        self._moved = list(accumulate(grown, initial=0))

    def of(self, at: int, *, at_end: bool) -> int:
        """
        The border's new place; one within an edit goes to the edit's edge.
        """
        behind = bisect_right(self._ends, at)
        moved = self._moved[behind]
        if behind == len(self._edits):
            return at + moved
        start, _, words = self._edits[behind]
        if at_end and at > start:
            return start + moved + len(words)
        # Before the edit, or a beginning within it.
        return min(at, start) + moved
