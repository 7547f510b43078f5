import json
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aftermove.errors import AftermoveError, ModelError, TranscriptError
from aftermove.model import Session
from aftermove.parsing import READERS, parse, read_all, write
from aftermove.parsing.decoding import Source
from aftermove.parsing.loading import load
from aftermove.parsing.messages import write as written
from aftermove.storage import dumps
from aftermove.testing import sessions

TALK = [["therapist", "How was the week?"], ["patient", "Long."]]
A, B = "How was the week?", "Long."


def kept(session: Session) -> object:
    """
    All of a session that the form holds.
    """
    turns = [(turn.speaker, turn.text, turn.start, turn.end) for turn in session]
    return session.id, session.metadata, turns


def read_one(folder: Path, document: object) -> Session:
    """
    The one session of a file with the document.
    """
    place = folder / "one.json"
    place.write_text(json.dumps(document), "utf-8")
    (session,) = read_all(place)
    return session


@pytest.mark.parametrize(
    "document",
    [
        [{"role": "assistant", "content": A}, {"role": "user", "content": B}],
        {"messages": [{"role": "assistant", "content": [{"type": "text", "text": A}]},
                      {"role": "user", "content": B}]},
        {"conversations": [{"from": "gpt", "value": A}, {"from": "human", "value": B}]},
        {"dialog": [{"speaker": "supporter", "content": A}, {"speaker": "seeker", "content": B}]},
        [{"author": {"name": "Counselor"}, "body": A}, {"sender": "client", "message": B}],
    ],
)  # fmt: skip
def test_shapes_are_read(document: object) -> None:
    """
    Each shape of messages gives its turns with roles, without its format being told.
    """
    session = parse(json.dumps(document))
    assert [[turn.role.value, turn.text] for turn in session] == TALK
    assert session.problems == ()


@given(sessions())
def test_a_written_session_reads_back(session: Session) -> None:
    """
    Any session with turns reads back with its id, metadata, speakers, words and times.
    """
    assume(session.turns)
    assert kept(parse(written(session), join=False)) == kept(session)


def test_a_session_without_turns_is_not_written(tmp_path: Path) -> None:
    """
    A session without a turn is refused, and no file is made.
    """
    with pytest.raises(ModelError, match=r"Session\.turns"):
        write(Session.from_pairs([]), tmp_path / "a.json")
    assert not list(tmp_path.iterdir())


def test_lines_of_messages_are_grouped_by_session(tmp_path: Path) -> None:
    """
    Utterances of two conversations in JSON Lines make two sessions, each line keeping its number.
    """
    lines = [
        {"id": "u1", "conversation_id": "c1", "speaker": "therapist", "text": A, "reply-to": None},
        {"id": "u2", "conversation_id": "c2", "speaker": "client", "text": B},
        {"id": "u3", "conversation_id": "c1", "speaker": "client", "text": B, "reply-to": "u1"},
    ]
    place = tmp_path / "utterances.jsonl"
    place.write_text("\n".join(map(json.dumps, lines)) + "\n{torn", "utf-8")
    first, second = read_all(place)
    assert [(s.id, [t.text for t in s]) for s in (first, second)] == [("c1", [A, B]), ("c2", [B])]
    assert [(p.code, p.line, p.text) for p in first.problems] == [("broken-line", 4, "{torn")]
    assert json.loads(first.metadata["message.id"]) == {"1": "u1", "2": "u3"}
    assert json.loads(first.metadata["message.reply-to"]) == {"2": "u1"}


def test_each_line_may_be_a_conversation(tmp_path: Path) -> None:
    """
    A conversation a line makes a session a line, and other fields are metadata.
    """
    dialog = [{"speaker": "supporter", "text": A}, {"speaker": "seeker", "text": B}]
    lines = [{"situation": "work", "n": 2, "dialog": dialog}, {"dialog": dialog}]
    for text in (json.dumps(lines), "\n".join(map(json.dumps, lines))):
        place = tmp_path / "c.json"
        place.write_text(text, "utf-8")
        first, second = read_all(place)
        assert dict(first.metadata) == {"situation": "work", "n": "2"}
        assert [[turn.role.value, turn.text] for turn in second] == TALK


def test_a_broken_message_costs_that_one() -> None:
    """
    Members without speaker or words become problems with their place; nothing of them is lost.
    """
    broken = [7, {"role": "user"}, {"content": "kestrel"}, None, {"role": "user", "content": [{}]}]
    good = {"role": "user", "content": B, "start": 5, "end": 1, "note": True}
    session = parse(json.dumps([good, *broken]))
    assert len(session) == 1
    assert (session[0].start, session[0].end) == (5.0, None)
    codes = [problem.code for problem in session.problems]
    assert codes == ["times-reversed"] + ["broken-message"] * 5
    assert json.loads(session.metadata["message.note"]) == {"1": True}
    assert json.loads(session.metadata["message.end"]) == {"1": 1}
    assert "kestrel" in "".join(problem.text for problem in session.problems)
    assert "kestrel" not in "".join(problem.reason for problem in session.problems)


