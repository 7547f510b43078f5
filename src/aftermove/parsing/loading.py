"""
JSON from strangers: one document or one a line, whatever stands in it.
"""

import json
import re
from collections.abc import Iterable
from math import inf, isfinite
from typing import Any, Final, NamedTuple

from aftermove.errors import TranscriptError
from aftermove.model import Problem
from aftermove.parsing.decoding import Source

__all__ = ["Loaded", "Value", "as_text", "load", "looks_like_json", "seconds_of"]

_OPENING: Final = re.compile(r"\s*+(?:\[\s*+)*+\{\s*+[\"}]")
# Each escape in turn, so that a doubled backslash hides what follows; a pair of halves makes
# one character and is left alone.
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
# Python refuses to make numbers of thousands of digits; what passes this stays a string.
_MAX_DIGITS: Final = 310
# No transcript nests so deep, and what walks it by recursion is safe.
_MAX_DEPTH: Final = 100

_TOO_DEEP: Final = "the JSON is nested too deep; save the transcript alone"


class Value(NamedTuple):
    """
    What one document, line or member of a list holds.
    """

    value: Any
    line: int | None

    def __repr__(self) -> str:
        return f"Value(line={self.line})"


class Loaded(NamedTuple):
    """
    All that a source holds.
    """

    values: list[Value]
    is_lines: bool
    """Whether each line is a document."""
    problems: list[Problem]


def looks_like_json(source: Source) -> bool:
    """
    Whether the text begins as an object does, or a list of objects.
    """
    return source.text is not None and _OPENING.match(source.text, 0, 10_000) is not None


def load(source: Source) -> Loaded:
    """
    The document, or those of its lines.

    Lone halves of characters become U+FFFD, numbers past all floats and NaN strings, and keys that
    stand twice in an object are numbered.

    Raises:
        TranscriptError: If neither the whole nor the first line is sound JSON.
    """
    text, problems = _whole_characters(source.text or "")
    try:
        return Loaded([Value(_parse(text), None)], is_lines=False, problems=problems)
    except json.JSONDecodeError as error:
        refusal = TranscriptError(
            ["the JSON isn't sound from here on; save it anew"], [error.lineno]
        )
    except RecursionError:
        refusal = TranscriptError([_TOO_DEEP], [None])
    values = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append(Value(_parse(line), number))
        except (json.JSONDecodeError, RecursionError):
            # One document that is torn has no sound first line.
            if not values:
                raise refusal from None
            reason = "the line isn't sound JSON, and makes no turn; mend it"
            problems.append(Problem(code="broken-line", reason=reason, line=number, text=line))
    return Loaded(values, is_lines=True, problems=problems)


def as_text(value: object) -> str:
    """
    A string as it is, anything else as JSON.
    """
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def seconds_of(value: object) -> float | None:
    """
    A time from 0 up that is a number or a string of one ("1.5", "1.500s"); `None` for others.
    """
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value.removesuffix("s"))
        return float(found[0]) if found else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if 0 <= seconds < inf else None


def _parse(text: str) -> Any:  # noqa: ANN401  # JSON of any shape
    value = json.loads(
        text,
        parse_constant=str,
        parse_int=lambda digits: digits if len(digits) > _MAX_DIGITS else int(digits),
        parse_float=lambda digits: number if isfinite(number := float(digits)) else digits,
        object_pairs_hook=_object,
    )
    if _is_deep(value):
        raise RecursionError
    return value


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [member for each in level for member in _members(each)]
        if not level:
            return False
    return True


def _members(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value_by_key = dict(pairs)
    if len(value_by_key) == len(pairs):
        return value_by_key
    value_by_key, count_by_key = {}, dict[str, int]()
    keys = {key for key, _ in pairs}
    for key, value in pairs:
        count_by_key[key] = count_by_key.get(key, 0) + 1
        value_by_key[key if count_by_key[key] == 1 else _numbered(key, count_by_key, keys)] = value
    return value_by_key


def _numbered(key: str, count_by_key: dict[str, int], keys: Iterable[str]) -> str:
    while f"{key} ({count_by_key[key]})" in keys:
        count_by_key[key] += 1
    return f"{key} ({count_by_key[key]})"


def _whole_characters(text: str) -> tuple[str, list[Problem]]:
    """
    The text with U+FFFD for each escape that is half of a character, and a problem for its line.
    """
    if "\\ud" not in text and "\\uD" not in text:
        return text, []
    line, reached, lines = 1, 0, dict[int, None]()
    for found in _ESCAPE.finditer(text):
        if found["half"]:
            line += text.count("\n", reached, found.start())
            reached = found.start()
            lines[line] = None
    reason = "the line holds halves of characters, which became U+FFFD; save it anew"
    problems = [Problem(code="undecodable", reason=reason, line=number) for number in lines]
    return _ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found[0], text), problems
