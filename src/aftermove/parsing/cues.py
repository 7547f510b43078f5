"""
The blocks of WebVTT and SubRip: cues, and what stands between them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from aftermove.model import Problem, Role

__all__ = ["TIMES", "WEBVTT", "Cue", "Scan"]

_CLOCK: Final = r"(?:[0-9]{1,6}:)?[0-9]{1,3}:[0-9]{1,2}(?:[.,][0-9]{1,3})?"
TIMES: Final = re.compile(
    rf"\s*+(?P<start>{_CLOCK})\s*+-->\s*+(?P<end>{_CLOCK})"
    # Settings are no talk: "align:start", not "P: Tired."
    r"(?:\s++(?P<settings>(?:[A-Za-z0-9]{1,20}:\S++\s*+){0,20}+))?"
)
# Also what was meant for one: "00:01 -> 00:02", "-->", "-00:01 --> 00:02".
_TIME_LINE: Final = re.compile(
    r"\s*+(?:-->|-?[0-9]{1,9}:[0-9:.,; ]{0,40}(?:-{1,2} ?>|[–—]>|→)|.{0,40}-->\s*+[0-9]{1,9}:)"
)
WEBVTT: Final = re.compile(r"WEBVTT(?=[ \t\n]|\Z)[ \t]*+")
_BLOCK: Final = re.compile(r"(NOTE|STYLE|REGION)(?=\s|\Z)")
_HEADER: Final = re.compile(r"\s*+([^\W\d_][^:=\n]{0,40}?)\s*+[:=]\s*+(\S.*)")
# Webex names the speaker above the times: 12 "Kim Lee" (3285643264)
_WEBEX_ID: Final = re.compile(r'[0-9]{1,9} "([^"\n]{1,200})" \([0-9]{1,20}\)')

_ROLE: Final = re.compile(rf"({'|'.join(Role)}): (.+)")
_KEY_BY_KIND: Final = {"NOTE": "notes", "STYLE": "styles", "REGION": "regions"}


class _Line(NamedTuple):
    number: int
    text: str


class Cue(NamedTuple):
    """
    A cue whose times can be read, with or without talk.
    """

    line: int
    name: str | None
    start: float
    end: float | None
    words: str
    """As written, with its tags."""


class Scan:
    """
    What one pass over the blocks of a source finds: cues with talk, and all else that it holds.
    """

    def __init__(self, text: str) -> None:
        self.cues: list[Cue] = []
        self.problems: list[Problem] = []
        self.roles: list[tuple[Role, str]] = []
        """Each with the name as written."""
        self._headers: dict[str, str] = {}
        self._kept: dict[str, list[str]] = {}
        self._is_webvtt = WEBVTT.match(text.lstrip()) is not None
        is_first = self._is_webvtt
        for block in _blocks(text):
            start = self._head(block) if is_first else 0
            is_first = False
            self._block(block[start:])

    def metadata(self) -> dict[str, str]:
        """
        Headers by their keys, and what else is kept, each piece once.
        """
        kept = {key: "\n\n".join(dict.fromkeys(pieces)) for key, pieces in self._kept.items()}
        return self._headers | kept

    def _head(self, block: Sequence[_Line]) -> int:
        """
        Read the block that WEBVTT stands above; gives the number of its lines.
        """
        title = WEBVTT.sub("", block[0].text.strip(), count=1).strip("- \t")
        if title:
            self._headers["title"] = title
        for place, line in enumerate(block[1:], start=1):
            if _TIME_LINE.match(line.text):
                return place
            found = _HEADER.fullmatch(line.text)
            if found and found[1].casefold() not in self._headers:
                self._headers[found[1].casefold()] = found[2].strip()
            else:
                self._unplaced([line])
        return len(block)

    def _block(self, block: Sequence[_Line]) -> None:
        places = [place for place, line in enumerate(block) if _TIME_LINE.match(line.text)]
        kind = _BLOCK.match(block[0].text) if block and self._is_webvtt else None
        if kind and not places:
            self._aside(kind[1], block)
        elif places:
            self._cues(block, places)
        elif block:
            self._without_times(block)

    def _aside(self, kind: str, block: Sequence[_Line]) -> None:
        words = "\n".join(line.text for line in block).removeprefix(kind).strip()
        first, _, rest = words.partition("\n")
        if kind == "NOTE" and first == "roles":
            pairs = [_ROLE.fullmatch(line) for line in rest.split("\n")]
            if all(pairs):
                self.roles += [(Role(pair[1]), pair[2]) for pair in pairs if pair]
                return
        if words:
            self._kept.setdefault(_KEY_BY_KIND[kind], []).append(words)

    def _cues(self, block: Sequence[_Line], places: Sequence[int]) -> None:
        starts = [self._start(block, place) for place in places]
        if starts[0]:
            self._without_times(block[: starts[0]])
        for place, start, end in zip(places, starts, [*starts[1:], len(block)], strict=True):
            self._cue(block[start:place], block[place], block[place + 1 : end], block[start:end])

    def _start(self, block: Sequence[_Line], place: int) -> int:
        """
        Where the cue of the times at *place* begins: at the line above, if that is its id.
        """
        is_id = place == 1 or (place > 1 and block[place - 1].text.strip().isdecimal())
        return place - 1 if is_id and not _TIME_LINE.match(block[place - 1].text) else place

    def _cue(
        self,
        above: Sequence[_Line],
        timed: _Line,
        talk: Sequence[_Line],
        whole: Sequence[_Line],
    ) -> None:
        times = TIMES.fullmatch(timed.text)
        if times is None:
            reason = "the times of the cue can't be read; write '00:01.000 --> 00:02.000'"
            self._problem("broken-cue", reason, whole)
            return
        start, end = _seconds(times["start"]), _seconds(times["end"])
        if end < start:
            reason = "the end of the cue is before its start, and was left out; mend the times"
            self._problem("times-reversed", reason, [timed], text="")
        if times["settings"]:
            self._kept.setdefault("cue settings", []).append(times["settings"].strip())
        name = self._id(above[0].text.strip()) if above else None
        words = "\n".join(line.text for line in talk)
        self.cues.append(Cue(timed.number, name, start, end if end >= start else None, words))

    def _id(self, written: str) -> str | None:
        found = _WEBEX_ID.fullmatch(written)
        if not found and not written.isdecimal():
            self._kept.setdefault("cue ids", []).append(written)
        return found[1].strip() or None if found else None

    def _without_times(self, block: Sequence[_Line]) -> None:
        """
        Place a block without times: in SubRip, a blank line doesn't end the cue above it.
        """
        last = self.cues[-1] if self.cues else None
        if len(block) == 1 and block[0].text.strip().isdecimal():
            # The number of a cue whose times stand behind a blank line.
            return
        if last and (not self._is_webvtt or not last.words.strip()):
            words = "\n".join(line.text for line in block)
            self.cues[-1] = last._replace(words=f"{last.words}\n\n{words}")
        else:
            self._unplaced(block)

    def _unplaced(self, block: Sequence[_Line]) -> None:
        reason = "the lines belong to no cue; put times above them, or NOTE"
        self._problem("unplaced", reason, block)

    def _problem(
        self, code: str, reason: str, lines: Sequence[_Line], text: str | None = None
    ) -> None:
        words = "\n".join(line.text for line in lines) if text is None else text
        self.problems.append(Problem(code=code, reason=reason, line=lines[0].number, text=words))


def _blocks(text: str) -> Iterator[list[_Line]]:
    lines = (_Line(number, line) for number, line in enumerate(text.split("\n"), start=1))
    for has_words, block in groupby(lines, key=lambda line: bool(line.text.strip())):
        if has_words:
            yield list(block)


def _seconds(clock: str) -> float:
    value = 0.0
    for piece in clock.replace(",", ".").split(":"):
        value = value * 60 + float(piece)
    return round(value, 3)
