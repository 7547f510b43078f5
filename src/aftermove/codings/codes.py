"""
The codes of an analysis, whatever the program that gets them.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from aftermove.model import Evidence, SessionAnalysis, Stance

__all__ = ["Code", "codes_of", "sound"]

# What XML 1.0 can't hold at all.
_UNSOUND: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Code(NamedTuple):
    """
    One finding as a code on a turn.
    """

    turn: int
    group: str
    """behaviour, technique, state or stance."""
    name: str
    evidence: tuple[Evidence, ...]


def codes_of(analysis: SessionAnalysis) -> Iterator[Code]:
    """
    The codes of an analysis, those of the moves first, each in the order of the turns.

    A neutral stance is none.
    """
    for move in analysis.moves:
        yield Code(move.turn, "behaviour", move.behaviour.value, ())
        for found in move.interventions:
            yield Code(move.turn, "technique", found.technique, found.evidence)
    for affect in analysis.affect:
        for shown in affect.shown:
            yield Code(affect.turn, "state", shown.state.value, shown.evidence)
        if affect.stance is not Stance.NEUTRAL:
            yield Code(affect.turn, "stance", affect.stance.value, ())


def sound(text: str) -> str:
    """
    The text as XML can hold it, as long as it was: other signs become U+FFFD.
    """
    return _UNSOUND.sub("\ufffd", text)
