"""
What at the start of a line may label a turn: its parts, found in one pass.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from aftermove.parsing.roles import named

__all__ = ["BLANK", "Label", "Shape", "Style", "clocks", "find_labels", "seconds"]

# Blanks within a line, those without width among them.
BLANK: Final = "[ \\t\\f\\v\\x85\\xa0\\u1680\\u2000-\\u200f\\u202f\\u205f\\u2060\\u3000\\ufeff]"
# "0:12", "00:00:12.5" and, of three parts alone, "0:0:12.340".
_CLOCK: Final = (
    r"(?:[0-9]{1,3}:[0-5]?[0-9]:[0-5]?[0-9]|[0-9]{1,3}:[0-5][0-9])(?:[.,][0-9]{1,3})?(?![0-9])"
)
_TIMES: Final = rf"{_CLOCK}(?:{BLANK}{{0,3}}(?:-->|[-–—]){BLANK}{{0,3}}{_CLOCK})?"
_IN_BRACKETS: Final = rf"[\[(<{{]{BLANK}?{_TIMES}{BLANK}?[\])>}}]"
_ANY_TIMES: Final = rf"(?:{_IN_BRACKETS}|\#{_CLOCK}(?:-[0-9])?\#|{_TIMES})"
_CLOCKS: Final = re.compile(_CLOCK)
# f4 and MAXQDA write tenths of a second so: "#00:00:12-3#".
_TENTHS: Final = re.compile(r"-([0-9]#)")

# A name is up to six words with one blank between them, taken up one by one until what follows
# closes a label.  All repeats are bounded or possessive: a line that labels nothing costs no more
# than its first words.
_FIRST: Final = r"[^\W_][\w.'’&/-]{0,40}+"
_NEXT: Final = r"[(\#]?(?:[^\W_][\w.'’&/-]{0,40}+|&)\)?"

_LABEL: Final = re.compile(
    rf"""
    ^ (?P<above> {BLANK}*+ {_ANY_TIMES} {BLANK}*+ \n          # a time on the line above,
      (?: {BLANK}*+ \n )?+ )?+                                # or the one above that
    {BLANK}*+
    (?P<lead> (?: > {BLANK}*+ ){{0,4}}+                       # > T: and > > T:
              (?: \#{{1,6}} {BLANK}++ )?+                     # ### Therapist
              (?: [-•*+] {BLANK}++ )?+ )                      # - T:
    (?P<open> [*_]{{1,3}}+ )?+                                # **T:**
    (?P<before> {_ANY_TIMES} {BLANK}*+ (?: [-–—|] {BLANK}++ )?+ )?+
    (?(before) (?: From {BLANK}++ )?+ )                       # 00:12 From Kim to Everyone:
    (?P<number> [\[(\#]?[0-9]{{1,5}} (?: [.:)\]]{{1,2}}{BLANK}*+ | {BLANK}++ ) )?+
    (?P<within> [*_]{{1,3}}+ )?+                               # [00:12] **T:**
    (?P<bracket> \[ )?+
    (?P<name> {_FIRST} (?: [ \xa0] {_NEXT} ){{0,5}}? )
    (?(bracket) \] ) [*_]{{0,3}}+
    (?(before) (?: {BLANK}++ to {BLANK}++ Everyone (?! \w ) )?+ )
    (?: {BLANK}*+ (?P<after> {_ANY_TIMES} ) [*_]{{0,3}}+ )?+
    (?:
        {BLANK}*+ (?P<colon> [:：] ) (?(open) [*_]{{0,3}}+ | (?(within) [*_]{{0,3}}+ ) )
        (?: {BLANK}*+ (?P<behind> {_IN_BRACKETS} ) )?+
      | {BLANK}*+ $                                           # alone on its line
      | (?P<tab> {BLANK}{{0,3}}? \t ) (?= {BLANK}*+ \S )
      | {BLANK}++ (?P<dash> [-–—]{{1,2}} ) (?= {BLANK} )
      | (?P<gap> {BLANK}{{2,}}+ ) (?= \S )
      | (?(after) (?= {BLANK} ) | (?(bracket) (?= {BLANK} ) | (?!) ) )
    )
    """,
    re.VERBOSE | re.MULTILINE,
)


class Style(Enum):
    """
    How a label is set apart from the talk.
    """

    FIRM = "firm"
    """By a colon, a time, bold type or a heading: hardly ever by chance."""
    ALONE = "alone"
    """On a line of its own."""
    DASH = "dash"
    TAB = "tab"
    GAP = "gap"
    """By two blanks or more."""
    BRACKET = "bracket"


class Shape(NamedTuple):
    """
    What many labels of one source share, so that it is kept once.
    """

    name: str
    base: str
    """The name's key, without the number."""
    number: int | None
    """The one at the name's end, of a turn or of a person."""
    style: Style
    emphasis: str
    """The asterisks or underscores that open it, or empty."""
    is_quoted: bool
    """Whether it stands in a Markdown block quote."""
    layout: tuple[bool, ...]
    """What labels of one source mostly have in common: see `find_labels`."""

    @property
    def is_timed(self) -> bool:
        """
        Whether a time stands in the label.
        """
        return self.layout[2]


class Label(NamedTuple):
    """
    A place that may label a turn.
    """

    start: int
    """Index of its first character in the source."""
    end: int
    """Index behind its last one, where the talk begins; on the line of the name."""
    times: str
    """The times in the label, as written."""
    shape: Shape


def find_labels(text: str, start: int = 0) -> Iterator[Label]:
    """
    Every place of *text* from *start* on that may label a turn, in order; most of them don't.
    """
    shapes: dict[Shape, Shape] = {}
    for found in _LABEL.finditer(text, start):
        times = found["above"], found["before"], found["after"], found["behind"]
        shape = _shape(found, timed=any(times))
        yield Label(
            start=found.start(),
            end=found.end(),
            times=" ".join(filter(None, times)) if any(times) else "",
            shape=shapes.setdefault(shape, shape),
        )


def _shape(found: re.Match[str], *, timed: bool) -> Shape:
    name, emphasis, lead = found["name"].rstrip("_"), found["open"] or "", found["lead"]
    base, number = named(name)
    start = found.start()
    return Shape(
        name=name,
        base=base,
        number=number,
        style=_style(found, firm=timed or bool(emphasis) or "#" in lead),
        emphasis=emphasis,
        is_quoted=">" in lead,
        layout=(
            found.string[max(0, start - 2) : start] in ("", "\n\n"),
            bool(emphasis),
            timed,
            found["number"] is not None,
            bool(lead),
            not name[0].islower(),
        ),
    )


def _style(found: re.Match[str], *, firm: bool) -> Style:
    if found["colon"] or found["after"]:
        return Style.FIRM
    for style in (Style.DASH, Style.TAB, Style.GAP, Style.BRACKET):
        if found[style.value]:
            return style
    return Style.FIRM if firm else Style.ALONE


def seconds(times: str) -> tuple[float | None, float | None]:
    """
    The start and end that a label's times tell, in seconds.

    Example:
        >>> seconds("[00:12:31]"), seconds("0:04.5 - 0:06")
        ((751.0, None), (4.5, 6.0))
    """
    if not times:
        return None, None
    start, end, *_ = [*map(_seconds, clocks(times)), None, None]
    return start, end


def clocks(times: str) -> list[str]:
    """
    The times that a label holds, one by one, as written.
    """
    return _CLOCKS.findall(_TENTHS.sub(r".\1", times) if "#" in times else times)


def _seconds(clock: str) -> float:
    value = 0.0
    for piece in clock.replace(",", ".").split(":"):
        value = value * 60 + float(piece)
    # Sixty has no exact share of a tenth; a written time has three places at most.
    return round(value, 3)
