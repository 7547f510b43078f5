"""
Cues, and where a turn's words meet them.

A cue is either phrases, all looked up in one pass, or a pattern, which runs only on turns that
hold one of its gate words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, compress
from typing import Final, NamedTuple

import regex
from attrs import field, frozen

from aftermove.errors import ModelError, PatternTimeoutError
from aftermove.language import Passage, PhraseIndex

__all__ = ["Cue", "CueIndex", "Hit", "pattern_problems"]

TIME_LIMIT: Final = 1.0
"""Seconds that a pattern may take on one turn: a user's may be slow in ways no rule foresees."""

# "~" stands for up to five words of one sentence.  Words are bounded, so that no pattern can
# look further than a few hundred characters from where it starts.
_GAP: Final = "(?:[^ .?!\n]{1,30}+ ){0,5}"
_START: Final = r"(?<![\w' ])"
_LEFT: Final = r"(?<![\w'])"
_RIGHT: Final = r"(?![\w'])"
# How a pattern begins whose first words can be told: one word, or a choice of them, and a blank.
_OPENING: Final = re.compile(r"(?:\(\?:(?P<choices>[^()\[\]{}]+)\)|(?P<word>[^\W_]+)) ")
_OPENING_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*\??")
_UNBOUNDED: Final = re.compile(r"[*+]|\{\d*,\}|\{[\d,]*\d{3}")


def _as_tuple(members: Iterable[str]) -> tuple[str, ...]:
    return tuple(members)


@frozen(kw_only=True)
class Cue:
    """
    Words that speak for a technique.

    Raises:
        ModelError: If the cue has both phrases and a pattern, or neither, or its pattern breaks
            the rules of `pattern_problems`.

    Example:
        >>> cue = Cue(id="values.what_matters", phrases=["matters most"], weight=2.0,
        ...           match="What matters most to you?", near_miss="It was a grave matter.")
        >>> cue.id
        'values.what_matters'
    """

    id: str
    """The technique's id, a full stop, and the cue's own name."""

    phrases: tuple[str, ...] = field(default=(), converter=_as_tuple)
    """Words with blanks between them; ``a|b`` stands for either word."""

    pattern: str = ""
    """
    A regular expression over the words of the turn: one blank between two words, sentences closed
    by a mark and a line break.  ``<gate>`` stands for one of the gate words, ``~`` for up to
    five words of the same sentence, ``^`` for the start of a sentence.
    """

    gate: tuple[str, ...] = field(default=(), converter=_as_tuple)
    """The words of which a pattern's match always holds one."""

    weight: float = 1.0
    """
    What a match adds to the log-odds of the technique: about 1 for a hint, 2 for even odds,
    3 for likely, 4 for sure.  Negative where the words speak against it.
    """

    match: str = ""
    """An example that meets the cue."""

    near_miss: str = ""
    """An example that looks alike and doesn't."""

    def __attrs_post_init__(self) -> None:
        if bool(self.phrases) == bool(self.pattern):
            raise ModelError("Cue", f"{self.id} needs either phrases or a pattern")
        if self.pattern and (problem := pattern_problems(self.pattern, self.gate)):
            raise ModelError("Cue.pattern", f"{self.id}: {problem}")


def pattern_problems(pattern: str, gate: Sequence[str]) -> str:
    """
    What keeps *pattern* from being a safe and gated pattern, or the empty string.

    Every match must hold a gate word, so ``<gate>`` stands once, outside all groups and
    alternatives, and isn't optional.  Every repetition must be bounded.
    """
    if not gate or any(not re.fullmatch(r"[^\W_]+(?:'[^\W_]+)*", word) for word in gate):
        return "gate must list single words, without blanks or hyphens"
    if _UNBOUNDED.search(pattern):
        return "repetitions must be bounded, by 99 at most: write {0,3} or ~ in place of * or +"
    bare = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    depth = 0
    outside = ""
    for char in bare:
        depth += (char == "(") - (char == ")")
        outside += char if depth == 0 else ""
    if outside.count("<gate>") != 1 or bare.count("<gate>") != 1:
        return "<gate> must stand once, outside all groups"
    if "|" in outside or re.search(r"<gate>[?{]", outside):
        return "<gate> must be part of every match: put alternatives into groups"
    try:
        _compiled(pattern, gate)
    except (regex.error, RecursionError) as error:
        return f"isn't a regular expression: {error}"
    return ""


def _compiled(pattern: str, gate: Sequence[str]) -> regex.Pattern[str]:
    words = "|".join(re.escape(word) for word in gate)
    body = pattern.removeprefix("^").replace("~ ", _GAP)
    body = body.replace("<gate>", f"{_LEFT}(?:{words}){_RIGHT}")
    left = _START if pattern.startswith("^") else _LEFT
    return regex.compile(f"{left}(?:{body}){_RIGHT}")


