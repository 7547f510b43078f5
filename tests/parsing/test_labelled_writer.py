import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import testing
from aftermove.errors import ModelError
from aftermove.model import Role, Session, Speaker, Turn
from aftermove.parsing import parse
from aftermove.parsing.labelled_writer import write
from aftermove.parsing.readback import timed

NAMES = ["Therapist", "Client", "Robin Vale", "Dr. Amari", "Sam", "Ana de la Cruz", "T", "P"]
TALK = [
    "So?",
    "Tired, I think.",
    "I don't know.\nMaybe: yes.",
    "[sighs] Well…",
    "— and then",
    "«No»",
]


def session_of(*pairs: tuple[str, str], role: Role = Role.UNKNOWN) -> Session:
    """
    A session of names and what they say, all in one role.
    """
    turns = [
        Turn(index=index, speaker=Speaker(name, role), text=text)
        for index, (name, text) in enumerate(pairs)
    ]
    return Session(id="s", turns=turns)


def heard(session: Session) -> list[tuple[Speaker, str, float | None, float | None]]:
    """
    Who says what, and when.
    """
    return [(turn.speaker, turn.text, timed(turn.start), timed(turn.end)) for turn in session]


@st.composite
def written_sessions(draw: st.DrawFn) -> Session:
    """
    Sessions as transcribers write them, of two or three voices with any roles.
    """
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True))
    speakers = [Speaker(name, draw(st.sampled_from(Role))) for name in names]
    times = draw(st.booleans())
    turns = []
    for index in range(draw(st.integers(2, 8))):
        start = draw(st.integers(0, 40_000_000)) / 1000
        turns.append(
            Turn(
                index=index,
                speaker=speakers[index % len(speakers)],
                text=draw(st.sampled_from(TALK)),
                start=start if times else None,
                end=start + draw(st.integers(0, 90_000)) / 1000 if times else None,
            )
        )
    return Session(id="session", turns=turns)


@given(written_sessions())
def test_usual_sessions_read_back(session: Session) -> None:
    """
    Names, roles, talk and times come back, whatever roles the names would tell.
    """
    try:
        text = write(session)
    except ModelError:
        # A name that tells another role, as "Therapist" for a patient, may be refused.
        words = {"Therapist", "Client", "Dr. Amari", "T", "P"}
        assert any(speaker.name in words for speaker in session.speakers)
        return
    read = parse(text, join=False)
    assert heard(read) == heard(session)


@given(testing.sessions())
def test_any_session_reads_back_or_is_refused(session: Session) -> None:
    """
    Whatever a session holds, it comes back, to the thousandth of a second, or is refused.
    """
    try:
        text = write(session)
    except ModelError as refusal:
        assert "Session.turns" in refusal.where  # noqa: PT017  # either way is fine
        return
    assert heard(parse(text, join=False)) == heard(session)


def test_roles_that_names_dont_tell_stand_before_the_talk() -> None:
    """
    A line lists the roles where names don't tell them, and no line where they do.
    """
    session = session_of(
        ("Robin Vale", "So?"), ("Sam", "Tired."), ("Kim", "Me too."), role=Role.OTHER
    )
    text = write(session)
    assert text.startswith("---\nSpeakers: Robin Vale = other; Sam = other; Kim = other\n---\n")
    assert parse(text).problems == ()
    pairs = Session.from_pairs([("therapist", "So?"), ("patient", "Tired.")])
    assert write(pairs) == "Therapist: So?\n\nPatient: Tired.\n"


@pytest.mark.parametrize(
    ("session", "place"),
    [
        (Session(id="s", turns=()), "Session.turns"),
        (session_of(("Sam", "Yes.\nSam: No."), ("Robin", "So?")), "Session.turns"),
        (session_of(("Sam", " "), ("Robin", "So?")), "Session.turns"),
        (session_of(("Sam", "Yes. "), ("Robin", "So?")), "Session.turns[0]"),
        (session_of(("Sam", "A\r\nB"), ("Robin", "So?")), "Session.turns[0]"),
        (session_of(("Sam; Kim = Lee", "Yes."), ("Robin", "So?")), "Session.turns"),
    ],
)
def test_what_text_cant_hold_is_refused(session: Session, place: str) -> None:
    """
    A turn that would come back otherwise is refused with its place, and none of its words.
    """
    with pytest.raises(ModelError) as refusal:
        write(session)
    assert refusal.value.where.startswith(place)
    assert "Yes" not in str(refusal.value)
