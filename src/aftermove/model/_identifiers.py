"""
Where a text names a person, a place, a day or a number by which somebody could be known.

Each search takes time that grows with the text alone: repeats are possessive or bounded, and each
run of letters and digits is entered at its start.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import groupby, takewhile
from typing import Final, NamedTuple

__all__ = ["KINDS", "Found", "Names", "merged", "parts_of", "patterns_in"]


class Found(NamedTuple):
    """
    A stretch of text that is to be replaced.
    """

    start: int
    end: int
    kind: str
    """What stands in the placeholder, in capital letters."""


@cache
def _words(name: str) -> frozenset[str]:
    source = resources.files("aftermove.model").joinpath("data/identifiers.toml")
    return frozenset(tomllib.loads(source.read_text("utf-8"))[name])


def _any_of(name: str) -> str:
    return "|".join(sorted(map(re.escape, _words(name)), key=len, reverse=True))


# No letter and no digit before, or behind.
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"


@cache
def _mail() -> re.Pattern[str]:
    begin = r"(?<![\w.+-])"
    return re.compile(
        rf"""
          # kim@example.org
          {begin} [\w.+-]++ @ [\w.-]++
          # kim at example dot org; not "look at me"
        | {begin} [\w.+-]++ [ ] at [ ] [\w-]++ (?: [ ] dot [ ] [a-z]{{2,10}} ){{1,4}} {_END}
        """,
        re.VERBOSE | re.IGNORECASE,
    )


@cache
def _url() -> re.Pattern[str]:
    # https://example.org/a?b, www.example.org
    return re.compile(rf"{_BEGIN}(?:https?://|www\.)[^\s<>\"]++", re.IGNORECASE)


@cache
def _date() -> re.Pattern[str]:
    months, day = _any_of("months"), r"[0-9]{1,2} (?: st|nd|rd|th|\. )?"
    year = r"(?: ,? [ ] (?: de [ ] )? [0-9]{4} )"
    return re.compile(
        rf"""
          # 3/4/2019, 2019-04-03
          {_BEGIN} [0-9]{{1,4}} ([./-]) [0-9]{{1,2}} \1 [0-9]{{1,4}} {_END}
          # 3rd of April 2019, 3. April
        | {_BEGIN} {day} [ ] (?: of [ ] | de [ ] )? (?: {months} ) \.? {year}? {_END}
          # April 3, 2019
        | {_BEGIN} (?: {months} ) \.? [ ] {day} {year}? {_END}
          # April 2019; not "may be"
        | {_BEGIN} (?: {months} ) \.? {year} {_END}
        """,
        re.VERBOSE | re.IGNORECASE,
    )


@cache
def _address() -> re.Pattern[str]:
    name, capital = r"[^\W\d_][\w'’.-]{0,30}", r"(?-i:[A-Z])[\w'’.-]{0,30}"
    return re.compile(
        rf"""
          # 12 Elm Street, 4a Old Mill Road; not "2 ways" or "10 in a row"
          {_BEGIN} [0-9]{{1,5}} [a-zA-Z]? (?: [ ] {capital} ){{1,4}}? [ ]
              (?: {_any_of("streets")} ) {_END}
          # Lindenstraße 5
        | {_BEGIN} [^\W\d_]{{2,30}} (?: straße | strasse | str\. | weg | gasse | platz ) [ ]
              [0-9]{{1,4}} [a-z]? {_END}
          # Rue des Lilas 12
        | {_BEGIN} (?: rue | avenue | calle | via | rua | avenida ) (?: [ ] {name} ){{1,4}}? ,? [ ]
              [0-9]{{1,4}} {_END}
          # AB1 2CD, a British postcode
        | {_BEGIN} (?-i: [A-Z]{{1,2}} [0-9] [A-Z0-9]? [ ]? [0-9] [A-Z]{{2}} ) {_END}
        """,
        re.VERBOSE | re.IGNORECASE,
    )


@cache
def _phone() -> re.Pattern[str]:
    return re.compile(rf"{_BEGIN}(?:\+ ?|\()?[0-9][0-9 ().\-/–]{{5,24}}[0-9]{_END}")


@cache
def _number() -> re.Pattern[str]:
    # Digits, and letters that belong to them: 4711, AB-123456, 1,200.
    return re.compile(rf"{_BEGIN}[^\W_]++(?:[-/.,][^\W_]++)*+")


def _is_phone(said: str) -> bool:
    # Those who count aloud in single digits tell no number.
    return sum(map(str.isdigit, said)) >= 7 and re.search("[0-9]{2}", said) is not None


def _is_number(said: str) -> bool:
    return sum(map(str.isdigit, said)) >= 4


def _always(_: str) -> bool:
    return True


_PATTERNS: Final[Mapping[str, tuple[Callable[[], re.Pattern[str]], Callable[[str], bool]]]] = {
    "URL": (_url, _always),
    "EMAIL": (_mail, _always),
    "DATE": (_date, _always),
    "ADDRESS": (_address, _always),
    "PHONE": (_phone, _is_phone),
    "NUMBER": (_number, _is_number),
}
KINDS: Final = tuple(_PATTERNS)
"""The kinds of patterns that are known."""


def patterns_in(text: str, kinds: Iterable[str]) -> Iterator[Found]:
    """
    What in a text is of one of these kinds; stretches of different kinds may overlap.
    """
    for kind in kinds:
        pattern, is_one = _PATTERNS[kind]
        for found in pattern().finditer(text):
            said = found[0].rstrip(".,;:!?)]}'’”-")
            if is_one(said):
                yield Found(found.start(), found.start() + len(said), kind)


def parts_of(name: str) -> list[str]:
    """
    The parts of a name that are somebody's own: no titles, roles, particles or initials.

    Example:
        >>> parts_of("Dr. Maria van der Berg")
        ['Maria', 'Berg']
    """
    parts = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name)
    return [part for part in parts if len(part) > 1 and part.casefold() not in _words("not_names")]


class Names:
    """
    The names of some people, found as a whole and by their parts, in capital and small letters.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._person_by_form: dict[str, int] = {}
        spellings: set[str] = set()
        for person, name in enumerate(names):
            for form in (" ".join(name.split()), *parts_of(name)):
                self._person_by_form.setdefault(_key(form), person)
                # What `re` takes for the same letter isn't all that is the same in small letters.
                spellings |= {
                    unicodedata.normalize(composed, spelling)
                    for composed in ("NFC", "NFD")
                    for spelling in (form, form.casefold(), form.upper())
                }
        self._pattern = re.compile(_pattern_of(spellings), re.IGNORECASE)

    def person(self, said: str) -> int | None:
        """
        The number of the person whom these words name, by the order in which they were told.
        """
        return self._person_by_form.get(_key(said))

    def find(self, text: str) -> Iterator[Found]:
        """
        Where a text names one of them.
        """
        if self._person_by_form:
            for found in self._pattern.finditer(text):
                yield Found(found.start(), found.end(), "NAME")


