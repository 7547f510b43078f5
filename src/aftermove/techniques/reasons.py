"""
Tells in words why a turn is read as it is.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from aftermove.model import Evidence, Move

__all__ = ["Claim", "told_in_words"]

_MOST_QUOTED: Final = 2
# A longer stretch is told by its cue alone: it is the turn's shape that speaks, not its words.
_LONGEST_QUOTE: Final = 40
_BEHAVIOURS: Final = {
    "question": "a question",
    "reflection": "a reflection",
    "input": "input",
    "other": "neither question, reflection nor input",
}


class Claim(NamedTuple):
    """
    A behaviour or technique that a turn may be.
    """

    name: str
    confidence: float
    evidence: Sequence[Evidence]


def told_in_words(text: str, move: Move, nearest: Sequence[Claim]) -> str:
    """
    One line for the behaviour, one for the techniques, one for what it was nearly taken for.
    """
    behaviour = Claim(str(move.behaviour), move.confidence, move.evidence)
    lines = [f"It is read as {_told(text, behaviour)}."]
    found = [Claim(i.technique, i.confidence, i.evidence) for i in move.interventions]
    if found:
        lines.append(f"Techniques: {'; '.join(_told(text, claim) for claim in found)}.")
    if nearest:
        lines.append(f"Nearly, but not: {'; '.join(_told(text, claim) for claim in nearest)}.")
    return "\n".join(lines)


def _told(text: str, claim: Claim) -> str:
    name = _BEHAVIOURS.get(claim.name, claim.name)
    because = ", ".join(_quoted(text, evidence) for evidence in claim.evidence[:_MOST_QUOTED])
    return f"{name} ({claim.confidence:.2f}){' by ' if because else ''}{because}"


def _quoted(text: str, evidence: Evidence) -> str:
    words = evidence.span.of(text)
    shown = f"“{words}” " if len(words) <= _LONGEST_QUOTE else ""
    return f"{shown}[{evidence.cue}]"
