"""
What each column of a table holds, by its heading.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from aftermove.errors import UnknownNameError

__all__ = ["USES", "has_columns", "is_header", "is_milliseconds", "uses_of"]

USES: Final = ("text", "speaker", "role", "start", "end", "session", "order", "patient")

_NO_LETTER: Final = re.compile(r"[\W_]+")
_UNIT: Final = re.compile(
    r"(?:(?:in)?(ms|msec|millis|milliseconds|millisekunden)|secs?|seconds|s)\Z"
)


@cache
def _names() -> Mapping[str, Sequence[str]]:
    source = resources.files("aftermove.parsing").joinpath("data/columns.toml").read_text("utf-8")
    return {use: tuple(names) for use, names in tomllib.loads(source).items()}


def _key(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading[:100].casefold())
    return _NO_LETTER.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


def is_milliseconds(heading: str) -> bool:
    """
    Whether a heading of times names that unit, as in "start_ms".
    """
    found = _UNIT.search(_key(heading))
    return found is not None and found[1] is not None


def uses_of(headings: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """
    The column of each use that is known, from 0.

    Args:
        headings: Of the columns, in order.
        given: The caller's heading for each use; wins over what the headings tell.

    Raises:
        UnknownNameError: If there is no such heading.

    Example:
        >>> uses_of(["Sprecher", "start_ms", "Text"], {})
        {'text': 2, 'speaker': 0, 'start': 1}
    """
    keys = [_key(heading) for heading in headings]
    columns: dict[str, int] = {}
    for use, heading in given.items():
        if _key(str(heading)) not in keys:
            raise UnknownNameError("column", str(heading), [each.strip() for each in headings])
        columns[use] = keys.index(_key(str(heading)))
    for use, names in _names().items():
        if use in columns:
            continue
        timed = use in ("start", "end")
        known = [_UNIT.sub("", key) if timed and key not in names else key for key in keys]
        free = [i for i, key in enumerate(known) if key in names and i not in columns.values()]
        if free:
            columns[use] = min(free, key=lambda i: names.index(known[i]))
    return columns


def has_columns(cells: Sequence[str], given: Mapping[str, str]) -> bool:
    """
    Whether a row of cells holds all headings that the caller names, and those that are needed.

    Raises:
        UnknownNameError: If the caller names a use that there isn't.
    """
    keys = {_key(cell) for cell in cells}
    for use in given:
        if use not in USES:
            raise UnknownNameError("use of a column", str(use), USES)
    if not all(_key(str(heading)) in keys for heading in given.values()):
        return False
    uses = uses_of(cells, given)
    return "text" in uses and ("speaker" in uses or "role" in uses)


def is_header(cells: Sequence[str]) -> bool:
    """
    Whether a row of cells names a column of talk and one of those who speak.
    """
    return has_columns(cells, {})
