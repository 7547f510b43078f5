"""
How affect goes over a session, the shapes of turns, and the doubts that come back.
"""

from math import isnan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import (
    Affect,
    ArcPoint,
    ArcShape,
    CharSpan,
    Mark,
    Session,
    SessionAnalysis,
    Speaker,
    Turn,
    analyze,
)
from aftermove.errors import ModelError
from aftermove.sequence.course import Course, affect_course, find_refrains, instability, trend
from aftermove.testing import courses, session_analyses

VALENCES = st.lists(st.floats(-1, 1), max_size=12)


def test_a_lift_taken_back_is_found() -> None:
    """
    The scorer's clauses make the arc.
    """
    said = "I'm worn out. I was so happy for a second, and then I felt hopeless again."
    (affect,) = analyze(Session.from_pairs([("patient", said)])).affect
    assert affect.shape is ArcShape.RISE_THEN_FALL


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30), st.floats(-0.5, 0.5))
def test_a_slope_added_is_found(scores: list[float], slope: float) -> None:
    """
    The trend is linear in the scores.
    """
    tilted = [score + slope * place for place, score in enumerate(scores)]
    assert trend(tilted) == pytest.approx(trend(scores) + slope, abs=1e-9)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30))
def test_instability_of_a_mirror_is_the_same(scores: list[float]) -> None:
    """
    Going backward or upside down changes nothing.
    """
    found = instability(scores)
    assert found == pytest.approx(instability(scores[::-1]))
    assert found == pytest.approx(instability([-score for score in scores]))
    assert 0 <= found <= 2


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_turns_tell_nothing(n: int) -> None:
    """
    NaN rather than a number that nothing supports.
    """
    course = affect_course(SessionAnalysis.from_codes(id="s1", valence=[0.5] * n, techniques=[]))
    assert isnan(course.trend)
    assert isnan(course.instability)
    assert isnan(course.inertia)
    assert isnan(course.level) == (n == 0)


def test_a_course_by_hand() -> None:
    """
    Four turns that rise by a half and then by quarters.
    """
    course = affect_course(
        SessionAnalysis.from_codes(id="s1", valence=[-0.5, 0.0, 0.25, 0.5], techniques=[[]] * 3)
    )
    assert (course.level, course.below_zero) == (0.0625, 0.25)
    assert course.instability == pytest.approx(sqrt((0.25 + 0.0625 + 0.0625) / 3))
    assert course.trend == pytest.approx((1.5 * 1.0 + 0.5 * 0.25) / 5)
    assert course.variability == pytest.approx(sqrt(0.5625 / 4 - 0.0625**2))


@given(session_analyses())
def test_a_course_counts_every_turn(analysis: SessionAnalysis) -> None:
    """
    Shapes add up to the turns, and shares stay shares.
    """
    course = affect_course(analysis)
    assert sum(course.shapes.values()) == course.n_turns == len(analysis.affect)
    if course.n_turns:
        assert -1 <= course.level <= 1
        assert 0 <= course.below_zero <= 1
        assert 0 <= course.variability <= 1


@given(courses())
def test_refrains_point_at_turns(course: Course) -> None:
    """
    Each has a span for each of its turns, and more than one.
    """
    for refrain in course.refrains:
        assert len(refrain.turns) == len(refrain.spans) == refrain.n_turns >= 2
        assert list(refrain.turns) == sorted(set(refrain.turns))


def test_a_doubt_that_comes_back_is_a_refrain() -> None:
    """
    In like words, wherever it stands; good news in like words is none.
    """
    said = [
        "I'll never be good enough for them.",
        "We had a lovely walk by the river.",
        "It's the same thing: good, but not good enough.",
        "Another lovely walk.",
        "Good enough. Who would say I was good enough? Not me, I'm useless.",
    ]
    session = Session.from_pairs([("patient", text) for text in said])
    affects = [
        Affect(turn=i, valence=v, arc=[ArcPoint(span=CharSpan(0, len(said[i])), valence=v)])
        for i, v in enumerate([-0.6, 0.5, -0.4, 0.5, -0.6])
    ]
    assert [refrain.turns for refrain in find_refrains(session, affects)] == [(0, 2, 4)]
    assert find_refrains(session, affects, min_turns=4) == ()


def test_refrains_are_of_clauses() -> None:
    """
    Those of most turns come first, each with the first low clause of a turn that holds it alone.
    """
    said = [
        ["Sleep never comes.", "Nobody cares anymore."],
        ["Nobody cares.", "Nobody cares tonight."],
        ["Sleep never comes,", "nobody cares."],
        ["Fresh bread!", "Rain outside."],
        ["Fresh bread!", "Snow outside."],
    ]
    affects = []
    for place, (first, second) in enumerate(said):
        cut, end = len(first), len(first) + 1 + len(second)
        good = 0.5 if first.startswith("Fresh") else -0.5
        arc = [
            ArcPoint(span=CharSpan(0, cut), valence=good),
            ArcPoint(span=CharSpan(cut + 1, end), valence=-0.5),
        ]
        affects.append(Affect(turn=place, valence=-0.5, arc=arc))
    session = Session.from_pairs([("patient", " ".join(clauses)) for clauses in said])
    found = find_refrains(session, affects)
    assert [refrain.turns for refrain in found] == [(0, 1, 2), (0, 2)]
    shown = [
        [session[turn].text[span.start : span.end] for turn, span in zip(*told, strict=True)]
        for told in ((refrain.turns, refrain.spans) for refrain in found)
    ]
    assert shown == [[said[0][1], said[1][0], said[2][1]], [said[0][0], said[2][0]]]


def test_what_is_no_course_is_refused() -> None:
    """
    A session without its affect, and affects of another session, are refused.
    """
    session = Session.from_pairs([("patient", "Hm.")])
    with pytest.raises(ModelError, match="analyze makes one"):
        affect_course(session)  # type: ignore[arg-type]  # that it is refused is what is tested
    with pytest.raises(ModelError, match="own turns"):
        find_refrains(session, [Affect(turn=1, valence=-0.5)])
    with pytest.raises(ModelError, match="min_turns"):
        find_refrains(session, [], min_turns="2")  # type: ignore[arg-type]  # refused


def test_what_is_no_word_makes_no_refrain() -> None:
    """
    Marks are passed over: a sob that comes back is none of the words.
    """
    said = ["It hurts (sobs loudly).", "All lost (sobs loudly)."]
    session = Session(
        id="s1",
        turns=[
            Turn(
                index=i,
                speaker=Speaker("Kim", "patient"),
                text=text,
                marks=[Mark(CharSpan(text.index("("), len(text) - 1), "sound")],
            )
            for i, text in enumerate(said)
        ],
    )
    affects = [
        Affect(turn=i, valence=-0.5, arc=[ArcPoint(span=CharSpan(0, len(text)), valence=-0.5)])
        for i, text in enumerate(said)
    ]
    assert find_refrains(session, affects) == ()