def _key(form: str) -> str:
    return " ".join(unicodedata.normalize("NFC", form).casefold().split())


# Forms hold no line breaks, so that one can stand for the border behind a form.
_BORDER: Final = "\n"
# Deeper ones would take names made to nest, and `re` refuses to go down without end.
_MOST_BRANCHINGS: Final = 16


def _pattern_of(spellings: Iterable[str]) -> str:
    """
    A pattern of any of these, longer ones first, whose time doesn't grow with their number.
    """
    # Scripts without capitals write words together, or put particles in front of a name.
    inner: set[str] = set()
    bordered: set[str] = set()
    for spelling in spellings:
        form = "".join(map(_small, spelling))
        (inner if _is_unparted(form[0]) else bordered).add(
            form if _is_unparted(form[-1]) else form + _BORDER
        )
    return f"{_BEGIN}{_any_form(bordered)}|{_any_form(inner)}"


def _is_unparted(sign: str) -> bool:
    return unicodedata.category(sign) == "Lo"


def _small(sign: str) -> str:
    """
    The one sign for all that `re` takes for the same letter.
    """
    small = sign.upper().lower()
    return small if len(small) == 1 else sign.lower()[0]


def _any_form(forms: Iterable[str], branchings: int = _MOST_BRANCHINGS) -> str:
    """
    A pattern that tells what forms begin with once for all of them; none matches nothing.

    Example:
        >>> _any_form(["kim", "kit", "ada"])
        '(?:ki(?:t|m)|ada)'
    """
    branches: list[str] = []
    # What ends a form sorts before all that goes on, and is tried last.
    for _, group in groupby(sorted(forms, reverse=True), key=lambda form: form[:1]):
        alike = list(group)
        # What the first and the last in order have in common, all have.
        both = takewhile(lambda pair: pair[0] == pair[1], zip(alike[0], alike[-1], strict=False))
        shared = "".join(sign for sign, _ in both)
        if len(alike) == 1 or not branchings:
            branches += map(_literal, alike)
        else:
            rests = [form[len(shared) :] for form in alike]
            branches.append(_literal(shared) + _any_form(rests, branchings - 1))
    return f"(?:{'|'.join(branches)})" if branches else "(?!)"


def _literal(form: str) -> str:
    return re.escape(form.removesuffix(_BORDER)).replace("\\ ", r"\s{1,5}") + (
        _END if form.endswith(_BORDER) else ""
    )


def merged(found: Iterable[Found]) -> list[Found]:
    """
    Stretches in order, those that overlap made into one of the longest one's kind, or the first's.
    """
    kept: list[Found] = []
    widths: list[int] = []
    for each in sorted(found, key=lambda each: each.start):
        width = each.end - each.start
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
            widths.append(width)
        else:
            before = kept[-1]
            kind = each.kind if width > widths[-1] else before.kind
            kept[-1] = Found(before.start, max(before.end, each.end), kind)
            widths[-1] = max(widths[-1], width)
    return kept
