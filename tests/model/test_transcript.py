import copy
import pickle

import pytest
from hypothesis import given

from aftermove import testing
from aftermove.errors import ModelError
from aftermove.model import (
    CharSpan,
    Mark,
    Metadata,
    Problem,
    Role,
    Session,
    Speaker,
    TimeSpan,
    Turn,
)

PATIENT = Speaker("Jo", "patient")


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 2), (-1, 2), (True, 2), (0, 1.5)])
def test_a_character_span_covers_something(start: int, end: int) -> None:
    """
    A span starts at 0 or later and ends behind its start.
    """
    with pytest.raises(ModelError, match="CharSpan"):
        CharSpan(start, end)


def test_spans_that_share_a_character_overlap() -> None:
    """
    Spans overlap where they share a character, not where they touch.
    """
    assert CharSpan(0, 3).overlaps(CharSpan(2, 5))
    assert not CharSpan(0, 3).overlaps(CharSpan(3, 5))
    assert not CharSpan(3, 5).overlaps(CharSpan(0, 3))
    assert len(CharSpan(2, 5)) == 3


@pytest.mark.parametrize(("start", "end"), [(2.0, 1.0), (-1.0, 1.0), (0.0, float("nan"))])
def test_time_never_runs_backwards(start: float, end: float) -> None:
    """
    A span of time starts at 0 or later, ends no earlier, and is finite.
    """
    with pytest.raises(ModelError, match="TimeSpan"):
        TimeSpan(start, end)
    with pytest.raises(ModelError, match="Turn"):
        Turn(index=0, speaker=PATIENT, text="", start=start, end=end)


def test_a_turn_knows_its_time_where_both_ends_are_told() -> None:
    """
    The time is a span, or `None` where one end is missing.
    """
    assert Turn(index=0, speaker=PATIENT, text="", start=1, end=2).time == TimeSpan(1, 2)
    assert (TimeSpan(1, 3).duration, TimeSpan(1, 1).duration) == (2, 0)
    assert Turn(index=0, speaker=PATIENT, text="", start=1).time is None
    assert Turn(index=0, speaker=PATIENT, text="", end=1).time is None


@pytest.mark.parametrize("spans", [[(0, 9)], [(2, 4), (0, 1)], [(0, 3), (2, 4)]])
def test_marks_lie_in_the_text_in_order(spans: list[tuple[int, int]]) -> None:
    """
    A mark outside the text, out of order or over another is refused.
    """
    with pytest.raises(ModelError, match=r"Turn\.marks"):
        Turn(
            index=0,
            speaker=PATIENT,
            text="hello",
            marks=[Mark(CharSpan(*span), "pause") for span in spans],
        )


def test_marks_may_fill_the_text() -> None:
    """
    Marks that touch one another and both ends of the text are taken.
    """
    marks = [Mark(CharSpan(0, 2), "pause"), Mark(CharSpan(2, 5), "sound")]
    assert Turn(index=0, speaker=PATIENT, text="hello", marks=marks).word_count == 0


def test_marks_are_not_words() -> None:
    """
    The word count passes over marks and lone punctuation.
    """
    text = "Well — [laughs] not-so bad"
    turn = Turn(index=0, speaker=PATIENT, text=text, marks=[Mark(CharSpan(7, 15), "sound")])
    assert turn.word_count == 3


GOOD_TURN = {"index": 0, "speaker": PATIENT, "text": "hello"}


@pytest.mark.parametrize(
    ("kind", "fields", "where"),
    [
        (Turn, GOOD_TURN | {"index": -1}, "Turn.index"),
        (Turn, GOOD_TURN | {"speaker": "Jo"}, "Turn.speaker"),
        (Turn, GOOD_TURN | {"text": None}, "Turn.text"),
        (Turn, GOOD_TURN | {"text": "\ud800"}, "Turn.text"),
        (Turn, GOOD_TURN | {"marks": "x"}, "a collection field"),
        (Turn, GOOD_TURN | {"marks": [1]}, "Turn.marks[0]"),
        (Speaker, {"name": " "}, "Speaker.name"),
        (Speaker, {"name": "Jo", "role": "mother"}, "Role"),
        (Speaker, {"name": "Jo", "role": []}, "Role"),
        (Problem, {"code": "x", "reason": "y", "line": -1}, "Problem.line"),
        (Metadata, {"value_by_key": {"a": 1}}, "Metadata"),
        (Metadata, {"value_by_key": {"a": "\ud800"}}, "Metadata"),
        (Session, {"id": "s", "turns": 5}, "a collection field"),
    ],
)
def test_what_a_class_refuses_names_the_field(
    kind: type, fields: dict[str, object], where: str
) -> None:
    """
    A refusal names class and field.
    """
    with pytest.raises(ModelError) as caught:
        kind(**fields)
    assert caught.value.where == where


def test_turns_stand_at_their_index() -> None:
    """
    A session refuses a turn whose index isn't its position.
    """
    with pytest.raises(ModelError, match=r"Session\.turns\[0\]"):
        Session(id="s", turns=[Turn(index=1, speaker=PATIENT, text="")])


