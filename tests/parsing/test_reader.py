import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import (
    AftermoveError,
    FileAccessError,
    ModelError,
    TranscriptError,
    TranscriptProblemsError,
    UnknownNameError,
)
from aftermove.model import MarkKind, Problem
from aftermove.parsing import READERS, parse, read, read_all, reader
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Reader, Said, Transcript

TALK = "T: So? [sighs]\nP: Tired.\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """
    A short session in a file.
    """
    place = tmp_path / "week 3.final.txt"
    place.write_bytes(TALK.encode())
    return place


def test_a_file_is_read_as_its_text(path: Path) -> None:
    """
    A file gives what its text gives, under its name without suffix, however its path is given.
    """
    session = read(path)
    assert session == parse(TALK, id="week 3.final")
    assert read(str(path)) == session
    assert list(read_all(path)) == [session]
    assert [mark.kind for mark in session[0].marks] == [MarkKind.SOUND]


@pytest.mark.skipif(os.name == "nt", reason="names there are always text")
def test_a_file_name_that_is_no_text_makes_a_valid_id(tmp_path: Path) -> None:
    """
    Bytes in a name that are no characters become question marks, and a blank name "session".
    """
    for name, id_ in ((b"w\xff.txt", "w?"), (b" .txt", "session")):
        place = os.fsdecode(os.path.join(os.fsencode(tmp_path), name))  # noqa: PTH118  # bytes
        Path(place).write_bytes(TALK.encode())
        assert read(place).id == id_


@pytest.mark.parametrize("name", ["", "none.txt", "a\0b"])
def test_files_that_cant_be_read_are_named(tmp_path: Path, name: str) -> None:
    """
    A folder, a missing file and an impossible path are refused with the path.
    """
    with pytest.raises(FileAccessError, match=r"none|pytest|x00"):
        read(f"{tmp_path}/{name}")


def test_names_of_formats_and_encodings_are_checked(path: Path) -> None:
    """
    A format or encoding that there isn't is refused with those that there are.
    """
    assert read(path, format="labelled", encoding="utf-8") == read(path)
    with pytest.raises(UnknownNameError, match="labelled"):
        read(path, format="papyrus")
    with pytest.raises(UnknownNameError, match="cp1252"):
        read(path, encoding="papyrus")


@pytest.mark.parametrize("raw", [b"", b" \n\t", b"PK\3\4\0\0\0\1\2" * 9, b"A kestrel hovered."])
def test_sources_without_a_turn_are_refused(tmp_path: Path, raw: bytes) -> None:
    """
    An empty file, a binary one and plain prose are refused with the file's path and a remedy.
    """
    place = tmp_path / "none.txt"
    place.write_bytes(raw)
    for format_ in (None, "labelled"):
        with pytest.raises(TranscriptError, match=r"none\.txt: .*label") as refusal:
            read(place, format=format_)
        assert refusal.value.source == str(place)
        assert "kestrel" not in str(refusal.value)


def test_strict_raises_all_problems_at_once() -> None:
    """
    Every problem is in the one error, with its line; without any, strict reads.
    """
    text = "Kestrel day.\n\nA: So?\nB: Tired.\nA: Oh.\nB: Yes.\n"
    problems = parse(text).problems
    with pytest.raises(TranscriptProblemsError) as refusal:
        parse(text, strict=True)
    assert refusal.value.reasons == tuple(problem.reason for problem in problems)
    assert refusal.value.lines == (1, 3, 4)
    assert "estrel" not in str(refusal.value)
    assert parse(TALK, strict=True) == parse(TALK)


def test_undecodable_bytes_are_among_the_problems(tmp_path: Path) -> None:
    """
    A byte that is no character is a problem of the session, before those of later lines.
    """
    place = tmp_path / "torn.txt"
    place.write_bytes(b"T: \x81\nP: caf\xe9\nT:\n")
    session = read(place)
    assert [(p.code, p.line) for p in session.problems] == [
        ("undecodable", 1),
        ("empty-turn", 3),
        ("guessed-encoding", None),
    ]


def test_a_source_of_several_sessions_is_for_read_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The surest reader is taken; its sessions come one by one, and never as one.
    """

    def sessions(source: Source, given: Given) -> list[Transcript]:
        assert source.raw == TALK.encode()
        assert given == ({}, {})
        said = [Said("p", "P", "So.", 1), Said("p", "P", "Yes.", 1, 2.0, 3.0)]
        problem = Problem(code="made-up", reason="it is made up; make it otherwise")
        return [
            Transcript(said, [problem], {}, {}, glue=" ", id="first"),
            Transcript(said, [], {}, {}),
        ]

    table = {**READERS, "pairs": Reader(sniff=lambda _: 0.9, read=sessions)}
    monkeypatch.setattr(reader, "READERS", table)
    first, second = read_all(path)
    assert (first.id, second.id) == ("first", "week 3.final-2")
    assert [(turn.text, turn.start, turn.end) for turn in first] == [("So. Yes.", None, 3.0)]
    assert [turn.text for turn in next(read_all(path, join=False))] == ["So.", "Yes."]
    assert len(first.problems) == 1
    with pytest.raises(TranscriptError, match=r"2 sessions.*read_all"):
        read(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """
    Whatever a file holds behind a label, it is read or refused by our error.
    """
    source = Source.from_bytes(b"T: So?\nP: " + raw)
    try:
        session = parse(source.text or "")
    except AftermoveError:
        return
    assert len(session) > 0


@pytest.mark.parametrize("header", ["Client ID: 17", "Patient name: Jo", "Client number: 4"])
def test_a_header_about_a_speaker_is_no_turn(header: str) -> None:
    """
    A lone header that begins with a speaker's word is kept as metadata.
    """
    session = parse(f"{header}\n\nTherapist: How was it?\n\nClient: Long.")
    assert len(session) == 2
    key, value = header.casefold().split(": ")
    assert session.metadata[key] == value.replace("jo", "Jo")


def test_only_text_is_parsed() -> None:
    """
    What is no string is refused, with what to use in its place.
    """
    with pytest.raises(ModelError, match="read takes its path"):
        parse(b"T: So?")  # type: ignore[arg-type]  # that it is refused is tested


def test_arguments_of_the_wrong_type_are_refused() -> None:
    """
    A number for a path and a list for columns are refused by our error, not Python's.
    """
    with pytest.raises(ModelError, match="path of a file"):
        read(3)  # type: ignore[arg-type]  # that it is refused is tested
    with pytest.raises(ModelError, match="must be a mapping"):
        parse(TALK, columns=["text"])  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("times", [1, 500])
def test_a_text_in_the_place_of_a_path_is_not_told(times: int) -> None:
    """
    A text where a path belongs is refused with the way to read it, and without the words.
    """
    with pytest.raises(ModelError, match="parse takes a text") as caught:
        read("Therapist: How was the week?\nPatient: A kestrel.\n" * times)
    assert "kestrel" not in str(caught.value)


def test_a_line_of_talk_in_the_place_of_a_path_is_not_told() -> None:
    """
    Even one that could be a file's name.
    """
    with pytest.raises(ModelError, match="parse takes a text") as caught:
        read("Therapist: A kestrel.")
    assert "kestrel" not in str(caught.value)
