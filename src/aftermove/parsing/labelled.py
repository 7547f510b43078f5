"""
Plain text in which a label before each turn names who speaks.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final, NamedTuple

from attrs import evolve

from aftermove.errors import TranscriptError
from aftermove.model import Problem, Role
from aftermove.parsing.breaks import find_headings, holds_headers_alone, session_starts
from aftermove.parsing.decoding import Source
from aftermove.parsing.footers import split_footer, with_footer
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.labels import BLANK, clocks, find_labels, seconds
from aftermove.parsing.packed import Labels, Opening, Openings
from aftermove.parsing.preamble import header_ends, read_preamble, roles_in
from aftermove.parsing.voices import choose_openings

__all__ = ["LABELLED", "Stretch", "cut"]

_QUOTING: Final = re.compile(rf"^{BLANK}{{0,8}}(?:>{BLANK}?){{1,4}}", re.MULTILINE)

_NO_LABEL: Final = (
    "no label of a speaker was found, as in 'Therapist: ...'; label the turns, or tell the names "
    "that stand before them with roles={name: role}"
)

_NO_TALK: Final = "no label has talk behind it, from this one on; write what is missing"

# "#00:00:12-3#"
_CLOSING_TIME: Final = re.compile(r"#[0-9]{1,2}(?::[0-9]{2}){1,2}(?:-[0-9])?#\Z")

# Any text may be labelled, so every form that is sure of itself goes first.
_LIKELIHOOD: Final = 0.1


class _Told(NamedTuple):
    """
    What is known of the speakers of one session before it is read.
    """

    given: Mapping[str, Role]
    """The caller's roles by key."""
    role_by_name: Mapping[str, Role] = MappingProxyType({})
    """Those that the headers above all sessions tell."""
    names: frozenset[str] = frozenset()
    """Those of both, and all voices that are heard in any session of the source."""


class Stretch(NamedTuple):
    """
    A turn of the source, up to the next: its label with times, layout, talk, and white space.
    """

    opening: Opening
    talk: str
    """Without the layout around it: block quote signs, and the asterisks that close bold type."""
    end: int

    def __repr__(self) -> str:
        return f"Stretch(start={self.opening.label.start}, end={self.end})"


def cut(text: str, openings: Iterable[Opening]) -> Iterator[Stretch]:
    """
    The source from the first label on, cut before each label.
    """
    following = iter(openings)
    upcoming = next(following, None)
    while opening := upcoming:
        upcoming = next(following, None)
        end = upcoming.label.start if upcoming else len(text)
        talk = text[opening.label.end : end]
        if opening.label.shape.is_quoted:
            talk = _QUOTING.sub("", talk)
        talk = talk.strip()
        emphasis = opening.label.shape.emphasis
        # "**T: So?**" is bold as a whole; "**T:** So **what**?" closes each on its own.
        if emphasis and talk.endswith(emphasis) and talk.count(emphasis) % 2:
            talk = talk.removesuffix(emphasis).rstrip()
        yield Stretch(opening, talk, end)


def _read(source: Source, given: Given) -> Iterator[Transcript]:
    text = source.text or ""
    headings = find_headings(text)
    told = _Told(given.role_by_key)
    openings = _openings(text, told)[0] if headings else None
    places = _places(text, headings, openings, told) if openings is not None else []
    starts = session_starts(text, headings, places)
    if len(starts) == 1 or openings is None:
        del openings, places
        yield _transcript(text, told)
        return
    top = text[: min(headings[0].start(), places[0][0])]
    role_by_name = roles_in(top)
    names = frozenset({*given.role_by_key, *role_by_name, *openings.counts()})
    del openings, places
    told = _Told(given.role_by_key, role_by_name, names)
    shared = read_preamble(top, len(top)).metadata
    shared.pop("rules", None)
    for transcript in _sessions(text, starts, told):
        yield transcript._replace(metadata=shared | transcript.metadata)


def _places(
    text: str, headings: Sequence[re.Match[str]], openings: Openings, told: _Told
) -> list[tuple[int, int]]:
    """
    Where labels may open turns, by start and end: over all of the text, or below one heading.
    """
    heard = openings.labels.starts
    places = set(zip(heard, openings.labels.ends, strict=True))
    ends = [*(found.start() for found in headings[1:]), len(text)]
    for found, end in zip(headings, ends, strict=True):
        start, nth = found.start(), bisect(heard, found.start())
        below = heard[nth] if nth < len(heard) else end
        is_found = below < end and holds_headers_alone(text[found.end() : below])
        # Those who speak in one session alone recur in it; two labels need two lines.
        if not is_found and "\n" in text[found.end() : end].strip():
            own = _openings(text[start:end], told)[0].labels
            places.update((start + s, start + e) for s, e in zip(own.starts, own.ends, strict=True))
    return sorted(places)


