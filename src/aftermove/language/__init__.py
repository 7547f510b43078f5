"""
Words, sentences and clauses, each with its place in the text.

Shared by techniques and affect.  One turn is cut once, into a `Passage`; cues and lexicon
entries are then looked up in its words, and what is found points back at characters.
"""

from aftermove.language.passage import Clause, Passage, Sentence
from aftermove.language.phrases import PhraseIndex
from aftermove.language.replies import GO_AHEADS, is_go_ahead
from aftermove.language.rows import WeightRows
from aftermove.language.words import plain, words_of

__all__ = [
    "GO_AHEADS",
    "Clause",
    "Passage",
    "PhraseIndex",
    "Sentence",
    "WeightRows",
    "is_go_ahead",
    "plain",
    "words_of",
]
