"""
The codebook: what each technique is, where its definition comes from, and its cues.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from aftermove.errors import CodebookError, FileAccessError, ModelError, UnknownNameError
from aftermove.techniques.cues import Cue

__all__ = ["FAMILIES", "Codebook", "Technique", "load_cues"]

FAMILIES: Final = ("common", "act", "cbt", "mi", "sfbt", "dynamic")
"""The families of the default codebook, in order: one data file each."""

_Problems = list[tuple[str, str]]


def _as_texts(members: Iterable[str]) -> tuple[str, ...]:
    return tuple(members)


def _as_cues(members: Iterable[Cue]) -> tuple[Cue, ...]:
    return tuple(members)


@frozen(kw_only=True)
class Technique:
    """
    One thing that therapists do on purpose.

    Example:
        >>> Codebook.default()["values"].family
        'act'
    """

    id: str
    """Stable: it is written into users' files."""
    name: str
    family: str
    definition: str
    source: str
    """The manuals and papers that the definition follows."""
    near_misses: tuple[str, ...] = field(default=(), converter=_as_texts)
    """What looks like it and isn't."""
    cues: tuple[Cue, ...] = field(default=(), converter=_as_cues)


def _as_techniques(members: Iterable[Technique]) -> tuple[Technique, ...]:
    return tuple(members)


@frozen
class Codebook:
    """
    Techniques in order, to be looked up by id.

    Example:
        >>> codebook = Codebook.default()
        >>> "defusion" in codebook, len(codebook)
        (True, 40)
    """

    _members: tuple[Technique, ...] = field(converter=_as_techniques)

    def __attrs_post_init__(self) -> None:
        if len(self._by_id) < len(self._members):
            raise ModelError("Codebook", "must name each technique once")

    @classmethod
    def default(cls) -> "Codebook":
        """
        The techniques that ship with the library; made once.
        """
        return _default()

    @classmethod
    def load(cls, path: str | Path) -> "Codebook":
        """
        The techniques of one TOML file; see `docs/reference/codebook.md` for its form.

        Raises:
            CodebookError: With every problem of the file and its path within it.
            FileAccessError: If the file can't be read.
        """
        try:
            content = Path(path).read_bytes()
        except (OSError, ValueError) as error:
            # A path with a NUL is a ValueError.
            reason = getattr(error, "strerror", None) or "can't be read"
            raise FileAccessError(str(path), reason) from error
        return cls(_parse(content, str(path)))

    def extend(self, other: "Codebook") -> "Codebook":
        """
        These techniques with those of *other*, which replace their namesakes in place.
        """
        new_by_id = {technique.id: technique for technique in other.values()}
        kept = [new_by_id.pop(technique.id, technique) for technique in self._members]
        return Codebook((*kept, *new_by_id.values()))

    @cached_property
    def _by_id(self) -> dict[str, Technique]:
        return {technique.id: technique for technique in self._members}

    @property
    def techniques(self) -> tuple[str, ...]:
        """
        The ids in order.
        """
        return tuple(self._by_id)

    def values(self) -> tuple[Technique, ...]:
        """
        The techniques in order.
        """
        return self._members

    def __getitem__(self, technique: str) -> Technique:
        try:
            return self._by_id[technique]
        except KeyError:
            raise UnknownNameError("technique", technique, self.techniques) from None

    def __contains__(self, technique: object) -> bool:
        return technique in self._by_id

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"<Codebook: {len(self)} techniques>"


@cache
def _default() -> Codebook:
    folder = files("aftermove.techniques") / "data"
    return Codebook(
        technique
        for family in FAMILIES
        for technique in _parse((folder / f"{family}.toml").read_bytes(), f"{family}.toml")
    )


@cache
def load_cues(name: str) -> tuple[Cue, ...]:
    """
    The cues of a data file of ours that belong to no technique.
    """
    content = (files("aftermove.techniques") / "data" / f"{name}.toml").read_bytes()
    problems: _Problems = []
    cues = _cues(name, tomllib.loads(content.decode()), "", problems)
    assert not problems, problems
    return cues


def _parse(content: bytes, source: str) -> list[Technique]:
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # Bytes, syntax, endless digits or nesting; none quotes more than a single character.
        raise CodebookError([("file", f"isn't TOML in UTF-8: {error}")], source) from error
    problems: _Problems = []
    family = tables.pop("family", None)
    if not isinstance(family, str) or not family.strip():
        problems.append(("family", "must name the family of all techniques of the file"))
    techniques = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            problems.append((name, "must be a table that describes a technique"))
            continue
        techniques.append(_technique(name, str(family), table, problems))
    if not techniques:
        problems.append(("file", "must describe at least one technique"))
    if problems:
        raise CodebookError(problems, source)
    return techniques