@pytest.mark.parametrize(
    "pairs",
    [None, 5, "kestrel", ["kestrel"], [("patient", "kestrel", "kestrel")], {"patient": "kestrel"}],
)
def test_pairs_that_are_none_are_refused(pairs: list[tuple[str, str]]) -> None:
    """
    Whatever isn't a list of pairs is refused, without the words.
    """
    with pytest.raises(ModelError) as caught:
        Session.from_pairs(pairs)
    assert "kestrel" not in str(caught.value)


def test_a_session_of_pairs_has_one_speaker_for_each_role() -> None:
    """
    Pairs of one role share a speaker, and the order is kept.
    """
    session = Session.from_pairs(
        [("patient", "a b"), (Role.THERAPIST, "c"), ("patient", "")], metadata={"patient": "p1"}
    )
    assert [turn.role for turn in session] == ["patient", "therapist", "patient"]
    assert session.speakers == (Speaker("Patient", "patient"), Speaker("Therapist", "therapist"))
    assert session.by_role("patient") == session[::2]
    assert session.word_count_by_role == {Role.PATIENT: 2, Role.THERAPIST: 1}
    assert session.word_count == 3
    assert session.patient == "p1"
    assert session.duration is None
    assert len(session) == 3
    with pytest.raises(ModelError, match="Role"):
        session.by_role("mother")


def test_a_session_lasts_from_its_first_time_to_its_last() -> None:
    """
    The duration spans all the times told.
    """
    times = [(None, 2.5), (3.0, None)]
    session = Session(
        id="s",
        turns=[
            Turn(index=i, speaker=PATIENT, text="", start=start, end=end)
            for i, (start, end) in enumerate(times)
        ],
    )
    assert session.duration == 0.5


def test_one_time_makes_no_duration() -> None:
    """
    Where a single time is told, the session's length isn't.
    """
    turn = Turn(index=0, speaker=PATIENT, text="", start=3.0)
    assert Session(id="s", turns=[turn]).duration is None


def test_reprs_are_worded() -> None:
    """
    One of a thing is told as one, several as several, and what there is none of isn't told.
    """
    one = Session.from_pairs([("patient", "Rain.")], metadata={"site": "North"})
    assert repr(one) == "<Session 'session': 1 turn (1 patient)>"
    assert (repr(one[0]), repr(one.metadata)) == (
        "<Turn 0: patient, 1 word>",
        "<Metadata: 1 header>",
    )
    pairs = [("therapist", "So?"), ("patient", "Rain again."), ("therapist", "Oh.")]
    problems = [Problem(code="odd", reason="x", line=4), Problem(code="odd", reason="x")]
    more = Session(id="m", turns=Session.from_pairs(pairs).turns, problems=problems)
    assert repr(more) == "<Session 'm': 3 turns (1 patient, 2 therapist), 2 problems>"
    assert (
        repr(Session(id="m", turns=[], problems=problems[:1]))
        == "<Session 'm': 0 turns, 1 problem>"
    )
    assert (repr(more[1]), repr(more.metadata)) == (
        "<Turn 1: patient, 2 words>",
        "<Metadata: 0 headers>",
    )
    assert repr(more.speakers) == "(Speaker(role='therapist'), Speaker(role='patient'))"
    assert repr(problems) == "[Problem(code='odd', line=4), Problem(code='odd', line=None)]"


def test_metadata_are_an_immutable_mapping() -> None:
    """
    Metadata compare and hash by content, whatever the order, and can't be changed.
    """
    one, other = Metadata({"a": "1", "b": "2"}), Metadata({"b": "2", "a": "1"})
    assert one == other
    assert hash(one) == hash(other) != hash(Metadata({"a": "1"}))
    assert list(one) == ["a", "b"]
    with pytest.raises(TypeError):
        one["a"] = "2"  # type: ignore[index]  # that it can't be is what is tested


@given(testing.sessions())
def test_a_session_survives_copies_and_pickles(session: Session) -> None:
    """
    Copied or pickled, a session is equal and hashes alike.
    """
    for twin in (copy.deepcopy(session), pickle.loads(pickle.dumps(session))):  # noqa: S301  # ours
        assert twin == session
        assert hash(twin) == hash(session)


@given(testing.sessions())
def test_reprs_count_and_never_quote(session: Session) -> None:
    """
    No repr holds a speaker's name or words.
    """
    secret = "Xq7Zsecret"  # noqa: S105  # not a password
    turns = [
        Turn(index=t.index, speaker=Speaker(secret, t.role), text=secret + t.text) for t in session
    ]
    problem = Problem(code="a", reason="b", text=secret)
    told = Session(id="s", turns=turns, problems=[problem], metadata={secret: secret})
    for value in (told, told.metadata, *told.problems, *told.turns, *told.speakers):
        assert secret not in repr(value)
        assert secret not in str(value)
    assert f"{len(turns)} turn" in repr(told)
    assert "1 problem" in repr(told)
