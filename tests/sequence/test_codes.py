import pytest

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Behaviour, State
from aftermove.sequence.coded import CodedMove, CodedSession, Talk
from aftermove.sequence.codes import CODES_OF_MOVES, CODES_OF_TALK, sequences_of


def move(turn: int, technique: str, before: int | None, after: int | None) -> CodedMove:
    """
    A question with one technique, between two stretches of talk.
    """
    return CodedMove(
        turn=turn, behaviour="question", techniques=[technique], before=before, after=after
    )


SESSION = CodedSession(
    id="s1",
    moves=[
        move(0, "greeting", None, 0),
        move(2, "values", 0, 1),
        # In a row with the one above it, which counts.
        move(3, "reframing", 0, 1),
        # What stood before this was coded by nobody.
        move(6, "advice", 2, 3),
        move(8, "summary", 3, None),
    ],
    talk=[Talk(valence=valence) for valence in (-0.5, 0.0, 0.5, -0.4)],
)


def test_moves_and_talk_take_turns() -> None:
    """
    Of moves in a row the first counts, and where talk is missing another sequence begins.
    """
    sequences, sides = sequences_of([SESSION, SESSION], "technique", "valence")
    wanted = [
        ["greeting", "low", "values", "middle"],
        ["high", "advice", "low", "summary"],
    ]
    assert sequences == wanted * 2
    assert sides == ({"greeting", "values", "advice", "summary"}, {"low", "middle", "high"})
    assert sequences_of([SESSION], "valence", "technique") == (wanted, sides)


def test_one_side_alone_is_whole() -> None:
    """
    The moves alone, or the talk alone, are one sequence for each session, of every one of them.
    """
    techniques = ["greeting", "values", "reframing", "advice", "summary"]
    assert sequences_of([SESSION], "technique", "technique") == ([techniques], None)
    assert sequences_of([SESSION], "valence", "valence") == (
        [["low", "middle", "high", "low"]],
        None,
    )


@pytest.mark.parametrize(
    ("value", "valence", "stance"),
    [
        (-1.0, "low", "sustain"),
        (-0.34, "low", "sustain"),
        (-1 / 3, "middle", "neutral"),
        (1 / 3, "middle", "neutral"),
        (0.34, "high", "change"),
        (1.0, "high", "change"),
    ],
)
def test_means_are_coded_by_thirds(value: float, valence: str, stance: str) -> None:
    """
    Beyond a third of the scale a mean leans to one side, and up to it to neither.
    """
    assert CODES_OF_TALK["valence"](Talk(valence=value)) == valence
    assert CODES_OF_TALK["stance"](Talk(valence=0.0, stance=value)) == stance


def test_what_comes_first_is_the_code() -> None:
    """
    A move is coded by its first technique or its behaviour, talk by its first state, if any.
    """
    two = CodedMove(turn=0, behaviour=Behaviour.INPUT, techniques=["advice", "values"])
    none = CodedMove(turn=0, behaviour=Behaviour.OTHER)
    assert [CODES_OF_MOVES["technique"](each) for each in (two, none)] == ["advice", "no technique"]
    assert [CODES_OF_MOVES["behaviour"](each) for each in (two, none)] == ["input", "other"]
    sad = Talk(valence=0.0, strengths=[(State.SADNESS, 0.6), (State.ANXIETY, 0.4)])
    plain = Talk(valence=0.0)
    assert [CODES_OF_TALK["state"](each) for each in (sad, plain)] == ["sadness", "no state"]


def test_ways_of_coding_that_dont_go_are_refused() -> None:
    """
    A way that isn't there, and two different ways of one side, are refused.
    """
    with pytest.raises(UnknownNameError, match="way of coding"):
        sequences_of([SESSION], "technique", "mood")
    for given, target in (("technique", "behaviour"), ("state", "valence")):
        with pytest.raises(ModelError, match="one of moves and one of talk"):
            sequences_of([SESSION], given, target)
