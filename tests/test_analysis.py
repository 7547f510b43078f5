import pytest
from hypothesis import given

import aftermove as am
from aftermove import testing


class Silent:
    """
    A user's own model that finds nothing.
    """

    def detect(self, session: am.Session) -> list[am.Move]:
        """
        Moves without techniques.
        """
        return [am.Move(turn=t.index, behaviour="other") for t in session.by_role("therapist")]

    def score(self, session: am.Session) -> list[am.Affect]:
        """
        Affect at zero.
        """
        return [am.Affect(turn=t.index, valence=0) for t in session.by_role("patient")]


@given(testing.sessions())
def test_any_session_is_analysed(session: am.Session) -> None:
    """
    Each therapist turn has its move and each patient turn its affect, whatever is said.
    """
    analysis = am.analyze(session)
    assert [m.turn for m in analysis.moves] == [t.index for t in session.by_role("therapist")]
    assert [a.turn for a in analysis.affect] == [t.index for t in session.by_role("patient")]
    assert am.analyze(session) == analysis
    assert am.loads(am.dumps(analysis)) == analysis


@given(testing.sessions())
def test_a_users_model_takes_the_place_of_ours(session: am.Session) -> None:
    """
    With a detector and scorer that find nothing, every shift is zero.
    """
    model = Silent()
    assert isinstance(model, am.Detector)
    assert isinstance(model, am.Scorer)
    analysis = am.analyze(session, detector=model, scorer=model)
    assert analysis.summary() == ()
    assert all(shift.change == 0 for shift in analysis.shifts)


def test_only_sessions_are_analysed() -> None:
    """
    A path or a text is refused, with the way to make a session of it.
    """
    with pytest.raises(am.errors.ModelError, match="read or parse"):
        am.analyze("week.txt")  # type: ignore[arg-type]  # that it is refused is what is tested


def test_what_is_no_model_is_refused() -> None:
    """
    A detector without `detect`, or a scorer without `score`, is refused with what it needs.
    """
    session = am.Session.from_pairs([("therapist", "So?")])
    with pytest.raises(am.errors.ModelError, match="a scorer a score method"):
        am.analyze(session, scorer=len)  # type: ignore[arg-type]  # that it is refused is tested


@pytest.mark.parametrize("found", [None, 5, "kestrel", ["kestrel"], [None], [am.Affect]])
def test_what_a_users_model_gives_is_checked(found: object) -> None:
    """
    Findings that are none are refused with what they have to be, without what they are.
    """

    class Anything:
        def detect(self, _: am.Session) -> object:
            return found

        score = detect

    session = am.Session.from_pairs([("patient", "So."), ("therapist", "So?"), ("patient", "No.")])
    with pytest.raises(am.errors.ModelError, match="list of Move") as caught:
        am.analyze(session, detector=Anything())  # type: ignore[arg-type]  # refused
    assert "kestrel" not in str(caught.value)
    with pytest.raises(am.errors.ModelError, match="list of Affect"):
        am.analyze(session, scorer=Anything())  # type: ignore[arg-type]  # refused


def test_a_lift_that_follows_validation_is_a_shift() -> None:
    """
    From low talk over a validating move to relieved talk, the change is positive.
    """
    session = am.Session.from_pairs(
        [
            ("patient", "I feel hopeless, and I'm ashamed that I can't cope."),
            ("therapist", "Anyone in your place would feel that way. It makes sense."),
            ("patient", "That's a relief to hear. I feel calmer."),
        ]
    )
    (shift,) = am.analyze(session).shifts
    assert "validation" in shift.techniques
    assert shift.valence_before < 0 < shift.valence_after
