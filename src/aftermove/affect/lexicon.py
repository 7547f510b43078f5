"""
The lexicon: words and phrases, and what each shows of the person who says them.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import prod
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from aftermove.errors import FileAccessError, LexiconError
from aftermove.model import State
from aftermove.model import _checks as check

__all__ = ["LAYERS", "Entry", "Lexicon"]

LAYERS: Final = (
    "general.toml",
    "distress.toml",
    "ease.toml",
    "change.toml",
    "idioms.toml",
    "glimmers.toml",
    "themes.toml",
    "sessions.toml",
    "health.toml",
    "replies.toml",
)
"""The data files of the default lexicon; a later one has the last word on a phrase."""

_COLUMNS: Final = ("phrase", "valence", "arousal", "stance", "states")
# Each choice of a phrase's alternatives is looked for, so that lists of words in a row would make
# billions of a few lines.
_MOST_CHOICES: Final = 10_000
_TOO_MANY: Final = f"must stand for at most {_MOST_CHOICES:,} choices of words each"
_Problems = list[tuple[str, str]]


def _as_phrases(members: Iterable[str]) -> tuple[str, ...]:
    return check.as_tuple(members)


def _as_states(strengths: Mapping[State, float]) -> Mapping[State, float]:
    return {check.as_member(State, state): strength for state, strength in strengths.items()}


@frozen(kw_only=True)
class Entry:
    """
    One sense: phrases that show the same.

    Example:
        >>> entry = Entry(id="mine.wired", phrases=["wired"], valence=-0.3, arousal=0.7)
        >>> entry.arousal
        0.7
    """

    id: str = field(validator=check.text(blank=False))
    """Stands in the evidence of scores, as in ``"distress.numb"``."""

    phrases: tuple[str, ...] = field(converter=_as_phrases, validator=check.tuple_of(str))
    """Words with blanks between them; ``a|b`` stands for either word."""

    valence: float = field(default=0.0, validator=check.number(-1.0, 1.0))
    arousal: float = field(default=0.0, validator=check.number(-1.0, 1.0))
    stance: float = field(default=0.0, validator=check.number(-1.0, 1.0))
    """From -1, speaks for staying as things are, to 1, speaks for changing."""

    states: Mapping[State, float] = field(factory=dict, converter=_as_states)
    """The states shown, each with a strength from 0 to 1."""

    @property
    def shows_something(self) -> bool:
        """
        Whether any value differs from 0; other entries only hold back shorter phrases.
        """
        return bool(self.valence or self.arousal or self.stance or self.states)

    def __attrs_post_init__(self) -> None:
        if not all(_is_share(strength, 0.0) for strength in self.states.values()):
            raise check.refuse(self, "states", "must give each state a strength from 0 to 1")
        if any(map(_is_too_many, self.phrases)):
            raise check.refuse(self, "phrases", _TOO_MANY)


def _is_too_many(phrase: str) -> bool:
    places = phrase.replace("-", " ").split()
    return prod(place.count("|") + 1 for place in places) > _MOST_CHOICES


def _as_entries(members: Iterable[Entry]) -> tuple[Entry, ...]:
    return check.as_tuple(members)


@frozen
class Lexicon:
    """
    Entries in order; where two hold the same phrase, the later one counts.

    Example:
        >>> Lexicon.default().of("my shoulders dropped")[-1].id
        'glimmers.loosened'
    """

    entries: tuple[Entry, ...] = field(converter=_as_entries, validator=check.tuple_of(Entry))

    @classmethod
    def default(cls) -> "Lexicon":
        """
        The lexicon that ships with the library; made once.
        """
        return _default()

    @classmethod
    def load(cls, path: str | Path) -> "Lexicon":
        """
        The entries of one TOML or TSV file; see `docs/explanation/affect.md` for both forms.

        Raises:
            LexiconError: With every problem of the file and its place.
            FileAccessError: If the file can't be read.
        """
        path = Path(path)
        try:
            content = path.read_bytes()
        except (OSError, ValueError) as error:
            # A path with a NUL is a ValueError.
            reason = getattr(error, "strerror", None) or "can't be read"
            raise FileAccessError(str(path), reason) from error
        return cls(_parse(content, path.name, str(path)))

    def extend(self, other: "Lexicon") -> "Lexicon":
        """
        These entries and those of *other*, which count where both hold a phrase.
        """
        return Lexicon((*self.entries, *other.entries))

    def of(self, text: str) -> tuple[Entry, ...]:
        """
        The entries whose phrases stand in *text*, the longest phrases only, in order.
        """
        from aftermove.affect.phrases import PhraseFinder

        return tuple(found.entry for found in PhraseFinder(self).read(text).found)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"<Lexicon: {len(self)} entries>"


@cache
def _default() -> Lexicon:
    folder = files("aftermove.affect") / "data"
    return Lexicon(
        entry for name in LAYERS for entry in _parse((folder / name).read_bytes(), name, name)
    )


def _parse(content: bytes, name: str, source: str) -> list[Entry]:
    problems: _Problems = []
    entries: list[Entry] = []
    layer = Path(name).stem
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LexiconError([("file", f"isn't UTF-8: {error.reason}")], source) from error
    if name.endswith(".tsv"):
        entries = _rows(layer, text, problems)
    else:
        entries = _tables(layer, text, problems)
    if not entries and not problems:
        problems.append(("file", "must hold at least one entry"))
    if problems:
        raise LexiconError(problems, source)
    return entries


def _tables(layer: str, text: str, problems: _Problems) -> list[Entry]:
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Syntax, endless digits or nesting.
        problems.append(("file", f"isn't TOML: {error}"))
        return []
    entries = []
    lists = _word_lists(tables.pop("words", {}), problems)
    for name, table in tables.items():
        if not isinstance(table, dict):
            problems.append((name, "must be a table that describes an entry"))
            continue
        problems.extend(
            (f"{name}.{key}", f"isn't known; known: {', '.join(_TABLE_KEYS)}")
            for key in table
            if key not in _TABLE_KEYS
        )
        phrases = _filled(name, split_phrases(table.get("phrases")), lists, problems)
        if not phrases:
            problems.append((f"{name}.phrases", "must be phrases parted by commas"))
        entry = _entry(f"{layer}.{name}", phrases, table, name, problems)
        entries.extend([entry] if entry else [])
    return entries


def _word_lists(table: object, problems: _Problems) -> dict[str, str]:
    """
    The table of words that phrases refer to, each list as alternatives: ``{kin}`` is ``mum|dad``.
    """
    if not isinstance(table, dict):
        problems.append(("words", "must be a table of lists of words"))
        return {}
    lists = {name: "|".join(split_phrases(text)) for name, text in table.items()}
    problems.extend(
        (f"words.{name}", "must be single words parted by commas")
        for name, words in lists.items()
        if not words or " " in words
    )
    return lists


def _filled(
    entry: str, phrases: tuple[str, ...], lists: Mapping[str, str], problems: _Problems
) -> tuple[str, ...]:
    """
    The phrases with the lists they refer to written in.
    """
    unknown = sum(name not in lists for phrase in phrases for name in _REFERENCE.findall(phrase))
    if unknown:
        known = ", ".join(lists) or "none"
        problems.append((f"{entry}.phrases", f"refer to {unknown} unknown lists; known: {known}"))
        return phrases
    return tuple(_REFERENCE.sub(lambda ref: lists[ref[1]], phrase) for phrase in phrases)


_REFERENCE: Final = re.compile(r"\{(\w{1,40})\}")
_TABLE_KEYS: Final = ("phrases", "valence", "arousal", "stance", "states")


def split_phrases(text: object) -> tuple[str, ...]:
    """
    The phrases of a text that parts them by commas; none if it is no text.
    """
    if not isinstance(text, str):
        return ()
    phrases = (" ".join(phrase.split()) for phrase in text.split(","))
    return tuple(phrase for phrase in phrases if phrase)


def _rows(layer: str, text: str, problems: _Problems) -> list[Entry]:
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines = [(n, line) for n, line in lines if not line.startswith("#")]
    if not lines:
        return []
    (number, heading), *rows = lines
    columns = [name.strip().lower() for name in heading.split("\t")]
    if "phrase" not in columns or len(set(columns)) < len(columns) or set(columns) - {*_COLUMNS}:
        reason = f"must name a column phrase and others of {', '.join(_COLUMNS[1:])}, by tabs"
        problems.append((f"line {number}", reason))
        return []
    made = [_row(layer, columns, line.split("\t"), f"line {n}", problems) for n, line in rows]
    return [entry for entry in made if entry]


def _row(
    layer: str, columns: list[str], row: list[str], where: str, problems: _Problems
) -> Entry | None:
    cells = dict(zip(columns, map(str.strip, row), strict=False))
    phrase = cells.pop("phrase", "")
    if len(row) > len(columns) or not phrase:
        problems.append((where, "must hold a phrase, and no more values than there are columns"))
        return None
    pairs = [cell.partition("=") for cell in cells.pop("states", "").split()]
    try:
        values: dict[str, Any] = {name: float(cell or 0.0) for name, cell in cells.items()}
        values["states"] = {name: float(strength) for name, _, strength in pairs}
    except ValueError:
        problems.append((where, "valence, arousal, stance and states (joy=0.5) must be numbers"))
        return None
    return _entry(f"{layer}.{phrase.replace(' ', '_')}", (phrase,), values, where, problems)


def _entry(
    name: str, phrases: tuple[str, ...], values: Mapping[str, Any], where: str, problems: _Problems
) -> Entry | None:
    before = len(problems)
    for key in ("valence", "arousal", "stance"):
        if not _is_share(values.get(key, 0.0), -1.0):
            problems.append((f"{where}.{key}", "must be a number from -1 to 1"))
    states = values.get("states", {})
    if not isinstance(states, dict) or not all(_is_share(s, 0.0) for s in states.values()):
        problems.append((f"{where}.states", "must give each state a strength from 0 to 1"))
    elif unknown := [state for state in states if state not in set(State)]:
        known = ", ".join(State)
        problems.append((f"{where}.states", f"holds {len(unknown)} unknown; known: {known}"))
    if any(map(_is_too_many, phrases)):
        problems.append((f"{where}.phrases", _TOO_MANY))
    if len(problems) > before:
        return None
    told = {key: float(values.get(key, 0.0)) for key in ("valence", "arousal", "stance")}
    return Entry(id=name, phrases=phrases, states=states, **told)


def _is_share(value: object, low: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= 1
