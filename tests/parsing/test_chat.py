import contextlib
import tomllib
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import AftermoveError, TranscriptError
from aftermove.parsing import parse, read
from aftermove.parsing.chat import CHAT
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Transcript
from aftermove.testing import texts

FIXTURES = Path(__file__).parent / "fixtures" / "chat"
EXPECTED = tomllib.loads((FIXTURES / "expected.toml").read_text("utf-8"))
HEAD = "@UTF8\n@Begin\n@Participants:\tINV Investigator, PAR Sam Participant\n"
# Lines of all kinds, sound and broken, each with a place for a word.
LINES = [
    *(
        "*PAR:\t{}",
        "*INV:\t{} \x151_2\x15",
        "*PAR {}",
        "*INV:\t",
        "*{}:\tyes",
        "*PAR:",
        "*PAR:\t•{}",
    ),
    *('*INV:\t\x15%snd:"{}"_1_2\x15', 'so \x15%snd:"{}"_4_2\x15', '%snd:\t"{}" 1 2', "%tim:\t{}"),
    *("%com:\t{}", "%{}:\tx", "@Comment:\t{}", "@{}", "@ID:\t|||{}", "@Comment:\tname of PAR: {}"),
    *(
        "@Participants:\tPAR {} Patient, {}",
        "@Participants:\t{}",
        "\t{}",
        "\t\t{}",
        "  {}",
        "{}",
        "",
    ),
    *("@Begin", "@End", "@UTF8", "\x15{}\x15", "@:\t{}", "%:\t{}", "*:\t{}"),
]


def transcripts(text: str) -> list[Transcript]:
    """
    The transcripts of a text.
    """
    return list(CHAT.read(Source.from_text(text), Given({}, {})))


@pytest.mark.parametrize("name", EXPECTED)
def test_files_are_read(name: str) -> None:
    """
    Each file is known by its content, and gives its turns, times, metadata and problems.
    """
    case = EXPECTED[name]
    session = read(FIXTURES / name, join=False)
    turns = [
        [t.role.value, t.speaker.name, t.text, *(-1 if x is None else x for x in (t.start, t.end))]
        for t in session
    ]
    assert turns == case["turns"]
    assert [[p.code, p.line or 0, p.text] for p in session.problems] == case["problems"]
    assert session.metadata == case["metadata"]


@pytest.mark.parametrize(
    ("text", "likelihood"),
    [
        ("\n@UTF8\n@PID:\tx\n", 0.95),
        ("@Begin", 0.95),
        ("@Font:\tCA\n*PAR:\tmy week was\n\tlong .\n%com:\tsighs\n", 0.9),
        ("my copy\n*PAR:\tyes .\n*INV:\tand ?\n", 0.9),
        ("T: What stood there?\nP: This:\n*PAR:\tyes .\nT: I see.\n", 0.0),
        ("* PAR: yes\n* INV: no\n", 0.0),
        ("*T:*\tSo?\n*P:*\tNo.\n", 0.0),
        ("@Beginning of the talk\nT: So?\nP: No.\n", 0.0),
        ("@Comment:\tno talk\n", 0.0),
        ("", 0.0),
    ],
)
def test_content_tells_the_form(text: str, likelihood: float) -> None:
    """
    A head of CHAT, or tiers that make up most lines, tell it; talk that quotes a tier does not.
    """
    assert CHAT.sniff(Source.from_text(text)) == likelihood


def test_binary_is_no_chat() -> None:
    """
    What is no text is no CHAT, and is refused where it is said to be.
    """
    source = Source.from_bytes(b"PK\3\4\0\0")
    assert CHAT.sniff(source) == 0.0
    with pytest.raises(TranscriptError, match="main tier"):
        list(CHAT.read(source, Given({}, {})))


@pytest.mark.parametrize("text", ["@UTF8\n@Begin\n@End\n", HEAD + "*PAR:\t\x151_2\x15\n", "talk"])
def test_chat_without_talk_is_refused(text: str) -> None:
    """
    Where no main tier has talk, the refusal shows how one is written.
    """
    with pytest.raises(TranscriptError, match=r"\*PAR:"):
        transcripts(text)


