"""
Every regular expression of the library, on text made of repeats of its own parts.

Each is run as the library runs it on text that hardly lets it match, at two lengths, and must not
cost more than six times as much for four times the text.
"""

import importlib
import pkgutil
import re
import string
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any, TypeAlias

import pytest
import regex

import aftermove
from aftermove.model import _identifiers
from aftermove.parsing import delimited
from aftermove.techniques import Codebook
from aftermove.techniques.codebook import load_cues
from aftermove.techniques.cues import _compiled

Pattern: TypeAlias = "re.Pattern[Any] | regex.Pattern[Any]"
Run: TypeAlias = Callable[["str | bytes"], object]
SubPattern: TypeAlias = Any
"""Of the standard library's own parser, which has no types."""

LENGTHS = (500, 2_000, 8_000)
"""Of texts: the next two are taken where the first are over too soon to be timed."""
LONG_ENOUGH = 0.003
"""Seconds that can be told from noise."""
MOST = 6.0
N_TRIES = 6
CHARS = f"a1 {string.punctuation}\n\té\u2019{string.ascii_letters}"


def patterns() -> dict[str, Pattern]:
    """
    All of code and data, each by a name that tells where it stands.
    """
    found: dict[str, Pattern] = {}
    for info in pkgutil.walk_packages(aftermove.__path__, "aftermove."):
        if "testing" in info.name or "__main__" in info.name:
            continue
        for name, value in vars(importlib.import_module(info.name)).items():
            for number, each in enumerate(members(value)):
                if isinstance(each, (re.Pattern, regex.Pattern)):
                    found[f"{info.name}.{name}.{number}"] = each
    for make in ("_mail", "_url", "_date", "_address", "_phone", "_number"):
        found[f"identifiers.{make}"] = getattr(_identifiers, make)()
    for sign in (",", "\t"):
        found[f"delimited.{sign!r}"] = delimited._cell(sign)
    cues = [*load_cues("shape"), *(c for each in Codebook.default().values() for c in each.cues)]
    found |= {cue.id: _compiled(cue.pattern, cue.gate) for cue in cues if cue.pattern}
    return found


def members(value: object) -> Iterable[object]:
    """
    What a name of a module stands for, or what a collection there holds.
    """
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (tuple, list, frozenset)) else (value,)


def runs(name: str) -> list[Run]:
    """
    The ways in which the library runs a pattern: bound to the start, or else through all the text.
    """
    pattern, constant = PATTERNS[name], name.rpartition(".")[0].rpartition(".")[2]
    ways = (
        set(re.findall(rf"\b{constant}\.(match|fullmatch|\w+)\(", SOURCES)) if constant else set()
    )
    if ways and ways <= {"match", "fullmatch"}:
        return [getattr(pattern, way) for way in sorted(ways)]
    return [lambda text: sum(1 for _ in pattern.finditer(text))]


def parts(parsed: SubPattern) -> Iterator[SubPattern]:
    """
    A parsed pattern and the sequences within it; of alternatives, the first and the last.
    """
    yield parsed
    for _, told in parsed:
        for each in told if isinstance(told, (tuple, list)) else (told,):
            if isinstance(each, _parser.SubPattern):
                yield from parts(each)
            elif isinstance(each, list) and each and isinstance(each[0], _parser.SubPattern):
                for branch in (each[0], each[-1]):
                    yield from parts(branch)


def sample(parsed: SubPattern) -> str:
    """
    A short text that the sequence may take; repeats come at least once.
    """
    return "".join(sample_of(parsed.state, token) for token in parsed)


def sample_of(state: object, token: tuple[Any, Any]) -> str:
    """
    The same for one element.
    """
    kind, told = str(token[0]), token[1]
    if kind == "LITERAL":
        return chr(told)
    if kind == "BRANCH":
        return sample(told[1][0])
    if kind.endswith("REPEAT"):
        return sample(told[2]) * int(max(1, min(told[0], 20)))
    if kind in {"SUBPATTERN", "ATOMIC_GROUP"}:
        return sample(told[3] if kind == "SUBPATTERN" else told)
    if kind in {"IN", "ANY", "NOT_LITERAL"}:
        one = _compiler.compile(_parser.SubPattern(state, [token]))
        return next((char for char in CHARS if one.match(char)), "")
    return ""


@cache
def pieces(pattern: str, flags: int) -> tuple[tuple[str, str], ...]:
    """
    What the hostile texts begin with, and what they repeat.

    They repeat samples of the pattern's parts, and of all but a part's end; each element of the
    whole also behind what comes before it.
    """
    found: dict[tuple[str, str], None] = {}
    parsed = _parser.parse(pattern, flags)
    for part in parts(parsed):
        whole = sample(part)
        told = (whole, whole[:-1], *(sample_of(part.state, token) for token in part[:8]))
        found |= dict.fromkeys(("", piece) for piece in told if piece)
    for place, token in enumerate(parsed):
        if piece := sample_of(parsed.state, token):
            found[sample(parsed[:place]), piece] = None
    return tuple(found)


def cost(run: Run, text: str | bytes) -> float:
    """
    Seconds.
    """
    began = process_time()
    run(text)
    return process_time() - began


def growth(run: Run, piece: str, start: str = "", *, is_bytes: bool = False) -> float:
    """
    What four times as much of the *piece* costs; 0 where even the longest text takes no time.
    """
    short = 0.0
    for length in LENGTHS:
        text = start + piece * (length // len(piece) + 1)
        long = cost(run, text.encode() if is_bytes else text)
        if long > LONG_ENOUGH and short:
            return long / short
        short = long
    return 0.0


PATTERNS = patterns()
SOURCES = "".join(
    path.read_text("utf-8") for path in sorted(Path(aftermove.__path__[0]).rglob("*.py"))
)


def test_all_patterns_are_met() -> None:
    """
    The search for patterns finds those of code and those of data.
    """
    names = " ".join(PATTERNS)
    assert "aftermove.parsing" in names
    assert "aftermove.language" in names
    assert len(PATTERNS) > 150


@pytest.mark.parametrize("name", PATTERNS)
def test_four_times_the_text_costs_at_most_six_times_as_much(name: str) -> None:
    """
    No repeat of a pattern's own parts makes it slower than in proportion to the text.
    """
    pattern = PATTERNS[name]
    source, is_text = pattern.pattern, isinstance(pattern.pattern, str)
    flags = pattern.flags & (re.VERBOSE | re.IGNORECASE | re.MULTILINE | re.DOTALL)
    for start, piece in pieces(source if is_text else source.decode(), flags):
        for run in runs(name):
            # Once in a while the machine is busy with something else.
            assert any(
                growth(run, piece, start, is_bytes=not is_text) <= MOST for _ in range(N_TRIES)
            ), f"repeats of {piece!r} behind {start!r}"


def test_a_slow_pattern_is_found_out() -> None:
    """
    The measure itself tells a square cost from a linear one.
    """
    slow, quick = re.compile("a*b"), re.compile("a{1,9}b")
    assert growth(slow.search, "a") > MOST  # type: ignore[arg-type]
    assert growth(quick.search, "a") <= MOST  # type: ignore[arg-type]
