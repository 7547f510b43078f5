"""
What the patient shows: valence, arousal, states and stance, clause by clause.
"""

from aftermove.affect.lexicon import Entry, Lexicon
from aftermove.affect.scorer import ClauseScorer
from aftermove.affect.weights import Weights
from aftermove.affect.words import WordWeights

__all__ = ["ClauseScorer", "Entry", "Lexicon", "Weights", "WordWeights"]
