"""
What stands before the first turn: headers that tell of the session, or else a problem.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Final, NamedTuple

from aftermove.model import Problem, Role
from aftermove.parsing.labels import BLANK, Label
from aftermove.parsing.roles import is_name_shaped, key_of, named, part, short_part

__all__ = [
    "HEADER_KEYS",
    "NUMBERED",
    "RULE",
    "Preamble",
    "header_ends",
    "header_of",
    "read_preamble",
    "roles_in",
]

_PAIR: Final = re.compile(
    rf"{BLANK}*+[-*_>]{{0,3}}+{BLANK}*+(?P<key>[^\W\d_][^:：\n*]{{0,40}}(?<![0-9]))\*{{0,2}}+[:：]\*{{0,2}}+(?P<value>.*)"
)
# As in "Session 3" and "=== Sitzung Nr. 3 (im Garten) ===".
NUMBERED: Final = re.compile(
    rf"""
    [^\w\n]{{0,40}}+
    (?P<key> session | visit | meeting | interview | tape
           | sitzung | sesión | séance | sessione | sessie )
    {BLANK}? (?: (?: no | nr ) \.? {BLANK}? | number {BLANK} | \# )?
    (?P<value>
      (?: [0-9]{{1,6}} | one | two | three | four | five | six | seven | eight | nine | ten ) \b
      (?: {BLANK}{{0,3}}+ [-–—:|,(] {BLANK}*+ [^\W_] [^\n]{{0,60}}? [)\]]?+ )? )
    [^\w\n]{{0,40}}+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HEADING: Final = re.compile(rf"\#{{1,6}}{BLANK}++(?P<value>.+)")
_QUOTED: Final = re.compile(r"""(["'])(.*)\1""")
RULE: Final = re.compile(r"[-=_*~#+.\s]{3,}")
_FRONT_MATTER: Final = re.compile(r"\s*+---[ \t]*+\n((?:(?!---|\.\.\.).*\n){1,100})(?:---|\.\.\.)")
# A header's value is short and no sentence: "Kim", "3 May", "clinic B".
_SHORT: Final = re.compile(r"[^?!…]{1,60}(?<![.,;:])")
# Where headers end is looked for in so many lines.
_MAX_LINES: Final = 60

# Keys that no speaker has for a name: where one stands, the lines around it are headers too.
HEADER_KEYS: Final = frozenset(
    "date time session site location id transcriber recorded recording duration length title "
    "approach diagnosis age gender language file subject topic modality setting".split()
)
# Keys of the id of the patient, by which studies group sessions.
_PATIENT_KEYS: Final = ("patient id", "client id", "participant id", "client", "participant")


class Preamble(NamedTuple):
    """
    What the lines before the first turn tell.
    """

    metadata: dict[str, str]
    problems: list[Problem]


class _Line(NamedTuple):
    start: int
    end: int
    """Index behind its line break."""
    text: str


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop + 1
        yield _Line(start, stop, text[start:stop].strip())
        start = stop


def header_of(line: str) -> tuple[str, str] | None:
    """
    The key and value that a line tells, or `None`; a heading is the title.
    """
    found = NUMBERED.fullmatch(line)
    if found is None and (heading := _HEADING.fullmatch(line)):
        # Markdown may close a heading with more of its signs, behind a blank.
        title, _, closing = heading["value"].rpartition(" ")
        return "title", title.strip() if title and not closing.strip("#") else heading["value"]
    found = found or _PAIR.fullmatch(line)
    if found is None or not found["value"].strip():
        return None
    return " ".join(found["key"].casefold().split()), found["value"].strip()


def header_ends(text: str, labels: Iterable[Label]) -> list[int]:
    """
    Where the headers may end and the turns begin, the likeliest first; nowhere without headers.

    "Client: Kim" may be a header or a turn: what decides is whether turns are left without it.
    """
    count_by_base = Counter(label.shape.base for label in labels)
    found = _FRONT_MATTER.match(text)
    reach = fence = 0 if found is None or _tells_parts(found[1]) else found.end()
    lines = islice(_lines(text, fence, len(text)), _MAX_LINES)
    for has_text, group in groupby(lines, key=lambda line: bool(line.text)):
        if not has_text:
            continue
        members = list(group)
        if _are_headers(members, count_by_base if not _has_header_key(members) else Counter()):
            reach = members[-1].end
            continue
        while members and not _are_headers(members, count_by_base):
            members.pop()
        if members and reach == fence:
            reach = members[-1].end
        break
    return [end for end in dict.fromkeys((reach, fence)) if end]


