import json
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import AftermoveError, TranscriptError
from aftermove.parsing import parse, read
from aftermove.parsing.decoding import Source
from aftermove.parsing.speech import SPEECH
from aftermove.parsing.speech_tools import Piece

FIXTURES = Path(__file__).parent / "fixtures" / "speech"
EXPECTED: dict[str, Any] = tomllib.loads((FIXTURES / "expected.toml").read_text("utf-8"))
SOUND = [path.read_text("utf-8") for path in sorted(FIXTURES.glob("*.json"))]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_files_are_read(name: str) -> None:
    """
    Each tool's file is known by its content, and gives its turns, times, problems and metadata.
    """
    session, case = read(FIXTURES / name), EXPECTED[name]
    turns: list[list[Any]] = [
        [t.speaker.name, t.text, *(-1.0 if time is None else time for time in (t.start, t.end))]
        for t in session
    ]
    assert turns == case["turns"]
    assert [problem.code for problem in session.problems] == case["problems"]
    assert dict(session.metadata) == case["metadata"]
    assert read(FIXTURES / name, format="speech") == session


def test_roles_can_be_told_by_the_tool_s_names() -> None:
    """
    Names that software gives take roles from the caller, and join neighbouring segments.
    """
    roles = {"SPEAKER_00": "therapist", "SPEAKER_01": "patient"}
    session = read(FIXTURES / "whisperx.json", roles=roles)
    assert [turn.role.value for turn in session] == ["therapist", "patient", "therapist"]


@pytest.mark.parametrize(
    "document",
    [
        {"segments": [{"start": 0, "end": 1, "text": "So?", "speaker": "A"}]},
        [{"start": 0, "end": 1, "text": "So?", "speaker": "A"}],
        {"words": [{"text": "So?", "start": 0, "end": 900, "speaker": "A"}]},
        {
            "results": {
                "channels": [
                    {"alternatives": [{"words": [{"word": "So?", "start": 0, "end": 1}]}]},
                    {"alternatives": [{"words": [{"word": "Low.", "start": 1, "end": 2}]}]},
                ]
            }
        },
        {"results": [{"alternatives": [{"transcript": "So?"}]}, {"alternatives": [{}]}]},
        {"sentences": [{"speaker_id": 3, "raw_text": "So?", "start_time": "1.5s"}]},
        {"segments": [{"text": "So?", "words": [{"word": "So?", "speaker": "A"}, {}]}]},
        {"segments": [7, {"text": "So?"}]},
        {"monologues": [{"elements": [{"value": 7}]}, {"elements": [{"value": "So?"}]}]},
        {"utterances": [{"start": 1}, {"text": "So?", "start": 0, "speaker": "Robin"}]},
        {"data": {"transcript": {"sentences": [{"text": "So?"}]}}},
        {"results": {"channels": [{"alternatives": [{"transcript": "So?"}]}]}},
        {"results": {"items": [{"alternatives": [{"content": "So?"}]}, {"alternatives": []}]}},
    ],
)
def test_lesser_shapes_are_read(document: object) -> None:
    """
    What a tool leaves out, by its settings, is no reason to refuse its file.
    """
    assert parse(json.dumps(document), format="speech")[0].text == "So?"


def test_speech_is_known_behind_an_hour_of_text() -> None:
    """
    Whisper writes the whole text before the segments; its length doesn't hide them.
    """
    segments = [{"id": 0, "start": 0.0, "end": 2.0, "text": " So?"}]
    document = {"text": "so " * 50_000, "segments": segments, "language": "en"}
    assert parse(json.dumps(document))[0].text == "So?"


def test_chats_in_seconds_are_no_speech_in_milliseconds() -> None:
    """
    Utterances without confidences are a chat's, and their times stay seconds.
    """
    rows = [{"speaker": "therapist", "text": "So?", "start": 90, "end": 91.5}]
    assert parse(json.dumps({"utterances": rows}))[0].end == 91.5