def test_what_nobody_says_is_metadata() -> None:
    """
    System and tool messages, and parts of a message without words, open no turn and are kept.
    """
    picture = {"type": "image", "url": "a.png"}
    session = parse(json.dumps([
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [B, picture]},
    ]))  # fmt: skip
    assert [turn.text for turn in session] == [B]
    assert "Be kind." in session.metadata["message.system"]
    assert json.loads(session.metadata["message.content"]) == {"2": [picture]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"role": "user", "content":\n', r"line \d: .*sound"),
        ('[{"role": ' + "[" * 200_000, "sound|deep"),
        ('[{"role":' + "[" * 200_000 + "]" * 200_000 + "}]", "deep"),
        ('[{"role": 1}]', "no message"),
        ('"so"', "no message"),
        ('{"a": 1}', "no message"),
        (dumps(Session.from_pairs([("patient", "So.")])), r"aftermove\.loads"),
    ],
)
def test_what_holds_no_message_is_refused(text: str, reason: str) -> None:
    """
    Torn, deep and empty documents, and those of `dumps`, are refused with what to do.
    """
    with pytest.raises(TranscriptError, match=reason):
        parse(text, format="messages")


def test_documents_of_ours_are_known_by_content() -> None:
    """
    A document of `dumps` is refused with what loads it, without a format being told.
    """
    with pytest.raises(TranscriptError, match=r"aftermove\.loads"):
        parse(dumps(Session.from_pairs([("patient", "So.")])))


def test_awkward_values_are_read() -> None:
    """
    Halves of characters, doubled keys, NaN and numbers past all floats are kept or reported.
    """
    text = (
        r'[{"role":"user","content":"a\ud800b \\ud800 \ud83d\ude36","start":NaN,"x":1e999,'
        r'"note":1,"note":2,"note (2)":3,"end":' + "9" * 5000 + "}]"
    )
    session = parse(text)
    assert session[0].text == "a\ufffdb \\ud800 \U0001f636"
    assert (session[0].start, session[0].end) == (None, None)
    assert session.metadata["message.start"] == '{"1": "NaN"}'
    assert session.metadata["message.note (3)"] == '{"1": 2}'
    assert [(p.code, p.line) for p in session.problems if p.code == "undecodable"] == [
        ("undecodable", 1)
    ]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
keys = st.sampled_from("role content text speaker messages dialog id start end root meta".split())
values: st.SearchStrategy[object] = st.recursive(
    scalars, lambda x: st.lists(x, max_size=4) | st.dictionaries(keys, x, max_size=5), max_leaves=20
)


@given(values)
def test_any_json_is_read_or_refused(value: object) -> None:
    """
    Whatever the types in a document, it is read or refused by our error.
    """
    with suppress(AftermoveError):
        parse(json.dumps(value), format="messages")


@given(sessions(), st.integers(0, 2000), st.text(max_size=3))
def test_a_mutated_document_is_read_or_refused(session: Session, at: int, put: str) -> None:
    """
    A document with any piece put into it is read or refused by our error.
    """
    assume(session.turns)
    text = written(session)
    with suppress(AftermoveError):
        parse(text[:at] + put + text[at + len(put) :], format="messages")


def test_what_stands_beside_words_and_names_is_kept() -> None:
    """
    The other fields of a part, of a speaker that is an object, and a second session's name.
    """
    session = parse(json.dumps([{
        "author": {"role": "user", "name": "Robin"},
        "content": [{"type": "text", "text": A, "note": "slow"}, {"type": "text", "text": B}],
        "session_id": "s1",
        "root": "u0",
    }]))  # fmt: skip
    assert (session[0].text, session[0].role.value) == (f"{A}\n{B}", "patient")
    kept = {key: json.loads(value)["1"] for key, value in session.metadata.items()}
    assert kept == {
        "message.author": {"name": "Robin"},
        "message.content": [{"type": "text", "note": "slow"}],
        "message.root": "u0",
    }