def _tells_parts(lines: str) -> bool:
    return any(part(key_of(line.partition(":")[0])) for line in lines.split("\n"))


def _is_header(line: str, count_by_base: Counter[str]) -> bool:
    if RULE.fullmatch(line):
        return True
    header = header_of(line)
    if header is None or not _SHORT.fullmatch(header[1]):
        return False
    key = header[1] if header[0] == "title" else header[0]
    return key in HEADER_KEYS or count_by_base[named(key).base] <= 1


def _are_headers(lines: Sequence[_Line], count_by_base: Counter[str]) -> bool:
    """
    Whether all lines are; a lone line must have a key that nobody is called.
    """
    if len(lines) < 2 and not _has_header_key(lines):
        return False
    return all(_is_header(line.text, count_by_base) for line in lines)


def _has_header_key(lines: Iterable[_Line]) -> bool:
    headers = [header_of(line.text) for line in lines]
    return any(header and header[0] in HEADER_KEYS for header in headers)


def roles_in(headers: str) -> dict[str, Role]:
    """
    The roles that headers tell of names ("Therapist: Kim Lee"), by their keys and initials.
    """
    role_by_key: dict[str, Role] = {}
    for line in _lines(headers, 0, len(headers)):
        header = header_of(line.text)
        if header and header[0] == "speakers":
            role_by_key |= _listed_roles(header[1])
            continue
        role = header and (part(header[0]) or short_part(header[0]))
        name = _unquoted(header[1]) if header else ""
        if role and is_name_shaped(name):
            words = key_of(name).split()
            keys = [" ".join(words), "".join(word[0] for word in words), *words]
            role_by_key |= {key: role for key in keys if not part(key)}
    return role_by_key


def _listed_roles(speakers: str) -> dict[str, Role]:
    """
    The roles of names in a list such as "Robin Vale = therapist; Sam = patient".
    """
    pairs = (each.rpartition("=") for each in speakers.split(";"))
    roles = tuple(Role)
    return {
        key_of(name): Role(role.strip())
        for name, _, role in pairs
        if name.strip() and role.strip() in roles
    }


def _unquoted(value: str) -> str:
    return _QUOTED.sub(r"\2", value)


def read_preamble(text: str, end: int) -> Preamble:
    """
    What the lines of *text* up to *end* tell: metadata, and a problem for each stretch of others.

    Rules are kept among the metadata; the fences of front matter, and the quotation marks within,
    are signs of its form.
    """
    front = _FRONT_MATTER.match(text, 0, end)
    reach = front.end() if front else 0
    metadata: dict[str, str] = {}
    rules: list[str] = []
    unplaced: list[tuple[int, str]] = []
    for number, line in enumerate(_lines(text, 0, end), start=1):
        header = header_of(line.text)
        if not line.text or (RULE.fullmatch(line.text) and line.start < reach):
            continue
        if RULE.fullmatch(line.text):
            rules.append(line.text)
        elif header is None or header[0] in metadata:
            unplaced.append((number, line.text))
        else:
            key, value = header
            metadata[key] = _unquoted(value) if line.start < reach else value
    if rules:
        metadata["rules"] = "\n".join(filter(None, (metadata.get("rules"), *rules)))
    spaced = {key.replace("_", " "): value for key, value in metadata.items()}
    patient = next((spaced[key] for key in _PATIENT_KEYS if key in spaced), None)
    problems = list(_unplaced(unplaced))
    return Preamble({"patient": patient} | metadata if patient else metadata, problems)


def _unplaced(lines: Sequence[tuple[int, str]]) -> Iterator[Problem]:
    """
    A problem for each run of lines, which come with their numbers.
    """
    reason = "the text stands before the first label; write it as 'key: value', or label it"
    for _, run in groupby(enumerate(lines), key=lambda each: each[1][0] - each[0]):
        (first, _), *_ = members = [member for _, member in run]
        text = "\n".join(words for _, words in members)
        yield Problem(code="unplaced", reason=reason, line=first, text=text)
