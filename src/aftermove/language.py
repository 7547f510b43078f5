"""
Words, sentences and clauses, each with its place in the text.

Shared by techniques and affect.  One turn is cut once, into a `Passage`; cues and lexicon
entries are then looked up in its words, and what is found points back at characters.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from aftermove.errors import ModelError
from aftermove.model import CharSpan, Mark

__all__ = [
    "Clause",
    "Match",
    "Passage",
    "PhraseIndex",
    "Sentence",
    "plain",
    "words_of",
]

T = TypeVar("T")

# One character for one, so that every index into the plain text is one into the text as written.
_STRAIGHT: Final = {
    **dict.fromkeys(map(ord, "‘’ʼ`"), "'"),
    **dict.fromkeys(map(ord, "“”„«»"), '"'),
    **dict.fromkeys(map(ord, "‐‑"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u200b\ufeff"), " "),
    ord("–"): "—",
}

# Transcribers' square brackets are never words: "[chuckles]", "[unintelligible 00:01:18]".
# Bounded, so that unclosed brackets cost no more than their length.
_BRACKETED: Final = re.compile(r"\[[^\[\]\n]{0,80}\]")

# A contraction is one word ("can't"); a hyphen parts words ("role-play" is "role", "play"), so
# that a cue meets both spellings, and so do stutters ("I-I").
_WORD: Final = re.compile(r"([^\W_]++(?:'[^\W_]++)*+)")
# The same where all is ASCII and in lower case, as nearly all turns are, and faster.
_ASCII_WORD: Final = re.compile(r"([a-z0-9]++(?:'[a-z0-9]++)*+)")

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


def plain(text: str, marks: Iterable[Mark] = ()) -> str:
    """
    The text in lower case with straight quotes, and with blanks for what is not words.

    As long as *text*, so that an index into one is an index into the other.

    Args:
        text: As written.
        marks: What in it is not words, in order; square brackets are blanked anyway.

    Example:
        >>> plain("It’s [sighs] FINE")
        "it's         fine"
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        # A few letters grow in lower case ("İ"); they stay as they are.
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    if "`" in lowered or not lowered.isascii():
        lowered = lowered.translate(_STRAIGHT)
    if "[" in lowered:
        lowered = _BRACKETED.sub(lambda found: " " * len(found[0]), lowered)
    pieces, reached = [], 0
    for mark in marks:
        pieces += [lowered[reached : mark.span.start], " " * len(mark.span)]
        reached = mark.span.end
    if pieces:
        lowered = "".join([*pieces, lowered[reached:]])
    return lowered


def words_of(text: str, marks: Iterable[Mark] = ()) -> list[str]:
    """
    The words of a `Passage`, where nothing else of it is needed.

    Example:
        >>> words_of("It’s [sighs] fine")
        ["it's", 'fine']
    """
    written = plain(text, marks)
    return _word_in(written).findall(written)


def _word_in(written: str) -> re.Pattern[str]:
    return _ASCII_WORD if written.isascii() else _WORD


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


class Match(NamedTuple, Generic[T]):
    """
    A phrase met in a row of words.
    """

    first: int
    """Index of its first word."""
    last: int
    """Index behind its last word."""
    value: T
    """What the phrase stands for."""


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
        # Gaps and words in turn, from the gap before the first word to the one behind the last.
        parts = _word_in(self.plain).split(self.plain)
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


# Each word's alternatives multiply those of the words before it.
_MAX_SPELLINGS: Final = 1_000


# A place in a trie of words: what ends here, and where each next word leads.
_Node: TypeAlias = tuple[list[Any], dict[str, "_Node"]]


class PhraseIndex(Generic[T]):
    """
    Phrases to be found in rows of words, all in one pass.

    A phrase is words with blanks between them; ``a|b`` stands for either word.  The cost of a
    search grows with the words searched, not with the number of phrases.

    Raises:
        ModelError: If the alternatives of one phrase multiply to more than a thousand spellings.

    Example:
        >>> index = PhraseIndex([("chest|throat tightened", "tight"), ("heavy", "heavy")])
        >>> index.find("my throat tightened and felt heavy".split())
        [Match(first=1, last=3, value='tight'), Match(first=5, last=6, value='heavy')]
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._root: _Node = ([], {})
        for phrase, value in phrases:
            nodes = [self._root]
            for word in phrase.lower().translate(_STRAIGHT).split():
                nodes = [
                    following.setdefault(choice, ([], {}))
                    for _, following in nodes
                    for choice in word.split("|")
                ]
                if len(nodes) > _MAX_SPELLINGS:
                    reason = f"a phrase spells out in more than {_MAX_SPELLINGS:,} ways; split it"
                    raise ModelError("PhraseIndex", reason)
            for values, _ in nodes:
                values.append(value)

    def find(self, words: Sequence[str]) -> list[Match[T]]:
        """
        Every phrase met, overlapping ones too, in order of first word, then of length.
        """
        return [*map(Match._make, self.places(words))]

    def places(self, words: Sequence[str]) -> list[tuple[int, int, T]]:
        """
        What `find` finds, as bare tuples, which take a fraction of the time to make.
        """
        found: list[tuple[int, int, T]] = []
        openings, n = self._root[1], len(words)
        for first, opened in enumerate(map(openings.get, words)):
            node, last = opened, first
            while node is not None:
                last += 1
                values, following = node
                for value in values:
                    # Mostly there is none or one, for which a comprehension takes far longer.
                    found.append((first, last, value))  # noqa: PERF401
                node = following.get(words[last]) if following and last < n else None
        return found
