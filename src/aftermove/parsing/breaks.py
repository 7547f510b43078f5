"""
Where the sessions of one labelled text begin: at headings that stand right above labels.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from aftermove.parsing.preamble import HEADER_KEYS, NUMBERED, RULE, header_of

__all__ = ["find_headings", "holds_headers_alone", "session_starts"]

_HEADING: Final = re.compile(rf"^{NUMBERED.pattern}$", re.MULTILINE | NUMBERED.flags)

# Keys whose value is another for each session; where a text begins with one, it may recur.
_KEYS: Final = (
    "session|session id|session number|session no|session date|date|visit|meeting|interview|id|"
    "client id|patient id|participant id"
)
_KEYED: Final = re.compile(
    rf"^[ \t]*+(?P<key>{_KEYS.replace(' ', '[ _]')})[ \t]*+[:：][ \t]*+(?P<value>\S[^\n]{{0,80}})$",
    re.MULTILINE | re.IGNORECASE,
)
# What the keys are looked for in; headers at the top are seldom longer.
_TOP: Final = 3_000


def find_headings(text: str) -> list[re.Match[str]]:
    """
    The lines that may head a session, in order: those with a number, or a key that recurs.

    One that comes again with the same value heads a page, and a tape goes on with a session.
    """
    kinds_on_top = set(map(_kind, _KEYED.finditer(text, 0, _TOP)))
    lines = [found for found in _HEADING.finditer(text) if _kind(found) != "tape"]
    lines += [found for found in _KEYED.finditer(text) if _kind(found) in kinds_on_top]
    headings = []
    value_by_kind: dict[str, str] = {}
    for found in sorted(lines, key=lambda found: found.start()):
        kind, value = _kind(found), " ".join(found["value"].casefold().split())
        if value_by_kind.get(kind) != value:
            headings.append(found)
        value_by_kind[kind] = value
    n_by_kind = Counter(map(_kind, headings))
    return [each for each in headings if each.re is _HEADING or n_by_kind[_kind(each)] > 1]


def _kind(found: re.Match[str]) -> str:
    # "Session 3" and "Session: 3" are of two kinds.
    return f"{found['key'].casefold()}{':' if found.re is _KEYED else ''}"


def session_starts(
    text: str, headings: Sequence[re.Match[str]], labels: Sequence[tuple[int, int]]
) -> list[int]:
    """
    The index of each session's first character, the first of all being 0.

    A kind of heading begins sessions if each of its lines has nothing but headers between it and
    the label below.  So a list of sessions, which somebody tells of, begins none.

    Args:
        text: All of it.
        headings: As found by `find_headings`.
        labels: Where those that may open turns start and end, in order.
    """
    label_starts = [start for start, _ in labels]
    n_by_kind = Counter(map(_kind, headings))
    headings_by_place: defaultdict[tuple[str, int], list[re.Match[str]]] = defaultdict(list)
    for found in headings:
        below = bisect_left(label_starts, found.start())
        headings_by_place[_kind(found), below].append(found)
    starts: list[tuple[int, str, int | None]] = []
    for (kind, below), (found, *others) in headings_by_place.items():
        if below:
            start = None
            # Two below each other are a list, and one that recurs nowhere must stand apart.
            is_apart = n_by_kind[kind] > 1 or text.startswith("\n\n", found.start() - 2)
            if not others and below < len(labels) and is_apart:
                start = _start(text, found, labels[below - 1][1], labels[below][0])
            starts.append((below, kind, start))
    untrusted = {kind for _, kind, start in starts if start is None}
    start_by_label: dict[int, int] = {}
    for below, kind, start in starts:
        if start is not None and kind not in untrusted:
            start_by_label[below] = min(start, start_by_label.get(below, start))
    return [0, *sorted(start_by_label.values())]


def _start(text: str, found: re.Match[str], above: int, below: int) -> int | None:
    """
    Where the session begins that a line heads; `None` if it heads none.

    Args:
        text: All of it.
        found: The line.
        above: Where the talk begins that it stands in.
        below: Where the next label stands.
    """
    if not holds_headers_alone(text[found.end() : below]):
        return None
    lines = text[above : found.start()].splitlines(keepends=True)
    n_beside = 0
    for place, line in enumerate(reversed(lines), start=1):
        if not line.strip():
            continue
        is_header = n_beside == place - 1 and _has_known_key(line)
        if not is_header and not RULE.fullmatch(line):
            break
        n_beside = place
    return found.start() - sum(map(len, lines[len(lines) - n_beside :]))


def _has_known_key(line: str) -> bool:
    header = header_of(line.strip())
    return header is not None and header[0].replace("_", " ") in {*HEADER_KEYS, *_KEYS.split("|")}


def holds_headers_alone(text: str) -> bool:
    """
    Whether each line is a header, a rule or blank.
    """
    lines = filter(None, map(str.strip, text.split("\n")))
    return all(RULE.fullmatch(line) or header_of(line) for line in lines)
