"""
Tables that don't name a column of speakers: with a column for each of them, or without headings.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from aftermove.model import Role
from aftermove.parsing.columns import has_columns, is_header, uses_of
from aftermove.parsing.delimited import DELIMITERS, Row, declared, rows
from aftermove.parsing.labels import clocks
from aftermove.parsing.roles import grade, named, part, short_part

__all__ = ["are_voices", "delimiter_of", "headings_of", "reshaped"]

# What is looked at to know what the columns hold.
_N_SAMPLE: Final = 50
_HEADER_ROWS: Final = 20
# The share of rows that must be as wide as the headings, or as each other; ragged ones are rare.
_EVEN: Final = 0.8
# What is looked at to know the form.
_HEAD: Final = 16_384
# Of as many words, some cell of a column is talk.
_TALK_WORDS: Final = 3
# Below the headings of tables in Markdown.
_RULE: Final = re.compile(r":?-{2,}:?")
_TIME: Final = re.compile(r"[\[(#]?[0-9]{1,3}(?::[0-9]{1,2}){1,2}(?:[.,-][0-9]{1,3})?[\])#]?")


def delimiter_of(text: str) -> tuple[str | None, float]:
    """
    The sign between a table's cells, and how sure that is, from 0; `None` where it is no table.
    """
    # A cell cut off at the head's end changes no row above it.
    head = text[:_HEAD]
    sign = declared(text)
    signs = [sign] if sign else DELIMITERS
    rows_by_sign = {
        sign: [cells for _, cells in islice(rows(head, sign), 4 * _HEADER_ROWS)] for sign in signs
    }
    for sign, table in rows_by_sign.items():
        found = next((n for n, cells in enumerate(table[:_HEADER_ROWS]) if _names(cells)), None)
        if found is None:
            continue
        # Talk with a line like a row of headings isn't followed by rows as wide.
        n_even = sum(len(cells) == len(table[found]) for cells in table[found + 1 :])
        if n_even >= _EVEN * (len(table) - found - 1):
            return sign, 0.9
    for sign, table in rows_by_sign.items():
        # A tab may be a label's.
        if headings_of(table) and (sign != "\t" or len(table[0]) > 2):
            return sign, 0.5
    return None, 0.0


def _names(cells: Sequence[str]) -> bool:
    return is_header(cells) or are_voices(cells)


def reshaped(table: Iterable[Row], columns: Mapping[str, str]) -> Iterator[Row]:
    """
    The rows, below headings that name a column of talk and one of speakers, if they can be found.

    A row of a table with a column for each speaker becomes one for each cell of talk.

    Args:
        table: Its rows, each with its 1-based number.
        columns: The caller's headings by use.
    """
    left = iter(table)
    top = list(islice(left, _N_SAMPLE))
    head = top[:_HEADER_ROWS]
    found = next((n for n, row in enumerate(head) if has_columns(row[1], columns)), None)
    if found is not None:
        is_ruled = len(top) > found + 1 and _is_rule(top[found + 1][1])
        yield from chain(top[: found + 1], top[found + 1 + is_ruled :], left)
        return
    found = next((n for n, row in enumerate(head) if are_voices(row[1])), None)
    headings = None if columns else headings_of([cells for _, cells in top])
    if found is not None and _holds_talk(top[found:]) and not columns.keys() & {"text", "speaker"}:
        yield from top[:found]
        yield from _by_voice(top[found], chain(top[found + 1 :], left))
    elif headings:
        yield 0, headings
        yield from chain(top, left)
    else:
        yield from chain(top, left)


def _is_rule(cells: Sequence[str]) -> bool:
    told = [cell.strip() for cell in cells if cell.strip()]
    return bool(told) and all(map(_RULE.fullmatch, told))


def are_voices(cells: Sequence[str]) -> bool:
    """
    Whether headings name a therapist's column and a patient's, and none of talk by all.

    Example:
        >>> are_voices(["time", "Therapist", "Patient"]), are_voices(["Therapist", "Text"])
        (True, False)
    """
    roles = {part(named(cell).base) for cell in cells if len(cell) < 40}
    return {Role.THERAPIST, Role.PATIENT} <= roles and "text" not in uses_of(cells, {})


def _voices(headings: Sequence[str]) -> list[int]:
    bases = [named(heading).base for heading in headings]
    return [n for n, base in enumerate(bases) if part(base) or short_part(base)]


def _holds_talk(table: Sequence[Row]) -> bool:
    """
    Whether some cell of a speaker's column, below its heading, is more than a name.
    """
    (_, headings), *below = table
    voices = _voices(headings)
    return any(
        len(cells[n].split()) >= _TALK_WORDS for _, cells in below for n in voices if n < len(cells)
    )


def _by_voice(header: Row, below: Iterable[Row]) -> Iterator[Row]:
    line, headings = header
    voices = _voices(headings)
    others = [n for n in range(len(headings)) if n not in voices]
    yield line, [*(headings[n] for n in others), "speaker", "text"]
    for number, cells in below:
        if _is_rule(cells):
            continue
        beside = [cells[n] if n < len(cells) else "" for n in others]
        talk = {headings[n]: cells[n] for n in voices if n < len(cells) and cells[n].strip()}
        for name, words in talk.items() or {"": ""}.items():
            yield number, [*beside, name.strip(), words, *cells[len(headings) :]]


def headings_of(table: Sequence[Sequence[str]]) -> list[str] | None:
    """
    Headings for a table that has none, if one column holds names of parts, and another one talk.

    Returns:
        "speaker", "text" and perhaps "start" and "end" at their columns, and empty ones at others;
        `None` where it isn't clear.
    """
    if len(table) < 3:
        return None
    (width, n_even), *_ = Counter(map(len, table)).most_common(1)
    if width < 2 or n_even < _EVEN * len(table):
        return None
    columns = [
        [cells[n].strip() if n < len(cells) else "" for cells in table] for n in range(width)
    ]
    speakers = [n for n, column in enumerate(columns) if _are_speakers(column)]
    words = [max(len(cell.split()) for cell in column) for column in columns]
    talk = max(range(width), key=lambda n: (n not in speakers[:1], words[n]))
    if not speakers or words[talk] < _TALK_WORDS:
        return None
    headings = [""] * width
    headings[speakers[0]], headings[talk] = "speaker", "text"
    timed = [n for n, column in enumerate(columns) if not headings[n] and _are_times(column)]
    for n, use in zip(timed, ("start", "end"), strict=False):
        headings[n] = use
    return headings


def _are_speakers(column: Sequence[str]) -> bool:
    """
    Whether cells hold few names, some of which tell a part.
    """
    names = Counter(column)
    bases = {named(name).base for name in names}
    grades = [grade(name, bases, ()) for name in names if name]
    recurs = len(names) <= max(2, len(column) // 2)
    return recurs and names[""] * 5 <= len(column) and None not in grades and any(grades)


def _are_times(column: Sequence[str]) -> bool:
    told = [cell for cell in column if cell]
    return bool(told) and all(_TIME.fullmatch(cell) and clocks(cell) for cell in told)
