"""
Where a turn's words meet the lexicon, and the words that modify them.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from aftermove.affect.lexicon import Entry, Lexicon, split_phrases
from aftermove.language import Passage, PhraseIndex
from aftermove.model import Mark

__all__ = ["Found", "Modifier", "PhraseFinder", "Reading"]

# Left out of both the talk and the phrases, so that "I, um, really can't cope" meets "can't cope".
_FILLERS: Final = frozenset({"um", "uh", "er", "erm", "hmm", "mm", "uhm", "ah"})
# Left out where a word follows at once: "not really." keeps its "really".
_LIGHT: Final = frozenset(
    {"actually", "basically", "honestly", "just", "literally", "quite", "really", "very", "pretty"}
)
_STRONG: Final = frozenset({"really", "very", "literally", "pretty"})

# Kinds that count only outside of the phrases met.
_SPENT: Final = frozenset({"negate", "strengthen", "weaken"})

_IRREGULAR: Final = {
    "ain't": ("is", "not"),
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "cant": ("can", "not"),
    "dont": ("do", "not"),
    "gonna": ("going", "to"),
    "gotta": ("got", "to"),
    "im": ("i", "am"),
    "i'm": ("i", "am"),
    "ive": ("i", "have"),
    "let's": ("let", "us"),
    "wanna": ("want", "to"),
    "won't": ("will", "not"),
}
_ENDINGS: Final = {"'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would"}


def _written_out(word: str) -> tuple[str, ...]:
    """
    The words that a contraction stands for; itself if it is none.
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    head, apostrophe, _ = word.rpartition("'")
    if not apostrophe:
        return (word,)
    if word.endswith("n't"):
        return (word[:-3], "not")
    ending = _ENDINGS.get(word[len(head) :])
    return (head, ending) if ending else (word,)


class Modifier(NamedTuple):
    """
    A word that turns, strengthens, weakens, dates or disowns its neighbours.
    """

    kind: str
    first: int
    """Place in the reading's row of words."""
    last: int


class Found(NamedTuple):
    """
    An entry met by a row of words.
    """

    entry: Entry
    first: int
    """Place in the reading's row of words."""
    last: int


class Reading(NamedTuple):
    """
    One turn's words as the lexicon reads them, and what was met.
    """

    passage: Passage
    words: list[str]
    """Written out, without fillers and repeats; a blank word parts sentences."""
    origins: list[int]
    """For each, the index of the passage's word; -1 for a blank."""
    found: list[Found]
    """In order, without overlap: of phrases that overlap, the longest."""
    modifiers: list[Modifier]
    """In order, outside of what was found."""


class PhraseFinder:
    """
    All phrases of a lexicon and all modifiers, to be met in one pass.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        # A dict, so that the later entry counts where two hold a phrase.
        entry_by_phrase = {
            choice: entry
            for entry in lexicon
            for phrase in entry.phrases
            for choice in _choices(phrase)
        }
        self._index: PhraseIndex[Entry | str] = PhraseIndex(
            [*entry_by_phrase.items(), *_modifier_phrases()]
        )

    def read(self, text: str, marks: tuple[Mark, ...] = ()) -> Reading:
        """
        What of the lexicon stands in *text*.
        """
        passage = Passage(text, marks)
        words, origins, strong = _row(passage)
        entries: list[Found] = []
        kinds: list[Modifier] = [Modifier("strengthen", place, place) for place in strong]
        for first, last, value in self._index.find(words):
            if isinstance(value, str):
                kinds.append(Modifier(value, first, last))
            else:
                entries.append(Found(value, first, last))
        found, covered = _longest(entries, kinds, len(words))
        modifiers = [each for each in kinds if not _is_spent(each, covered)]
        found.sort(key=lambda each: each.first)
        return Reading(passage, words, origins, found, modifiers)


def _longest(
    entries: list[Found], kinds: list[Modifier], n_words: int
) -> tuple[list[Found], bytearray]:
    """
    Of phrases that overlap the longest, and which words they cover.

    So "no energy" leaves no "energy".  Of equals the last: "I can't" leaves "can't cope" whole.
    Modifiers of several words take part, so that "kind of" is nothing kind.
    """
    covered = bytearray(n_words)
    found = []
    rivals: list[Found | Modifier] = [*entries]
    rivals += [each for each in kinds if each.kind in _SPENT and each.last - each.first > 1]
    for each in sorted(rivals, key=lambda met: (met.first - met.last, -met.first)):
        if any(covered[each.first : each.last]):
            continue
        # A modifier covers with another mark, since it isn't spent on itself.
        mark = b"\x01" if isinstance(each, Found) else b"\x02"
        covered[each.first : each.last] = mark * (each.last - each.first)
        if isinstance(each, Found) and each.entry.shows_something:
            found.append(each)
    return found, covered


def _is_spent(modifier: Modifier, covered: bytearray) -> bool:
    """
    Whether a phrase that was met has used the modifier up: its "not" has done its work.

    Its "I" still tells who feels.
    """
    return modifier.kind in _SPENT and 1 in covered[modifier.first : modifier.last]


def _row(passage: Passage) -> tuple[list[str], list[int], list[int]]:
    """
    The passage's words written out, their origins, and the places before which "really" stood.
    """
    words: list[str] = []
    origins: list[int] = []
    strong: list[int] = []
    said, gaps = passage.words, passage.gaps
    for sentence in passage.sentences:
        before = ""
        for index in range(sentence.first, sentence.last):
            word = said[index]
            if word in _FILLERS:
                continue
            if word in _LIGHT and index + 1 < sentence.last and gaps[index + 1] == " ":
                if word in _STRONG:
                    strong.append(len(words))
                continue
            is_plain = "'" not in word and word not in _IRREGULAR
            for part in (word,) if is_plain else _written_out(word):
                if part != before:
                    words.append(part)
                    origins.append(index)
                    before = part
        words.append("")
        origins.append(-1)
    return words, origins, strong


def _choices(phrase: str) -> Iterator[str]:
    """
    The phrase with each choice of its alternatives, written out and without light words.
    """
    rows: list[tuple[str, ...]] = [()]
    for place in phrase.lower().replace("’", "'").replace("-", " ").split():
        rows = [(*row, choice) for row in rows for choice in place.split("|")]
    for row in rows:
        kept = [w for i, w in enumerate(row) if w not in _LIGHT or i == len(row) - 1]
        yield " ".join(part for word in kept for part in _written_out(word))


@cache
def _modifier_phrases() -> tuple[tuple[str, str], ...]:
    content = (files("aftermove.affect") / "data" / "modifiers.toml").read_text("utf-8")
    return tuple(
        (choice, kind)
        for kind, text in tomllib.loads(content).items()
        for phrase in split_phrases(text)
        for choice in _choices(phrase)
    )
