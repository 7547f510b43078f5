import contextlib
import re

import pytest
from attrs import evolve
from hypothesis import given

from aftermove.errors import ModelError
from aftermove.model import Metadata, Role, Session, Speaker, Turn
from aftermove.parsing import parse
from aftermove.parsing.chat import CHAT
from aftermove.parsing.chat_writer import write
from aftermove.parsing.decoding import Source
from aftermove.testing import metadata, sessions


def session(
    *speakers: Speaker, text: str = "so .", times: tuple[float | None, ...] = (None, None)
) -> Session:
    """
    A session in which each speaker says the same.
    """
    start, end = times
    turns = [
        Turn(index=n, speaker=speaker, text=text, start=start, end=end)
        for n, speaker in enumerate(speakers)
    ]
    return Session(id="s", turns=turns)


KIM = Speaker("Kim", Role.THERAPIST)


def test_what_is_written_is_chat() -> None:
    """
    The text has the headers that CHAT asks for, codes for names, bullets, and time tiers.
    """
    turns = [
        Turn(index=0, speaker=Speaker("Dr. Vale", "therapist"), text="so ?", start=1.0, end=2.5),
        Turn(index=1, speaker=Speaker("PAR", "patient"), text="No.\n\nNo!", start=3725.5),
    ]
    assert write(Session(id="s", turns=turns)) == (
        "@UTF8\n@Begin\n@Languages:\tund\n@Participants:\tPAR Patient, THE Therapist\n"
        "@ID:\tund|aftermove|PAR|||||Patient|||\n@ID:\tund|aftermove|THE|||||Therapist|||\n"
        "@Comment:\tname of THE: Dr. Vale\n"
        "*THE:\tso ? \x151000_2500\x15\n"
        "*PAR:\tNo.\n\t\t\n\t\tNo!\n%tim:\t01:02:05.500\n@End\n"
    )


@pytest.mark.parametrize(
    "speakers",
    [
        [KIM, Speaker("Kim", Role.PATIENT)],
        [KIM, Speaker("kim", Role.THERAPIST), Speaker("THE", Role.OTHER)],
        [Speaker("PAR", Role.UNKNOWN), Speaker("PAR", Role.OTHER), Speaker("VIS", Role.THERAPIST)],
        [
            Speaker("SPEAKER_00"),
            Speaker("Orr, Sam"),
            Speaker("UN2", Role.PATIENT),
            Speaker("Unknown"),
        ],
    ],
)
def test_speakers_stay_apart(speakers: list[Speaker]) -> None:
    """
    Names alike, names that are codes and names with commas read back with their roles.
    """
    text = write(session(*speakers))
    assert [turn.speaker for turn in parse(text, join=False)] == speakers


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("a\n\n\tb", (None, None)),
        ("a", (0.0005, None)),
        ("*PAR:\tb\n@End\n%com:\tc", (0.0005, 0.0015)),
    ],
)
def test_awkward_talk_reads_back(text: str, times: tuple[float | None, ...]) -> None:
    """
    Lines of the talk's own, what looks like a tier and half thousandths come back as they were.
    """
    (turn,) = parse(write(session(KIM, text=text, times=times)), join=False)
    assert turn.text == text
    assert (turn.start, turn.end) == tuple(t and round(t, 3) for t in times)


@pytest.mark.parametrize(
    "unheld",
    [
        session(),
        session(KIM, text=""),
        session(KIM, text=" a"),
        session(KIM, text="a\rb"),
        session(KIM, text="a \x151_2\x15"),
        session(KIM, text="\0" * 999),
        session(KIM, times=(None, 2.0)),
        session(KIM, times=(0.0, 1e10)),
        session(Speaker("K\rim")),
        Session(id="s", turns=[*session(KIM).turns, Turn(index=1, speaker=KIM, text="")]),
    ],
)
def test_what_chat_cant_hold_is_refused(unheld: Session) -> None:
    """
    Turns without talk, ends without a start, and what would change are refused.
    """
    with pytest.raises(ModelError, match=r"Session\.turns"):
        write(unheld)


def tidy(turn: Turn) -> Turn:
    """
    The turn without what CHAT can't hold: blanks at the edges, control characters, ends alone.
    """
    text = re.sub("[\0-\x08\x0b-\x1f\u2028\u2029]", "", turn.text).strip() or "0 ."
    return evolve(turn, text=text, end=None if turn.start is None else turn.end, marks=())


@given(sessions())
def test_what_chat_holds_reads_back(session: Session) -> None:
    """
    Speakers, texts and times to a thousandth read back of every session of tidy talk.
    """
    if not session:
        return
    turns = [tidy(turn) for turn in session]
    text = write(evolve(session, turns=turns))
    assert CHAT.sniff(Source.from_text(text)) > 0.9
    assert [(t.speaker, t.text, t.start, t.end) for t in parse(text, join=False)] == [
        (t.speaker, t.text, *(x if x is None else round(x, 3) for x in (t.start, t.end)))
        for t in turns
    ]


@given(sessions())
def test_any_session_is_written_or_refused(session: Session) -> None:
    """
    Whatever the session, it reads back word for word, or is refused.
    """
    with contextlib.suppress(ModelError):
        texts = [turn.text for turn in parse(write(session), join=False)]
        assert texts == [turn.text for turn in session]


@given(metadata())
def test_metadata_reads_back(told: Metadata) -> None:
    """
    Whatever the headers are, they read back beside those that CHAT asks for.
    """
    back = parse(write(evolve(session(KIM), metadata=told)))
    assert {key: back.metadata[key] for key in told} == dict(told)
    assert set(back.metadata) - set(told) <= {"languages", "participants", "id", "comment"}


@pytest.mark.parametrize(
    "comment",
    ['metadata "a": 1', r'metadata "a": "\ud800"', 'metadata "a": "b", "c": "d"', '"a": "b"'],
)
def test_comments_of_others_are_comments(comment: str) -> None:
    """
    What isn't just as the writer has it is kept as a comment.
    """
    back = parse(f"@UTF8\n@Begin\n@Comment:\t{comment}\n*THE:\tso ?\n*PAR:\tNo.\n@End\n")
    assert dict(back.metadata) == {"comment": comment}