def _technique(name: str, family: str, table: Mapping[str, Any], problems: _Problems) -> Technique:
    known = {"name", "definition", "source", "near_misses", "cues"}
    _refuse_unknown(name, table, known, problems)
    for key in ("name", "definition", "source"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            problems.append((f"{name}.{key}", "must be a text that isn't blank"))
    return Technique(
        id=name,
        name=str(table.get("name")),
        family=family,
        definition=str(table.get("definition")),
        source=str(table.get("source")),
        near_misses=_texts(f"{name}.near_misses", table.get("near_misses", []), problems),
        cues=_cues(name, table.get("cues", {}), f"{name}.cues", problems),
    )


def _cues(technique: str, table: object, path: str, problems: _Problems) -> tuple[Cue, ...]:
    if not isinstance(table, dict):
        problems.append((path, "must be a table of cues, each under its name"))
        return ()
    made = [
        _cue(f"{technique}.{name}", cue, f"{path}.{name}".lstrip("."), problems)
        for name, cue in table.items()
    ]
    return tuple(cue for cue in made if cue is not None)


def _cue(name: str, table: object, path: str, problems: _Problems) -> Cue | None:
    if not isinstance(table, dict):
        problems.append((path, "must be a table"))
        return None
    before = len(problems)
    known = {"phrases", "pattern", "gate", "weight", "match", "near_miss"}
    _refuse_unknown(path, table, known, problems)
    weight = table.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not abs(weight) <= 10:
        problems.append((f"{path}.weight", "must be a number from -10 to 10"))
    for key in ("pattern", "match", "near_miss"):
        if not isinstance(table.get(key, ""), str):
            problems.append((f"{path}.{key}", "must be a text"))
    phrases = _texts(f"{path}.phrases", table.get("phrases", []), problems)
    gate = _texts(f"{path}.gate", table.get("gate", []), problems)
    if len(problems) == before:
        _refuse_unknown_classes(path, (*phrases, str(table.get("pattern", "")), *gate), problems)
    if len(problems) > before:
        return None
    try:
        return Cue(
            id=name,
            phrases=[_spelt_out(phrase, "|".join) for phrase in phrases],
            pattern=_spelt_out(table.get("pattern", ""), lambda words: f"(?:{'|'.join(words)})"),
            gate=[word for entry in gate for word in _spelt_out(entry, " ".join).split()],
            weight=float(weight),
            match=table.get("match", ""),
            near_miss=table.get("near_miss", ""),
        )
    except ModelError as error:
        problems.append((path, error.reason))
        return None


# A class of words named in a cue: "{feeling}".  Repetitions, "{0,3}", begin with a digit.
_CLASS: Final = re.compile(r"\{([a-z_]{1,40})\}")


@cache
def _words_by_class() -> dict[str, tuple[str, ...]]:
    content = (files("aftermove.techniques") / "data" / "classes.toml").read_bytes()
    return {name: tuple(words) for name, words in tomllib.loads(content.decode()).items()}


def _spelt_out(text: str, join: Callable[[tuple[str, ...]], str]) -> str:
    """
    The text with each class of words put in as its words.
    """
    return _CLASS.sub(lambda found: join(_words_by_class()[found[1]]), text)


def _refuse_unknown_classes(path: str, texts: Iterable[str], problems: _Problems) -> None:
    known = _words_by_class()
    named = {name for text in texts for name in _CLASS.findall(text)}
    problems.extend(
        (path, f"names a class of words that isn't known; known: {', '.join(known)}")
        for name in named - known.keys()
    )


def _texts(path: str, members: object, problems: _Problems) -> tuple[str, ...]:
    if isinstance(members, list) and all(isinstance(m, str) and m.strip() for m in members):
        return tuple(members)
    problems.append((path, "must be a list of texts that aren't blank"))
    return ()


def _refuse_unknown(
    path: str, table: Mapping[str, Any], known: set[str], problems: _Problems
) -> None:
    problems.extend(
        (f"{path}.{key}", f"isn't known; known: {', '.join(sorted(known))}")
        for key in table
        if key not in known
    )
