from collections.abc import Sequence
from itertools import count

import pytest

import aftermove as am
from aftermove.errors import ModelError
from aftermove.testing import check_detector, check_scorer


class Own:
    """
    A detector and scorer whose findings a test chooses by its quirk.
    """

    def __init__(self, quirk: str) -> None:
        self.quirk = quirk
        self.calls = count()

    def _figure(self, turn: am.Turn) -> float:
        match self.quirk:
            case "fickle":
                return (next(self.calls) % 1000) / 1000
            case "partial":
                return len(turn.speaker.name) / 100
            case _:
                return 0.5

    def detect(self, session: am.Session) -> Sequence[am.Move]:
        """
        A move for each therapist turn, or none.
        """
        turns = () if self.quirk == "lazy" else session.by_role("therapist")
        return [
            am.Move(turn=turn.index, behaviour="input", confidence=self._figure(turn))
            for turn in turns
        ]

    def score(self, session: am.Session) -> Sequence[am.Affect]:
        """
        An affect for each patient turn, or none.
        """
        turns = () if self.quirk == "lazy" else session.by_role("patient")
        return [am.Affect(turn=turn.index, valence=self._figure(turn)) for turn in turns]


def test_a_sound_model_passes() -> None:
    """
    Whatever keeps its contract passes, ours too.
    """
    for detector in (Own("sound"), am.CueDetector()):
        check_detector(detector, examples=20)
    for scorer in (Own("sound"), am.ClauseScorer()):
        check_scorer(scorer, examples=20)


@pytest.mark.parametrize(
    ("quirk", "error", "reason"),
    [
        ("lazy", ModelError, "must hold one finding for each"),
        ("fickle", AssertionError, "for the same session"),
        ("partial", AssertionError, "where speakers have other names"),
    ],
)
def test_a_broken_contract_is_found(quirk: str, error: type[Exception], reason: str) -> None:
    """
    Missing findings, and findings that hang on chance or on names, are found.
    """
    with pytest.raises(error, match=reason):
        check_detector(Own(quirk))
    with pytest.raises(error, match=reason):
        check_scorer(Own(quirk))