def test_letters_of_a_tool_tell_no_part() -> None:
    """
    The third voice, which AssemblyAI calls "C", is not the client; a name written in stays a name.
    """
    rows = [
        {"speaker": name, "text": "So?", "start": place, "end": place, "confidence": 0.9}
        for place, name in enumerate(["A", "B", "C", "Client"])
    ]
    session = parse(json.dumps({"utterances": rows}))
    assert [turn.speaker.name for turn in session][2:] == ["Speaker C", "Client"]
    assert [turn.role.value for turn in session] == ["unknown"] * 3 + ["patient"]


def test_headers_of_one_name_are_all_kept() -> None:
    """
    A header of the service and one of the tool, of one name, are both kept.
    """
    inner = {"results": [{"alternatives": [{"transcript": "So?"}]}], "id": 1}
    session = parse(json.dumps({"id": 2, "response": inner}), format="speech")
    assert dict(session.metadata) == {"id": "1", "id'": "2"}


_word = st.text("abc é", max_size=3) | st.none() | st.integers()
_rows = st.lists(
    st.fixed_dictionaries(
        {"text": _word, "start": st.integers(-1, 9) | st.text("1s", max_size=2)},
        optional={
            "speaker": st.sampled_from("AB"),
            "words": st.lists(
                st.fixed_dictionaries({"word": _word, "speaker": st.sampled_from("AB")}), max_size=3
            ),
        },
    ),
    min_size=1,
)


@given(_rows)
def test_no_segment_is_lost(rows: list[dict[str, Any]]) -> None:
    """
    The text of each segment, and each time of one with words, is in a turn or a problem.
    """
    good = {"text": "mm", "start": 0}
    session = parse(json.dumps({"segments": [*rows, good]}), format="speech", join=False)
    told = "\n".join([*(turn.text for turn in session), *(p.text for p in session.problems)])
    for row in rows:
        # A change of the speaker cuts the text, so its blanks may stand at the edges.
        words = str(row["text"] or "").split()
        assert all(word in told.replace("\n", "") for word in words)
        if row["start"] == -1:
            assert "-1" in told


@pytest.mark.parametrize(
    "document", [{}, [], 3, {"segments": []}, {"segments": [{"text": " "}]}, {"a": "kestrel"}]
)
def test_other_json_is_refused(document: object) -> None:
    """
    JSON of no tool known, or without words, is refused with a remedy and none of its words.
    """
    with pytest.raises(TranscriptError, match="export") as refusal:
        parse(json.dumps(document), format="speech")
    assert "kestrel" not in str(refusal.value)
    assert "kestrel" not in repr(Piece("kestrel", "kestrel", 1.0, 2.0, None))


def test_content_tells_speech_from_chats() -> None:
    """
    Talk that quotes a tool's words, and a chat in JSON, are no recognised speech.
    """
    chat = json.dumps([{"role": "user", "content": 'the "segments" it says'}])
    for text in ('T: {"segments": 1}\nP: Oh.', chat, '{"start": 1}', "T: So?"):
        assert SPEECH.sniff(Source.from_text(text)) == 0.0
    assert all(SPEECH.sniff(Source.from_text(text)) == 0.7 for text in SOUND)


@given(st.sampled_from(SOUND), st.data())
def test_torn_files_are_read_or_refused(sound: str, data: st.DataObject) -> None:
    """
    Whatever is put in the place of a part of a file, it is read, or refused by our error.
    """
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(len(sound), start + 40)))
    other = data.draw(st.sampled_from(["", "null", "[]", "{}", '"a"', "-1", "1e999", "true", ","]))
    with suppress(AftermoveError):
        parse(sound[:start] + other + sound[end:], format="speech")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "segments words text start end speaker results items channels alternatives word "
                "monologues elements value ts sentences recognizedPhrases nBest utterances".split()
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(_json)
def test_any_document_is_read_or_refused(document: object) -> None:
    """
    Whatever stands under a tool's keys, it is read, or refused by our error.
    """
    with suppress(AftermoveError):
        assert len(parse(json.dumps(document), format="speech")) > 0