@pytest.mark.parametrize(
    ("participants", "roles", "heard"),
    [
        ("INV Investigator, PAR Sam Participant", {}, [("therapist", "INV"), ("patient", "Sam")]),
        ("INV Speaker, PAR Adult", {}, [("therapist", "INV"), ("patient", "PAR")]),
        ("INV Kim Doctor, PAR Kim Subject", {}, [("therapist", "Kim"), ("patient", "Kim")]),
        ("INV Kim, PAR", {"PAR": "other"}, [("therapist", "INV"), ("other", "PAR")]),
        ("PAR Kim Informant", {"kim": "other"}, [("therapist", "INV"), ("other", "Kim")]),
        ("PAR Kim Informant", {"par": "other"}, [("therapist", "INV"), ("other", "Kim")]),
        ("INV PAR Unidentified, PAR Visitor", {}, [("unknown", "PAR"), ("other", "PAR")]),
        ("INV ** Nurse, PAR Ana Orr Target_Child,", {}, [("other", "**"), ("patient", "Ana Orr")]),
    ],
)
def test_participants_tell_names_and_roles(
    participants: str, roles: dict[str, str], heard: list[tuple[str, str]]
) -> None:
    """
    Speakers go by their names, and are told apart by codes; the caller may use either.
    """
    text = f"@Begin\n@Participants:\t{participants}\n*INV:\tso ?\n*PAR:\tno .\n@End\n"
    session = parse(text, roles=roles)
    assert [(turn.role.value, turn.speaker.name) for turn in session] == heard
    assert "unused-role" not in {problem.code for problem in session.problems}


def test_ids_tell_roles_that_the_list_leaves_out() -> None:
    """
    Without a list of participants, the ids' roles hold.
    """
    text = "@Begin\n@ID:\teng|x|S1|||||Mother|||\n@ID:\teng\n*S1:\tso ?\n*S2:\tno .\n@End\n"
    (first, second), problems = parse(text).turns, parse(text).problems
    assert (first.role, second.role) == ("other", "unknown")
    assert [problem.code for problem in problems] == ["unknown-role"]


def test_neighbours_are_joined_with_a_blank() -> None:
    """
    Main tiers of one speaker that follow each other become one turn.
    """
    text = f"{HEAD}*PAR:\tyes . \x151_900\x15\n%com:\tnods\n*PAR:\tno . \x15900_2000\x15\n@End\n"
    (turn,) = parse(text)
    assert (turn.text, turn.start, turn.end) == ("yes . no .", 0.001, 2.0)


def test_turns_have_the_marks_of_chat() -> None:
    """
    The signs of CHAT are marked in what the table's reader gives.
    """
    (turn,) = parse(f"{HEAD}*PAR:\txxx .\n@End\n")
    assert [mark.kind.value for mark in turn.marks] == ["inaudible"]


def test_sessions_one_after_the_other_are_told_apart() -> None:
    """
    A head behind an end begins a session of its own, unless nobody talks in it.
    """
    silent = "@UTF8\n@Begin\n@Comment:\tnobody\n*INV:\t\n@End\n\n"
    text = f"{silent}{HEAD}*PAR:\tone .\n@End\n{silent}{HEAD}*INV:\ttwo .\n*PAR:\n\tno .\n@End\n"
    found = transcripts(text + silent)
    assert [[said.text for said in each.said] for each in found] == [["one ."], ["two .", "no ."]]
    assert [said.line for each in found for said in each.said] == [10, 21, 22]
    assert [(p.code, p.line) for each in found for p in each.problems] == [
        ("empty-turn", 4),
        ("empty-turn", 15),
        ("empty-turn", 28),
    ]


@given(st.lists(st.sampled_from(LINES), max_size=25))
def test_no_word_is_lost(lines: list[str]) -> None:
    """
    Every word stands in talk, a name, metadata or a problem.
    """
    text = "\n".join(line.replace("{}", f"w{place}w") for place, line in enumerate(lines))
    try:
        found = transcripts(f"*INV:\tso ?\n{text}")
    except TranscriptError:
        return
    kept = [said.name + said.text for each in found for said in each.said]
    kept += [key + value for each in found for key, value in each.metadata.items()]
    kept += [problem.text for each in found for problem in each.problems]
    assert [
        n for n, line in enumerate(lines) if "{}" in line and f"w{n}w" not in "".join(kept)
    ] == []


@given(
    st.sampled_from(sorted(EXPECTED)),
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 40), st.sampled_from(LINES) | texts())),
)
def test_flawed_files_are_read_or_refused(name: str, cuts: list[tuple[int, int, str]]) -> None:
    """
    Whatever is cut from a file or put into it, no error but ours is raised.
    """
    text = (FIXTURES / name).read_text("utf-8")
    for place, length, piece in cuts:
        text = text[:place] + piece + text[place + length :]
    with contextlib.suppress(AftermoveError):
        parse(text, format="chat")


@pytest.mark.parametrize(
    "piece",
    [
        *("\x15", "•1_", '\x15%snd:"', "[", "&=", "+", "(1", "0 ", "@", "#", " ", "\n\t", "\n\t\t"),
        *("@End\n", "@End\n@Begin\n", "\n*PAR:\t", "\n*PAR:\ta", "\n%com:\tx", "\n@G:\tx", "x@s:"),
    ],
)
def test_hostile_lines_take_linear_time(piece: str) -> None:
    """
    Half a megabyte of what begins a bullet, a sign or a tier is read in seconds.
    """
    began = process_time()
    parse(f"{HEAD}*PAR:\tso {piece * (500_000 // len(piece))}\n@End\n")
    assert process_time() - began < 10