def _sessions(text: str, starts: Sequence[int], told: _Told) -> Iterator[Transcript]:
    """
    The sessions that begin at the indexes; one that can't be read costs no other.
    """
    held: Transcript | None = None
    problems: list[Problem] = []
    line = 0
    for start, end in pairwise([*starts, len(text)]):
        try:
            transcript = _transcript(text[start:end], told, line)
        except TranscriptError as error:
            problems.append(_unread(text[start:end], error.reasons[0], line + 1))
        else:
            if held:
                yield held
            # What can't be read is told with the session below, or else with the last.
            held = transcript._replace(problems=[*problems, *transcript.problems])
            problems = []
        line += text.count("\n", start, end)
    if held is None:
        raise TranscriptError([_NO_TALK], [problems[0].line])
    held.problems.extend(problems)
    yield held


def _unread(text: str, reason: str, line: int) -> Problem:
    return Problem(code="unplaced", reason=reason, line=line, text=text.strip("\n"))


def _transcript(text: str, told: _Told, line: int = 0) -> Transcript:
    """
    The one session of a text, above which *line* others stand in its source.
    """
    openings, role_by_name = _openings(text, told)
    if not openings:
        raise TranscriptError([_NO_LABEL], [None])
    preamble = read_preamble(text, openings[0].label.start)
    said, problems = _said(text, openings, line)
    if not said:
        raise TranscriptError([_NO_TALK], [problems[0].line])
    talk, footer = split_footer(said[-1].text)
    said[-1] = said[-1]._replace(text=talk)
    return Transcript(
        said=said,
        problems=[*(evolve(p, line=line + (p.line or 0)) for p in preamble.problems), *problems],
        metadata=with_footer(preamble.metadata, footer),
        role_by_voice={**told.role_by_name, **role_by_name},
        glue="\n\n",
    )


def _openings(text: str, told: _Told) -> tuple[Openings, dict[str, Role]]:
    """
    The labels that open turns, and the roles that the headers before them tell of names.
    """
    labels = Labels(find_labels(text))
    names = {*told.given, *told.role_by_name}
    for start in header_ends(text, labels):
        role_by_name = roles_in(text[:start])
        openings = choose_openings(
            (label for label in labels if label.start >= start), names | role_by_name.keys()
        )
        if len(openings.counts()) > 1:
            return openings, role_by_name
    return choose_openings(labels, names) or choose_openings(labels, told.names), {}


def _said(text: str, openings: Openings, line: int) -> tuple[list[Said], list[Problem]]:
    said, problems = [], []
    name_by_voice: dict[str, str] = {}
    reached = 0
    for opening, talk, _ in cut(text, openings):
        start, end = seconds(opening.label.times)
        line, reached = (
            line + text.count("\n", reached, opening.label.end),
            opening.label.end,
        )
        if end is not None and len(clocks(opening.label.times)) > 2:
            reason = "the label has more times than a start and an end; the rest was left out"
            times = opening.label.times
            problems.append(Problem(code="extra-time", reason=reason, line=line + 1, text=times))
        if talk:
            name = name_by_voice.setdefault(opening.voice, opening.name)
            said.append(Said(opening.voice, name, talk, line + 1, start, end))
        else:
            reason = "the label has no talk behind it, so it makes no turn; write what is missing"
            problems.append(Problem(code="empty-turn", reason=reason, line=line + 1))
    _close_by_times(said)
    problems += _forward(said)
    return said, sorted(problems, key=lambda problem: problem.line or 0)


def _close_by_times(said: list[Said]) -> None:
    """
    Give times to turns that have none in their labels, but one below their talk, as f4 writes them.
    """
    if any(each.start is not None for each in said):
        return
    ends = [_CLOSING_TIME.search(each.text, max(0, len(each.text) - 20)) for each in said]
    if len(said) > 2 * sum(end is not None for end in ends):
        return
    start = None
    for place, end in enumerate(ends):
        told = seconds(end[0])[0] if end else None
        said[place] = said[place]._replace(start=start, end=told)
        start = told


def _forward(said: list[Said]) -> Iterator[Problem]:
    """
    Leave out ends that are before their starts, and tell of them.
    """
    for place, each in enumerate(said):
        if each.end is not None and each.start is not None and each.end < each.start:
            reason = "the end of the turn is before its start, and was left out; mend the times"
            yield Problem(code="times-reversed", reason=reason, line=each.line)
            said[place] = each._replace(end=None)


LABELLED: Final = Reader(
    sniff=lambda source: _LIKELIHOOD if source.text and source.text.strip() else 0.0, read=_read
)
