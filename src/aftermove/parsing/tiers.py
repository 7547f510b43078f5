"""
From the tiers of annotated recordings to one transcript: which of them hold talk, and whose.
"""

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import filterfalse
from typing import Final, NamedTuple

from aftermove.errors import TranscriptError
from aftermove.model import Problem
from aftermove.parsing.forms import Said, Transcript
from aftermove.parsing.roles import key_of

__all__ = ["Piece", "Tier", "transcript_of"]

_WORD: Final = re.compile(r"[^\W_]+")
_NO_TALK: Final = (
    "no tier holds talk; name the tiers of talk after their speakers, and give them annotations"
)


class Piece(NamedTuple):
    """
    An annotation: what stands in one stretch of a tier.
    """

    text: str
    line: int | None
    start: float | None
    end: float | None

    def __repr__(self) -> str:
        return f"Piece(line={self.line})"


class Tier(NamedTuple):
    """
    One tier, with its annotations in order.
    """

    name: str
    pieces: list[Piece]
    speaker: str = ""
    """Who is heard on it, where the source tells that besides the name."""
    parent: str = ""
    """The name of the tier that it hangs on; empty for one that hangs on none."""
    kind: str = ""
    """The name of its type."""
    has_spans: bool = True
    """Whether it marks stretches of time; talk takes time, so a tier of points holds none."""

    def __repr__(self) -> str:
        return f"Tier(pieces={len(self.pieces)})"


@cache
def _words_by_use() -> Mapping[str, frozenset[str]]:
    source = resources.files("aftermove.parsing").joinpath("data/tiers.toml").read_text("utf-8")
    return {use: frozenset(words.split()) for use, words in tomllib.loads(source).items()}


def transcript_of(
    tiers: Sequence[Tier], metadata: Mapping[str, str], problems: Iterable[Problem]
) -> Transcript:
    """
    The talk of all speakers in the order of its starts; every other tier as metadata.

    An annotation without a start stands behind the one before it on its tier.

    Raises:
        TranscriptError: If no tier holds talk.
    """
    kept, found = dict(metadata), list(problems)
    talk = _talking(tiers)
    placed: list[tuple[float, Said]] = []
    for place, tier in enumerate(tiers):
        if place not in talk:
            _keep(kept, f"tier {tier.name}", [each for each in tier.pieces if each.text.strip()])
            continue
        name = tier.speaker or _bare(tier.name) or f"tier {place + 1}"
        if tier.speaker and tier.name != tier.speaker:
            _keep_value(kept, f"tier of {tier.speaker}", tier.name)
        _keep(kept, f"silence {tier.name}", filter(_is_silence, tier.pieces))
        placed += _said(name, filterfalse(_is_silence, tier.pieces), found)
    if not placed:
        raise TranscriptError([_NO_TALK], [None])
    placed.sort(key=lambda each: each[0])
    return Transcript([said for _, said in placed], found, kept, {}, glue=" ")


def _is_silence(piece: Piece) -> bool:
    return piece.text.strip().casefold() in _words_by_use()["silence"]


def _said(
    name: str, pieces: Iterable[Piece], problems: list[Problem]
) -> Iterable[tuple[float, Said]]:
    """
    The turns of one tier, each with the time by which it is placed among the others.
    """
    reached = 0.0
    for piece in pieces:
        text = piece.text.strip()
        if text:
            start, end = _times(piece, problems)
            reached = reached if start is None else start
            yield reached, Said(key_of(name) or name, name, text, piece.line, start, end)


def _times(piece: Piece, problems: list[Problem]) -> tuple[float | None, float | None]:
    start, end = piece.start, piece.end
    for time in (start, end):
        if time is not None and not (math.isfinite(time) and time >= 0):
            reason = "a time of the annotation is none on a recording; its times were left out"
            problems.append(Problem(code="unread-time", reason=reason, line=piece.line))
            return None, None
    if start is not None and end is not None and end < start:
        reason = "the end of the turn is before its start, and was left out; mend the times"
        problems.append(Problem(code="times-reversed", reason=reason, line=piece.line))
        end = None
    return start, end


def _talking(tiers: Sequence[Tier]) -> set[int]:
    """
    The places of the tiers that hold talk.

    Of tiers that hang together, the one that the others hang on, unless its name tells otherwise;
    then the first whose name tells of talk.  Words one by one are talk where nothing better is.
    """
    place_by_name = {tier.name: place for place, tier in reversed(list(enumerate(tiers)))}
    talk: dict[int, int] = {}
    words: dict[int, int] = {}
    for place, tier in enumerate(tiers):
        if not tier.has_spans or not tier.pieces:
            continue
        root, use = _root(place, tiers, place_by_name), _use(tier)
        if use == "words" and place == root:
            words[root] = place
        elif use == "talk" or (place == root and use == ""):
            # A named tier of talk below a root that is one adds nothing: it is the same talk.
            talk.setdefault(root, place)
    heard = {_speaker_key(tiers[place]) for place in talk.values()}
    for place in words.values():
        key = _speaker_key(tiers[place])
        if key not in heard and (key or not talk):
            heard.add(key)
            talk[place] = place
    return set(talk.values())


def _root(place: int, tiers: Sequence[Tier], place_by_name: Mapping[str, int]) -> int:
    # Parents that go round in a circle have no root; any of them will do.
    for _ in range(20):
        parent = tiers[place].parent
        above = place_by_name.get(parent) if parent else None
        if above is None:
            break
        place = above
    return place


def _use(tier: Tier) -> str:
    """
    What the tier's name, or else its type's, tells of it; empty where neither does.
    """
    for name in (tier.name, tier.kind):
        words = set(_WORD.findall(name.casefold()))
        for use in ("beside", "words", "talk"):
            if words & _words_by_use()[use]:
                return use
    return ""


def _bare(name: str) -> str:
    """
    The tier's name without the words that tell of talk; as it is where nothing is left.

    Example:
        >>> _bare("Kim - words"), _bare("tx@Kim"), _bare("words")
        ('Kim', 'Kim', 'words')
    """
    return _without_use(name) or name.strip()


def _without_use(name: str) -> str:
    words = _words_by_use()["talk"] | _words_by_use()["words"]
    rest = _WORD.sub(lambda found: "" if found[0].casefold() in words else found[0], name)
    return rest.strip(" \t\n-_@:./|") if rest != name else name.strip()


def _speaker_key(tier: Tier) -> str:
    return key_of(tier.speaker or _without_use(tier.name))


def _keep(metadata: dict[str, str], key: str, pieces: Iterable[Piece]) -> None:
    lines = [
        "\t".join(
            ["" if t is None else f"{t:.3f}" for t in (piece.start, piece.end)] + [piece.text]
        )
        for piece in pieces
    ]
    if lines:
        _keep_value(metadata, key.strip(), "\n".join(lines))


def _keep_value(metadata: dict[str, str], key: str, value: str) -> None:
    # Two tiers may go by one name.
    metadata[key] = f"{metadata[key]}\n{value}" if key in metadata else value
