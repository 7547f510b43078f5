from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve

from aftermove.errors import ModelError
from aftermove.model import Affect, Intervention, Move, Session, SessionAnalysis, ShownState, State
from aftermove.sequence.coded import CodedMove, CodedSession, Talk


def move(turn: int, before: int | None = None, after: int | None = None) -> CodedMove:
    """
    A question between two stretches of talk.
    """
    return CodedMove(turn=turn, behaviour="question", before=before, after=after)


TALK = [Talk(valence=-0.5), Talk(valence=0.5)]


@pytest.mark.parametrize(
    "arguments",
    [
        {"moves": [move(3), move(1)]},
        {"moves": [move(1), move(1)]},
        {"talk": TALK, "moves": [move(1, 1, 0)]},
        {"talk": TALK, "moves": [move(1, 0, 0), move(2, 0, 1)]},
        {"talk": TALK, "moves": [move(1, 0, 1), move(2, 1, 2)]},
        {"talk": TALK, "moves": [move(1, 0)]},
        {"patient": 3},
        {"source": 3},
    ],
)
def test_what_is_no_session_is_refused(arguments: dict[str, Any]) -> None:
    """
    Moves out of order, moves beside no talk or running backwards, and talk beside no move.
    """
    with pytest.raises(ModelError, match="CodedSession"):
        CodedSession(id="s1", **arguments)


@pytest.mark.parametrize(
    "strengths", [[("anxiety", 1.2)], [("anxiety", -0.1)], [("anxiety", 0.4), ("anxiety", 0.2)]]
)
def test_what_is_no_strength_is_refused(strengths: list[tuple[str, float]]) -> None:
    """
    Strengths go from 0 to 1, both included, and each state has one.
    """
    with pytest.raises(ModelError, match="strengths"):
        Talk(valence=0.0, strengths=strengths)
    assert len(Talk(valence=0.0, strengths=[("anxiety", 1), ("sadness", 0)]).strengths) == 2


def test_sessions_have_one_order() -> None:
    """
    Sessions and moves sort by what they are told by first, and what isn't told stands first.
    """
    sessions = [
        CodedSession(id="a"),
        CodedSession(id="a", source="f"),
        CodedSession(id="a", patient="A"),
        CodedSession(id="a", patient="A", source="f"),
        CodedSession(id="a", patient="p"),
        CodedSession(id="b"),
    ]
    assert all(one < other for one, other in pairwise(sessions))
    moves = [move(1), move(1, None, 0), move(1, 0), move(1, 0, 1), move(1, 1), move(2)]
    assert all(one < other for one, other in pairwise(moves))


def test_talk_weighs_its_words() -> None:
    """
    A stretch's numbers are means over its turns by words, and its strongest state comes first.
    """
    session = Session.from_pairs(
        [
            ("patient", "one two three"),
            ("patient", "four"),
            ("therapist", "So?"),
            ("patient", "five"),
        ]
    )
    affect = [
        Affect(
            turn=0,
            valence=-0.4,
            arousal=0.2,
            stance="sustain",
            shown=[ShownState(state=State.ANXIETY, strength=0.1)],
        ),
        Affect(
            turn=1,
            valence=0.4,
            arousal=-0.2,
            shown=[
                ShownState(state=State.SADNESS, strength=1.0),
                ShownState(state=State.ANXIETY, strength=0.4),
            ],
        ),
        Affect(turn=3, valence=0.1, stance="change"),
    ]
    asked = Move(
        turn=2,
        behaviour="question",
        interventions=[Intervention(turn=2, technique="values", confidence=0.9)],
    )
    analysis = SessionAnalysis(session=session, moves=[asked], affect=affect, shifts=[])
    coded = CodedSession.from_analysis(analysis, source="talk.txt")
    before, after = coded.talk
    assert (before.valence, before.arousal, before.stance) == pytest.approx((-0.2, 0.1, -0.75))
    assert [state for state, _ in before.strengths] == [State.SADNESS, State.ANXIETY]
    assert [strength for _, strength in before.strengths] == pytest.approx([0.25, 0.175])
    assert after == Talk(valence=0.1, stance=1.0)
    assert coded.moves == (evolve(move(2, 0, 1), techniques=["values"]),)
    assert (coded.id, coded.source) == (session.id, "talk.txt")
    assert repr(coded) == "<CodedSession: 1 move, 2 stretches of patient talk>"
    assert repr(CodedSession(id="s1")).startswith("<CodedSession: 0 moves,")
