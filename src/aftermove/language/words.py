"""
A text's words, and what in it is none.
"""

import re
from collections.abc import Iterable
from typing import Final

from aftermove.model import Mark

__all__ = ["STRAIGHT", "cut_words", "plain", "words_of"]

# One character for one, so that every index into the plain text is one into the text as written.
STRAIGHT: Final = {
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
        lowered = lowered.translate(STRAIGHT)
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


def cut_words(written: str) -> list[str]:
    """
    Gaps and words in turn, from the gap before the first word to the one behind the last.

    Args:
        written: What `plain` gives.

    Example:
        >>> cut_words("so, then.")
        ['', 'so', ', ', 'then', '.']
    """
    return _word_in(written).split(written)


def _word_in(written: str) -> re.Pattern[str]:
    return _ASCII_WORD if written.isascii() else _WORD