class Hit(NamedTuple):
    """
    A cue met by a row of words.
    """

    cue: Cue
    first: int
    """Index of its first word."""
    last: int
    """Index behind its last word."""


class _Gated(NamedTuple):
    """
    A pattern, and what a turn must hold for it to be worth a try.
    """

    cue: str
    compiled: regex.Pattern[str]
    openings: frozenset[str]
    """The words that every match begins with; empty if they can't be told."""


class CueIndex:
    """
    Many cues, to be found in passages.

    Example:
        >>> cue = Cue(id="values.stand_for", phrases=["stand for"])
        >>> CueIndex([cue]).find(Passage("What do you stand for?"))[0].first
        3
    """

    def __init__(self, cues: Iterable[Cue]) -> None:
        cues = tuple(cues)
        self._cue_by_id = {cue.id: cue for cue in cues}
        self._phrases = PhraseIndex((phrase, cue.id) for cue in cues for phrase in cue.phrases)
        self._gated: dict[str, list[_Gated]] = {}
        for cue in cues:
            if cue.pattern:
                gated = _Gated(cue.id, _compiled(cue.pattern, cue.gate), _openings(cue))
                for word in cue.gate:
                    self._gated.setdefault(word, []).append(gated)

    def find(self, passage: Passage) -> list[Hit]:
        """
        The first place where each cue is met, in order of first word.
        """
        return [Hit(self._cue_by_id[cue], first, last) for first, last, cue in self.places(passage)]

    def places(self, passage: Passage) -> list[tuple[int, int, str]]:
        """
        What `find` finds, told by first word, the word behind the last, and the cue's id.
        """
        # From behind, so that the first place of each cue is the one that stays.
        places = {place[2]: place for place in reversed(self._phrases.find(passage.words))}
        if not self._gated.keys().isdisjoint(passage.words):
            self._find_patterns(passage, places)
        return sorted(places.values())

    def _find_patterns(self, passage: Passage, places: dict[str, tuple[int, int, str]]) -> None:
        words = set(passage.words)
        wanted = {
            gated.cue: gated
            for word in self._gated.keys() & words
            for gated in self._gated[word]
            if not gated.openings or not gated.openings.isdisjoint(words)
        }
        if not wanted:
            return
        line = line_of(passage)
        starts = _word_starts(passage)
        for cue, compiled, openings in wanted.values():
            try:
                found = _first_match(compiled, openings, line, passage.words, starts)
            except TimeoutError as error:
                raise PatternTimeoutError(cue, TIME_LIMIT) from error
            if found is not None:
                first = bisect_right(starts, found.start()) - 1
                last = bisect_right(starts, found.end() - 1)
                places[cue] = first, last, cue


def _first_match(
    compiled: regex.Pattern[str],
    openings: frozenset[str],
    line: str,
    words: Sequence[str],
    starts: Sequence[int],
) -> regex.Match[str] | None:
    """
    The pattern's first match, tried only where one of its opening words stands.
    """
    if not openings:
        return compiled.search(line, timeout=TIME_LIMIT)
    for start in compress(starts, map(openings.__contains__, words)):
        if found := compiled.match(line, start, timeout=TIME_LIMIT):
            return found
    return None


def _openings(cue: Cue) -> frozenset[str]:
    """
    The words that every match of the cue's pattern begins with, or none if that is hard to tell.
    """
    if cue.pattern.startswith("<gate>"):
        return frozenset(cue.gate)
    found = _OPENING.match(cue.pattern)
    if found is None:
        return frozenset()
    heads = [choice.split(" ")[0] for choice in (found["choices"] or found["word"]).split("|")]
    if not all(map(_OPENING_WORD.fullmatch, heads)):
        return frozenset()
    # "thoughts?" is either of two words.
    return frozenset(head.rstrip("?") for head in heads) | {
        head[:-2] for head in heads if head.endswith("?")
    }


def line_of(passage: Passage) -> str:
    """
    The words with one blank between two, each sentence closed by its mark and a line break.
    """
    words = passage.words
    return "\n".join(
        [" ".join(words[s.first : s.last]) + (s.closing or ".") for s in passage.sentences]
    )


def _word_starts(passage: Passage) -> list[int]:
    """
    Where in `line_of` each word begins.
    """
    widths = [0, *[len(word) + 1 for word in passage.words[:-1]]]
    for sentence in passage.sentences[:-1]:
        widths[sentence.last] += 1
    return list(accumulate(widths))
