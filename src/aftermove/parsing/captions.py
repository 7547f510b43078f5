r"""
WebVTT and SubRip: talk in cues, each with its times.

Our own code: webvtt-py keeps one voice per cue, leaves ``&lt;`` as it is and drops broken cues
without a word; pysubs2 drops the voices.
"""

import html
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from aftermove.errors import ModelError, TranscriptError
from aftermove.model import Problem, Role, Session
from aftermove.parsing.cues import TIMES, WEBVTT, Cue, Scan
from aftermove.parsing.decoding import Source
from aftermove.parsing.footers import is_footer, with_footer
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.labels import find_labels
from aftermove.parsing.packed import Opening
from aftermove.parsing.readback import checked, clock
from aftermove.parsing.roles import grade, key_of
from aftermove.parsing.voices import choose_openings

__all__ = ["CAPTIONS", "write"]

_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]{1,100})?+[ \t]++([^<>\n]{1,300})>|</v>", re.IGNORECASE)
_LAYOUT: Final = re.compile(
    r"""
      </?(?:v|i|b|u|s|c|ruby|rt|lang|font)(?:[.\s=][^<>\n]{0,300})?+>
    | <[0-9][0-9:.]{0,20}>                   # when the next word is said
    | \{\\[^{}\n]{1,100}\}                   # {\an8}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,30});")
_DASHED: Final = re.compile(r"^[ \t]*+[-–—][ \t]*+\S", re.MULTILINE)
_CHANGE: Final = re.compile(r"^[ \t]*+>>", re.MULTILINE)

# Blanks at the edges, and blank lines.
_LAID_OUT: Final = re.compile(r"\A[ \t\n]++|[ \t\n]++\Z|(?<=\n)[ \t]*+\n")
_NAMED: Final = re.compile(r"(?:>>|-)?\s*+([^\W\d_][^:：\n]{0,60})[:：]")
_UNNAMED: Final = "Unnamed"
# As captions write times, with two digits for minutes and for seconds, and three places.
_CAPTION_TIME: Final = re.compile(r"\s*+(?:[0-9]{1,6}:)?[0-9]{2}:[0-9]{2}[.,][0-9]{3}(?![0-9])")
# What is looked at to know the form.
_HEAD: Final = 10_000
# Where at least this share of the cues begins with what may be a name, each is one.
_NAMING: Final = 0.5


class _Piece(NamedTuple):
    """
    What one voice says in a cue.
    """

    cue: Cue
    name: str | None
    talk: str


def _sniff(source: Source) -> float:
    head = (source.text or "")[:_HEAD].lstrip()
    if WEBVTT.match(head):
        return 0.95
    lines = [line for line in head.split("\n") if line.strip()]
    places = [place for place, line in enumerate(lines) if TIMES.fullmatch(line)]
    # Teams' text has such lines above a name, but times of another shape: 0:0:12.34.
    if not any(_CAPTION_TIME.match(lines[place]) for place in places):
        return 0.0
    if places[0] == 0 or (places[0] == 1 and lines[0].strip().isdecimal()):
        return 0.9
    # Broken at the top; captions that somebody quotes in their talk are few among its lines.
    return 0.5 if len(places) * 6 > len(lines) else 0.0


def _read(source: Source, given: Given) -> Iterator[Transcript]:
    scan = Scan(source.text or "")
    pieces_by_cue = [(cue, list(_pieces(cue))) for cue in scan.cues]
    said, problems = _said([piece for _, pieces in pieces_by_cue for piece in pieces], given)
    problems += [_empty(cue) for cue, pieces in pieces_by_cue if not pieces]
    if not said:
        reason = "no cue with talk was found, as in '00:01.000 --> 00:02.000' above a line of talk"
        raise TranscriptError([reason], [None])
    footer: list[str] = []
    while len(said) > 1 and is_footer(said[-1].text):
        footer.insert(0, said.pop().text)
    yield Transcript(
        said=said,
        problems=[*scan.problems, *problems],
        metadata=with_footer(scan.metadata(), "\n".join(footer)),
        # Not the counterpart of the one who is named: any number of people may be unnamed.
        role_by_voice={key_of(_UNNAMED): Role.UNKNOWN}
        | {_voice(_unescape(name)): role for role, name in scan.roles},
        glue=" ",
    )


def _empty(cue: Cue) -> Problem:
    reason = "the cue has no talk, so it makes no turn; write what is missing"
    return Problem(code="empty-turn", reason=reason, line=cue.line)


def _pieces(cue: Cue) -> Iterator[_Piece]:
    """
    The talk of a cue, cut where its voice tags begin and end.
    """
    name, reached = cue.name, 0
    for found in _VOICE.finditer(cue.words):
        yield from _piece(cue, name, cue.words[reached : found.start()])
        name, reached = _unescape((found[1] or "").strip()) or None, found.end()
    yield from _piece(cue, name, cue.words[reached:])


def _piece(cue: Cue, name: str | None, words: str) -> Iterator[_Piece]:
    talk = _unescape(_LAYOUT.sub("", words).strip())
    if talk.strip():
        yield _Piece(cue, name, talk)


def _unescape(words: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]) or found[0], words)


def _voice(name: str) -> str:
    return key_of(name) or name


def _said(pieces: Sequence[_Piece], given: Given) -> tuple[list[Said], list[Problem]]:
    """
    What is said: a name before the talk holds for the cues that follow, a voice tag for its own.
    """
    said: list[Said] = []
    problems: list[Problem] = []
    held: tuple[str, str] | None = None
    openings_by_piece = _openings_by_piece(pieces, given)
    for place, piece in enumerate(pieces):
        openings = openings_by_piece.get(place, [])
        cuts = [opening.label.start for opening in openings]
        voices = [held, *((opening.voice, opening.name) for opening in openings)]
        if piece.name:
            voices = [(_voice(piece.name), piece.name)]
        for voice, start, end in zip(
            voices, [0, *(o.label.end for o in openings)], [*cuts, len(piece.talk)], strict=True
        ):
            talk = piece.talk[start:end]
            # Held by nobody's sign but the writer's own, a voice tag's talk keeps its blanks.
            talk = talk if piece.name else talk.strip()
            held = None if _CHANGE.match(talk) or piece.name else voice
            if talk:
                key, name = (held if not piece.name else voice) or (key_of(_UNNAMED), _UNNAMED)
                said.append(Said(key, name, talk, piece.cue.line, piece.cue.start, piece.cue.end))
                problems += _several(said[-1])
    unnamed = next((each for each in said if each.name == _UNNAMED), None)
    if unnamed:
        reason = "cues from here on name no speaker; write '<v Name>' before their talk"
        problems.append(Problem(code="unnamed", reason=reason, line=unnamed.line))
    return said, problems


def _several(said: Said) -> Iterator[Problem]:
    if said.name == _UNNAMED and (len(_DASHED.findall(said.text)) > 1 or _CHANGE.search(said.text)):
        reason = (
            "signs in the cue tell of several speakers without names; name each with '<v Name>'"
        )
        yield Problem(code="several-voices", reason=reason, line=said.line)


def _openings_by_piece(pieces: Sequence[_Piece], given: Given) -> dict[int, list[Opening]]:
    """
    The names before the talk, judged over all of the pieces, with places within their piece.
    """
    nameless = [place for place, piece in enumerate(pieces) if not piece.name]
    starts = list(accumulate((len(pieces[n].talk) + 2 for n in nameless), initial=0))
    text = "\n\n".join(pieces[n].talk for n in nameless)
    found: dict[int, list[Opening]] = {}
    labels = (
        label
        for label in find_labels(text)
        if not label.times and text[label.start : label.end].rstrip().endswith((":", "："))
    )
    for opening in choose_openings(labels, {*given.role_by_key, *_usual_names(pieces)}):
        nth = bisect(starts, opening.label.start) - 1
        start, end = opening.label.start - starts[nth], opening.label.end - starts[nth]
        shifted = opening.label._replace(start=start, end=end)
        found.setdefault(nameless[nth], []).append(opening._replace(label=shifted))
    return found


def _usual_names(pieces: Sequence[_Piece]) -> set[str]:
    """
    The keys of what stands before a colon in the cues, where most of them have a name there.
    """
    nameless = [piece for piece in pieces if not piece.name]
    named = filter(None, (_NAMED.match(piece.talk) for piece in nameless))
    names = [name[1] for name in named if grade(name[1], (), ()) is not None]
    return set(map(key_of, names)) if len(names) >= max(2, _NAMING * len(nameless)) else set()


def write(session: Session) -> str:
    """
    A session as WebVTT, with a voice tag in each cue and a note of the roles.

    Raises:
        ModelError: If a turn has no times, or wouldn't be read back as it is.
    """
    blocks = ["WEBVTT"]
    if session.turns:
        names = [f"{each.role.value}: {_escape(each.name)}" for each in session.speakers]
        blocks.append("\n".join(["NOTE roles", *names]))
    for turn in session:
        if turn.start is None or turn.end is None:
            reason = "captions need a start and an end; write the session as labelled text or JSON"
            raise ModelError(f"Session.turns[{turn.index}]", reason)
        times = f"{clock(turn.start)} --> {clock(turn.end)}"
        blocks.append(f"{times}\n<v {_escape(turn.speaker.name)}>{_escape(turn.text)}</v>")
    text = "\n\n".join(blocks) + "\n"
    return checked(session, text, CAPTIONS)


def _escape(words: str) -> str:
    words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A blank line would end the cue, and blanks at the edges be taken for layout.
    return _LAID_OUT.sub(_as_entities, words.replace("{\\", "&#123;\\"))


def _as_entities(found: re.Match[str]) -> str:
    return "".join(f"&#{ord(sign)};" for sign in found[0])


CAPTIONS: Final = Reader(sniff=_sniff, read=_read)
