"""
One turn's sentences and clauses, each with its place in the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from aftermove.language.words import cut_words, plain
from aftermove.model import CharSpan, Mark

__all__ = ["Clause", "Passage", "Sentence"]

# Gaps between words that close no sentence.
_PLAIN_GAPS: Final = frozenset({" ", "-", ", "})

_ABBREVIATIONS: Final = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "vs", "etc"})

# Words that open a clause of their own wherever they stand.
_OPENERS: Final = frozenset(
    """
    although because but cause cos cuz except however if since though unless until when whenever
    whereas while yet
    """.split()
)
# Words that open a clause where a subject follows ("and I", "so it") or a pause comes before.
_JOINERS: Final = frozenset({"and", "or", "so", "then", "which", "where", "who", "plus"})
_CONNECTIVES: Final = _OPENERS | _JOINERS
_SUBJECTS: Final = frozenset(
    """
    he he's he'd he'll i i'd i'll i'm i've it it'd it'll it's maybe my now she she'd she'll
    she's that that's the then there there's they they'd they'll they're they've this we we'd
    we'll we're we've what you you'd you'll you're you've
    """.split()
)


class Sentence(NamedTuple):
    """
    A stretch of words up to a full stop, question mark, exclamation mark or line break.
    """

    start: int
    """Index of its first character."""
    end: int
    """Index behind its last word's last character."""
    first: int
    """Index of its first word."""
    last: int
    """Index behind its last word."""
    closing: str
    """``"."``, ``"?"``, ``"!"``, ``"-"`` where it is broken off, or empty."""


class Clause(NamedTuple):
    """
    A stretch of words about one thing, within one sentence.
    """

    start: int
    end: int
    first: int
    last: int
    closing: str
    """As of a sentence, for its last clause; else ``","``, ``";"``, ``":"``, ``"-"`` or empty."""
    connective: str
    """The word that joins it to what came before, as in ``"but"``; empty if there is none."""
    sentence: int
    """Index of its sentence."""
    quoted: bool
    """Whether it begins inside quotation marks."""


class Passage:
    """
    One turn's text, cut into words, sentences and clauses.

    Example:
        >>> passage = Passage("I'm fine. Tired, but it lifts.")
        >>> passage.words
        ["i'm", 'fine', 'tired', 'but', 'it', 'lifts']
        >>> [passage.text[clause.start:clause.end] for clause in passage.clauses]
        ["I'm fine", 'Tired', 'but it lifts']
    """

    def __init__(self, text: str, marks: Sequence[Mark] = ()) -> None:
        self.text = text
        self.plain = plain(text, marks)
        parts = cut_words(self.plain)
        places = list(accumulate(map(len, parts)))
        self.words = parts[1::2]
        """In lower case, with straight apostrophes."""
        self.gaps = parts[0::2]
        """What stands before each word, and behind the last one."""
        self.starts = places[0:-1:2]
        """The index of each word's first character."""
        self.ends = places[1::2]
        """The index behind each word's last character."""

    def span(self, first: int, last: int) -> CharSpan:
        """
        The characters from word *first* to the word before *last*.
        """
        return CharSpan(self.starts[first], self.ends[last - 1])

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """
        The sentences in order; they hold every word once.
        """
        return tuple(self._cut_sentences())

    def _cut_sentences(self) -> Iterator[Sentence]:
        first, n = 0, len(self.words)
        for word, gap in enumerate(self.gaps):
            is_plain = gap in _PLAIN_GAPS
            if (is_plain and word < n) or word == first:
                continue
            closing = "" if is_plain else self._closing(word, gap)
            if word == n or closing:
                last_closing = closing if closing != "\n" else ""
                yield Sentence(self.starts[first], self.ends[word - 1], first, word, last_closing)
                first = word

    def _closing(self, word: int, gap: str) -> str:
        """
        What closes a sentence in the *gap* before *word*; empty if nothing does.
        """
        at_end = word == len(self.words)
        if "?" in gap or "!" in gap:
            return "?" if "?" in gap else "!"
        if "..." in gap or "…" in gap:
            # "so... yeah" goes on; "so... But" doesn't.
            return "-" if at_end or not self.text[self.starts[word]].islower() else ""
        if "." in gap and (at_end or not gap.endswith(".")):
            return "" if self.words[word - 1] in _ABBREVIATIONS and not at_end else "."
        if at_end and ("-" in gap or "—" in gap):
            return "-"
        return "\n" if "\n" in gap else ""

    @cached_property
    def quotes(self) -> tuple[CharSpan, ...]:
        """
        What stands between double quotation marks, without them, in order.

        A quotation that isn't closed runs to the end of its line.
        """
        if '"' not in self.plain:
            return ()
        spans = []
        opened: int | None = None
        for found in re.finditer('["\n]', self.plain + "\n"):
            if found[0] == '"' and opened is None:
                opened = found.end()
            elif opened is not None:
                if found.start() > opened:
                    spans.append(CharSpan(opened, found.start()))
                opened = None
        return tuple(spans)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """
        The clauses in order; they hold every word once.
        """
        return tuple(self._cut_clauses())

    def _cut_clauses(self) -> Iterator[Clause]:
        quotes = iter(self.quotes)
        quote = next(quotes, None)
        places = self._possible_boundaries()
        for number, sentence in enumerate(self.sentences):
            first, connective = sentence.first, self._connective(sentence.first, starts=True)
            for word in places[bisect_right(places, first) : bisect_right(places, sentence.last)]:
                is_last = word == sentence.last
                joined_by = "" if is_last else self._boundary(word)
                if joined_by is None:
                    continue
                start = self.starts[first]
                while quote is not None and quote.end <= start:
                    quote = next(quotes, None)
                closing = sentence.closing if is_last else _pause(self.gaps[word])
                yield Clause(
                    start,
                    self.ends[word - 1],
                    first,
                    word,
                    closing,
                    connective,
                    number,
                    quote is not None and quote.start <= start,
                )
                first, connective = word, joined_by or ""

    def _possible_boundaries(self) -> list[int]:
        """
        The places of pauses, of words that may join clauses, and of the ends of sentences.
        """
        places = [i for i, gap in enumerate(self.gaps) if gap != " "]
        places += [i for i, word in enumerate(self.words) if word in _CONNECTIVES]
        places += [sentence.last for sentence in self.sentences]
        return sorted(set(places))

    def _boundary(self, word: int) -> str | None:
        """
        The connective of the clause that begins at *word*, or `None` if none begins there.
        """
        pause = _pause(self.gaps[word])
        connective = self._connective(word, starts=bool(pause))
        if connective or (pause and pause != ","):
            return connective
        if pause and self.words[word] in _SUBJECTS:
            return ""
        return None

    def _connective(self, word: int, *, starts: bool) -> str:
        """
        The connective at *word*, or the empty string; *starts* tells that a pause comes before.
        """
        name = self.words[word]
        if name in _OPENERS:
            return name
        if name in _JOINERS:
            following = self.words[word + 1] if word + 1 < len(self.words) else ""
            if starts or following in _SUBJECTS:
                return name
        return ""


def _pause(gap: str) -> str:
    """
    The heaviest pause in a gap within a sentence.
    """
    if gap == " ":
        return ""
    if "—" in gap or "--" in gap or " - " in gap:
        return "-"
    for char in ";:":
        if char in gap:
            return char
    if "..." in gap or "…" in gap or "(" in gap or ")" in gap or '"' in gap:
        return "-"
    return "," if "," in gap else ""
