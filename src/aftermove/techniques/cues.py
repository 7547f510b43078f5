"""
Cues, and where a turn's words meet them.

A cue is either phrases, all looked up in one pass, or a pattern, which runs only on turns that
hold one of its gate words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from attrs import field, frozen

from aftermove.errors import ModelError
from aftermove.language import Passage, PhraseIndex

__all__ = ["Cue", "CueIndex", "Hit", "pattern_problems"]

# "~" stands for up to five words of one sentence.  Words are bounded, so that no pattern can
# look further than a few hundred characters from where it starts.
_GAP: Final = "(?:[^ .?!\n]{1,30}+ ){0,5}"
_START: Final = r"(?<![\w' ])"
_LEFT: Final = r"(?<![\w'])"
_RIGHT: Final = r"(?![\w'])"
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
    except (re.error, RecursionError) as error:
        return f"isn't a regular expression: {error}"
    return ""


def _compiled(pattern: str, gate: Sequence[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in gate)
    body = pattern.removeprefix("^").replace("~ ", _GAP)
    body = body.replace("<gate>", f"{_LEFT}(?:{words}){_RIGHT}")
    left = _START if pattern.startswith("^") else _LEFT
    return re.compile(f"{left}(?:{body}){_RIGHT}")


class Hit(NamedTuple):
    """
    A cue met by a row of words.
    """

    cue: Cue
    first: int
    """Index of its first word."""
    last: int
    """Index behind its last word."""


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
        self._phrases = PhraseIndex((phrase, cue) for cue in cues for phrase in cue.phrases)
        self._gated: dict[str, list[tuple[Cue, re.Pattern[str]]]] = {}
        for cue in cues:
            if cue.pattern:
                compiled = _compiled(cue.pattern, cue.gate)
                for word in cue.gate:
                    self._gated.setdefault(word, []).append((cue, compiled))

    def find(self, passage: Passage) -> list[Hit]:
        """
        The first place where each cue is met, in order of first word.
        """
        hits: dict[str, Hit] = {}
        for first, last, cue in self._phrases.find(passage.words):
            if cue.id not in hits:
                hits[cue.id] = Hit(cue, first, last)
        if not self._gated.keys().isdisjoint(passage.words):
            self._find_patterns(passage, hits)
        return sorted(hits.values(), key=lambda hit: (hit.first, hit.last, hit.cue.id))

    def _find_patterns(self, passage: Passage, hits: dict[str, Hit]) -> None:
        wanted = {
            cue.id: (cue, compiled)
            for word in self._gated.keys() & set(passage.words)
            for cue, compiled in self._gated[word]
        }
        line = line_of(passage)
        starts: list[int] = []
        for cue, compiled in wanted.values():
            found = compiled.search(line)
            if found is None:
                continue
            starts = starts or _word_starts(passage)
            first = bisect_right(starts, found.start()) - 1
            last = bisect_right(starts, found.end() - 1)
            hits[cue.id] = Hit(cue, first, last)


def line_of(passage: Passage) -> str:
    """
    The words with one blank between two, each sentence closed by its mark and a line break.
    """
    words = passage.words
    return "\n".join(
        " ".join(words[s.first : s.last]) + (s.closing or ".") for s in passage.sentences
    )


def _word_starts(passage: Passage) -> list[int]:
    """
    Where in `line_of` each word begins.
    """
    closers = {sentence.last - 1 for sentence in passage.sentences}
    widths = (len(word) + (2 if i in closers else 1) for i, word in enumerate(passage.words))
    return list(accumulate(widths, initial=0))[:-1]