def test_headers_of_nested_wrappers_are_all_kept(tmp_path: Path) -> None:
    """
    An outer header stays beside an inner one of its name; the id around several is one of them.
    """
    inner = {"id": "i", "site": "S", "meta": {"n": 1}, "messages": [{"role": "user", "text": B}]}
    outer = {"id": "o", "site": "N", "meta": {"n": 2}}
    session = parse(json.dumps({**outer, "conversations": [inner]}))
    assert dict(session.metadata) == {"id": "o", "site": "N", "n": "2", "site'": "S", "n'": "1"}
    place = tmp_path / "c.json"
    place.write_text(json.dumps({"id": "o", "dialog": [inner["messages"], inner]}), "utf-8")
    first, second = read_all(place)
    assert [(each.id, each.metadata["id"]) for each in (first, second)] == [
        ("c-1", "o"),
        ("i", "o"),
    ]
    assert read_one(tmp_path, {"id": "o", "messages": inner["messages"]}).id == "o"


def test_conversations_without_turns_are_told(tmp_path: Path) -> None:
    """
    What a conversation holds that makes no session is told with the next one, or with the last.
    """
    mute = {"site": "N", "messages": [{"role": "system", "content": "kestrel"}]}
    good = {"messages": [{"role": "user", "content": B}]}
    session = read_one(tmp_path, [{"messages": []}, good, mute, {"messages": [7]}])
    codes = [problem.code for problem in session.problems]
    assert codes == ["no-turns", "no-turns", "broken-message"]
    assert "kestrel" in session.problems[1].text
    assert '"site": "N"' in session.problems[1].text
    assert session.problems[2].text == "7"
    named = read_one(tmp_path, [good, {"id": "o", "messages": [{"id": "i", "messages": [7]}]}])
    assert [p.text for p in named.problems] == ["7", '{"id": "o", "id\'": "i"}']


@pytest.mark.parametrize("depth", [40, 101, 400, 900, 5000])
def test_deep_json_is_refused_before_it_is_walked(depth: int) -> None:
    """
    However lists, wrappers and values are nested, more than 100 deep is refused, or costs its line.
    """
    message = '{"role": "user", "content": "So."}'
    deep = "[" * depth + "1" + "]" * depth
    for text in (
        "[" * depth + message + "]" * depth,
        '{"messages": [' * depth + message + "]}" * depth,
        f'[{message[:-1]}, "y": {deep}}}]',
        f'[{{"role": "user", "content": ["So.", {deep}]}}]',
        f'{message}\n{message[:-1]}, "y": {deep}}}',
    ):
        is_refused = depth > 100 and "\n" not in text
        with pytest.raises(TranscriptError, match="deep") if is_refused else nullcontext():
            assert parse(text, format="messages", join=False)[0].text == "So."


@pytest.mark.parametrize("text", ["[00:12] T: So?", '{"role": "user"', 'T: {"role": 1, "text": 2}'])
def test_talk_that_holds_signs_of_json_is_not_messages(text: str) -> None:
    """
    Text that doesn't begin as JSON of messages isn't taken for any.
    """
    assert READERS["messages"].sniff(Source.from_text(text)) == 0


def test_recognised_speech_is_not_messages() -> None:
    """
    Utterances whose times are milliseconds aren't taken for messages, whose times are seconds.
    """
    words = [{"text": "Long.", "start": 250, "end": 900, "confidence": 0.9, "speaker": "A"}]
    utterance = {"speaker": "A", "text": B, "start": 250, "end": 900, "words": words}
    source = Source.from_text(json.dumps({"utterances": [utterance]}))
    assert READERS["messages"].sniff(source) == 0


def test_headers_of_one_name_are_all_kept() -> None:
    """
    A header within the metadata and one beside it are both kept, each under a key of its own.
    """
    document = {"site": "A", "meta": {"site": "B", "n": None}, "messages": [
        {"role": "user", "content": B, "start": 10**309, "end": "4.5s"},
    ]}  # fmt: skip
    session = parse(json.dumps(document))
    assert {key: session.metadata[key] for key in ("site", "site'")} == {"site": "A", "site'": "B"}
    assert (session[0].start, session[0].end) == (None, 4.5)


def test_blank_lines_between_documents_are_passed_over() -> None:
    """
    Empty lines of JSON Lines open nothing, and count as lines; no step shows the talk.
    """
    message = json.dumps({"role": "user", "content": "kestrel"})
    loaded = load(Source.from_text(f"{message}\n\n{message}\n"))
    assert [value.line for value in loaded.values] == [1, 3]
    assert "kestrel" not in repr(loaded)


def test_long_conversations_take_linear_time() -> None:
    """
    Many messages, each of a name that is spelled anew, are all turns.
    """
    many = [{"speaker": "a" + "." * (i % 50), "text": B, "k": i} for i in range(20_000)]
    assert len(parse(json.dumps(many), join=False)) == 20_000
