"""
Praat's TextGrid files, long and short: what stands between the strings and numbers is decoration.
"""

import re
from collections.abc import Iterator
from typing import Final

from aftermove.errors import TranscriptError
from aftermove.model import Problem
from aftermove.parsing.forms import Transcript
from aftermove.parsing.tiers import Piece, Tier, transcript_of

__all__ = ["is_praat", "read_praat"]

_KNOWN: Final = re.compile(
    r'\s{0,99}(?:File type = )?"(?:ooTextFile(?: short)?"\s{1,9}(?:Object class = )?"TextGrid"'
    r'|Praat chronological TextGrid text file")'
)
_CHRONOLOGICAL: Final = (
    "the TextGrid is in Praat's chronological form; open it in Praat and use 'Save as text file'"
)

# Scripts often leave quotation marks within a label undoubled, so a single one closes a string
# only where the line, another string, a number or a comment may follow:
# "she said ""no"" to me" and, against the rules, "she said "no" to me".
_CLOSED: Final = r'(?=[ \t]*+(?:\n|\Z|!|"|[-+.0-9]))'
_TOKEN: Final = re.compile(
    rf"""
      " (?P<text> [^"]*+ (?: (?: "" | "(?!{_CLOSED}) ) [^"]*+ )*+ ) (?P<close> " | \Z )
    | ! (?P<comment> [^\n]*+ )
    | (?P<word> [^\s"!] [^\s"]*+ )
    """,
    re.VERBOSE,
)
_NUMBER: Final = re.compile(
    r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?"
)
_DECORATION: Final = frozenset(
    "File type = Object class xmin xmax tiers? tiers size item [] []: name intervals intervals: "
    "points points: text mark time number : <exists> <absent>".split()
)
_COUNTED: Final = re.compile(r"\[[0-9]{1,9}\]:?")
_TIMES_BY_CLASS: Final = {"IntervalTier": 2, "TextTier": 1}


def is_praat(text: str) -> bool:
    """
    Whether a text begins as a TextGrid does, in any of the text forms.
    """
    return _KNOWN.match(text) is not None


def read_praat(text: str) -> Transcript:
    """
    The session of a TextGrid.

    Raises:
        TranscriptError: If it is in the chronological form, or holds no talk.
    """
    known = _KNOWN.match(text)
    if known and "chronological" in known[0]:
        raise TranscriptError([_CHRONOLOGICAL], [1])
    grid = _Grid()
    for name, value, line in _tokens(text, known.end() if known else 0):
        getattr(grid, name)(value, line)
    grid.finish()
    return transcript_of(grid.tiers, {}, grid.problems)


def _tokens(text: str, start: int) -> Iterator[tuple[str, str, int]]:
    """
    The kind, the content and the line of each string, word and comment.
    """
    line, reached = 1, 0
    for found in _TOKEN.finditer(text, start):
        line += text.count("\n", reached, found.start())
        reached = found.start()
        if found["text"] is None:
            name = "comment" if found["word"] is None else "word"
            yield name, found[name], line
        else:
            yield "string", found["text"].replace('""', '"'), line
            if not found["close"]:
                yield "torn", "", line


class _Grid:
    """
    The tiers so far, made token by token: counts in the file may be wrong, so none is trusted.
    """

    def __init__(self) -> None:
        self.tiers: list[Tier] = []
        self.problems: list[Problem] = []
        self._numbers: list[str] = []
        self._class = ""
        """Of the tier whose name comes next; else empty."""
        self._stray: list[str] = []
        self._stray_line = 0

    def word(self, value: str, line: int) -> None:
        if _NUMBER.fullmatch(value):
            self._numbers.append(value)
        elif value not in _DECORATION and not _COUNTED.fullmatch(value):
            self.comment(value, line)

    def comment(self, value: str, line: int) -> None:
        if line != self._stray_line:
            self._place_stray()
        self._stray.append(value)
        self._stray_line = line

    def string(self, value: str, line: int) -> None:
        n = len(self._numbers)
        # Before a class there is nothing, or the length and count of what came before.
        if value in _TIMES_BY_CLASS and not self._class and (n in (0, 3) or not self.tiers):
            self._class = value
        elif self._class:
            has_spans = _TIMES_BY_CLASS[self._class] == 2
            self.tiers.append(Tier(value.strip(), [], has_spans=has_spans))
            self._class = ""
        elif self.tiers:
            self._label(value, line)
        elif value.strip():
            self.comment(value, line)
        self._numbers.clear()

    def torn(self, _: str, line: int) -> None:
        reason = "the file ends within the label, which was kept as far as it goes; save it anew"
        self.problems.append(Problem(code="torn", reason=reason, line=line))

    def finish(self) -> None:
        self._place_stray()
        if len(self._numbers) not in (0, 3):
            reason = "the file ends before the label of these times; save it anew"
            self.problems.append(Problem(code="torn", reason=reason, text=" ".join(self._numbers)))

    def _label(self, text: str, line: int) -> None:
        tier = self.tiers[-1]
        wanted, n = (2 if tier.has_spans else 1), len(self._numbers)
        # A tier's first label also has the tier's length and count before it.
        if n != wanted and not (n == wanted + 3 and not tier.pieces):
            reason = "the label has too few or too many times before it; mend them"
            told = " ".join(self._numbers)
            self.problems.append(Problem(code="unread-time", reason=reason, line=line, text=told))
        times = [float(each) for each in self._numbers[-wanted:]] if n >= wanted else [None]
        end = times[1] if len(times) == 2 else None
        tier.pieces.append(Piece(text, line, times[0], end))

    def _place_stray(self) -> None:
        if self._stray:
            reason = "the line holds what belongs to no label; remove it, or put it into one"
            text = " ".join(self._stray)
            self.problems.append(
                Problem(code="unplaced", reason=reason, line=self._stray_line, text=text)
            )
            self._stray = []
