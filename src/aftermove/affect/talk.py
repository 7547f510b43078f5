"""
What a turn takes over from the talk before it.

A patient who goes on after a mere "mm-hmm" is still in the same account, one who only answers
"yeah" takes the therapist's words as their own, and feeling seldom vanishes between two turns.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from aftermove.affect.weights import Weights
from aftermove.language import is_go_ahead, words_of
from aftermove.model import Turn

__all__ = ["Carried", "Talk", "is_answer"]

# Of a turn that only answers; more words stand for themselves.  Else the outcome of a move would be
# made of the move's own words.
_MAX_ANSWER_WORDS: Final = 3
_ASSENTS: Final = frozenset(
    """
    absolutely aye correct definitely exactly mhm mm mmm right sure true totally yea yeah yep yes
    yup
    """.split()
)
_ASSENTING_PAIRS: Final = frozenset(
    {
        ("i", "am"),
        ("i", "do"),
        ("i", "guess"),
        ("i", "know"),
        ("i", "suppose"),
        ("it", "does"),
        ("it", "is"),
        ("oh", "yeah"),
        ("oh", "yes"),
        ("uh", "huh"),
    }
)
_DENIALS: Final = frozenset({"no", "nope", "nah", "never", "not"})
_ANSWERS: Final = _ASSENTS | _DENIALS


class Carried(NamedTuple):
    """
    Valence that a turn takes over, by one way.
    """

    cue: str
    """``"talk.goes_on"``, ``"talk.earlier"``, ``"answer.yes"`` or ``"answer.no"``."""
    valence: float
    weight: float
    """Beside that of a clause."""


class Talk:
    """
    The talk up to a turn: what the patient last showed, and what the therapist said since.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._shown = 0.0
        self._is_followed = False
        self._is_parted = False
        self.asked: Turn | None = None
        """The therapist's turn just before, if it says more than a go-ahead."""

    def hear_therapist(self, turn: Turn) -> None:
        """
        Takes note of a turn of the therapist's; a mere go-ahead parts nothing.
        """
        says_much = "?" in turn.text or not is_go_ahead(words_of(turn.text))
        self._is_followed = True
        self._is_parted = self._is_parted or says_much
        self.asked = turn if says_much else None

    def hear_patient(self, valence: float) -> None:
        """
        Takes note of what the patient showed.
        """
        self._shown, self._is_followed, self._is_parted, self.asked = valence, False, False, None

    def carried(self) -> list[Carried]:
        """
        What is taken over from the patient's own last turn.

        Nothing where no therapist has spoken since: texts in a row need not be of one talk.
        """
        if not self._shown or not self._is_followed:
            return []
        if self._is_parted:
            return [Carried("talk.earlier", self._shown, self._weights.earlier)]
        return [Carried("talk.goes_on", self._shown, self._weights.goes_on)]

    def answered(self, words: Sequence[str], valence: float) -> list[Carried]:
        """
        What the words of an answer take over from the therapist's, which show *valence*.
        """
        if self.asked is None or not valence or not is_answer(words):
            return []
        if words[0] in _DENIALS:
            return [Carried("answer.no", -valence, self._weights.denied)]
        return [Carried("answer.yes", valence, self._weights.agreed)]


def is_answer(words: Sequence[str]) -> bool:
    """
    Whether the words are no more than a yes or a no.
    """
    if not 0 < len(words) <= _MAX_ANSWER_WORDS:
        return False
    return words[0] in _ANSWERS or tuple(words[:2]) in _ASSENTING_PAIRS
