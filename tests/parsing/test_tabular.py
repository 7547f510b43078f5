import contextlib

import pytest
from hypothesis import given

from aftermove.errors import AftermoveError, ModelError, TranscriptError, UnknownNameError
from aftermove.model import Session
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given
from aftermove.parsing.tabular import TABULAR, read_rows, write
from aftermove.testing import sessions, texts

NOTHING = Given({}, {})


def transcripts(table: str, /, **columns: str) -> list[tuple[list[tuple[str, str]], list[str]]]:
    """
    The names and texts of each session of a table, and the codes of its problems.
    """
    read = TABULAR.read(Source.from_text(table), Given({}, columns))
    return [
        ([(s.name, s.text) for s in each.said], [p.code for p in each.problems]) for each in read
    ]


SO = ("T", "So?"), ("P", "Well, a bit")


@pytest.mark.parametrize(
    "text",
    [
        'speaker,text\nT,So?\nP,"Well, a bit"\n',
        "sep=;\nspeaker;text\nT;So?\nP;Well, a bit\n",
        "\ufeffSprecher\tText\n\nT\tSo?\nP\tWell, a bit",
        "Hablante|Texto\nT|So?\nP|Well, a bit\n",
    ],
)
def test_dialects_are_told_by_content(text: str) -> None:
    """
    The sign between cells and the language of the headings make no difference.
    """
    assert TABULAR.sniff(Source.from_text(text)) == 0.9
    assert transcripts(text) == [(list(SO), [])]


def test_an_open_quote_costs_no_other_row() -> None:
    """
    A quotation mark that is never closed stays in its cell.
    """
    text = 'speaker,text\nT,"So?\nP,Long.\n'
    assert transcripts(text) == [([("T", '"So?'), ("P", "Long.")], [])]


def test_scattered_rows_of_annotators_make_one_turn_each() -> None:
    """
    Sessions keep their first order, turns go by number, and a repeated row is no second turn.
    """
    text = (
        "transcript_id,utterance_id,interlocutor,timestamp,utterance_text,annotator_id,topic\n"
        "7,1,client,00:00:15,Long.,a,sleep\n8,0,therapist,00:00:02,Hello.,a,mood\n"
        "7,0,therapist,00:00:13,And the week?,a,sleep\n7,1,client,00:00:15,Long.,b,sleep\n"
    )
    first, second = TABULAR.read(Source.from_text(text), NOTHING)
    assert [(s.name, s.text, s.start) for s in first.said] == [
        ("therapist", "And the week?", 13.0),
        ("client", "Long.", 15.0),
    ]
    assert (first.id, second.id) == ("7", "8")
    assert first.metadata == {
        "utterance_id": '["0", "1", "1"]',
        "annotator_id": '["a", "a", "b"]',
        "topic": "sleep",
    }


def test_bad_cells_cost_themselves() -> None:
    """
    Rows without talk, speaker or sound times are told, and the rest is read.
    """
    text = (
        "A study\nspeaker,role,start_ms,end,text\nNaN,,x,1,Hm.\nKim,judge,2000,1,So.\n"
        "Kim,t,-1,,\nKim,t,500,NaN,Yes.,more\n"
    )
    (found,) = TABULAR.read(Source.from_text(text), NOTHING)
    assert [(p.code, p.line) for p in found.problems] == [
        ("unplaced", 1),
        ("no-speaker", 3),
        ("unread-time", 3),
        ("unread-role", 4),
        ("times-reversed", 4),
        ("empty-turn", 5),
    ]
    assert [(s.start, s.end) for s in found.said] == [(None, 1.0), (2.0, None), (0.5, None)]
    assert found.metadata == {"column 6": '["", "", "more"]'}


def test_named_columns_win() -> None:
    """
    The caller's headings are taken, and those that aren't there are refused with the known ones.
    """
    text = "a,b,text\nT,So?,x\n"
    assert transcripts(text, speaker="A", text="b") == [([("T", "So?")], [])]
    with pytest.raises(UnknownNameError, match="known: a, b, text"):
        transcripts(text, speaker="c")
    with pytest.raises(UnknownNameError, match="known: text, speaker"):
        transcripts(text, voice="a")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "speaker,text\nT,\n"])
def test_tables_without_talk_are_refused(text: str) -> None:
    """
    A table without headings or talk is refused with a remedy.
    """
    with pytest.raises(TranscriptError):
        transcripts(text)


def test_named_columns_must_include_who_speaks() -> None:
    """
    Talk without speakers makes no transcript.
    """
    with pytest.raises(TranscriptError, match="headings"):
        transcripts("a,b\n1,2\n", text="a")


def test_repeated_headings_keep_their_cells() -> None:
    """
    Two columns of one heading are both kept, and patient ids under the key that studies use.
    """
    rows = [(1, ["speaker", "text", "x", "x", "client_id"]), (2, ["T", "So?", "1", "2", "p9"])]
    (found,) = read_rows(rows, NOTHING)
    assert found.metadata == {"x": "1", "x (column 4)": "2", "patient": "p9"}
    assert "So" not in repr(found.said)


@given(sessions())
def test_written_sessions_read_back(session: Session) -> None:
    """
    What is written reads back equal in id, names, roles, texts and times, or is refused.
    """
    if not session.turns or any(c in t.text for t in session for c in "\r\u2028\u2029"):
        with pytest.raises(ModelError, match=r"Session\.turns"):
            write(session)
        return
    text = write(session)
    assert TABULAR.sniff(Source.from_text(text)) == 0.9
    (back,) = TABULAR.read(Source.from_text(text), NOTHING)
    assert back.id == session.id
    assert [(s.name, back.role_by_voice[s.voice], s.text, s.start, s.end) for s in back.said] == [
        (t.speaker.name, t.role, t.text, t.start, t.end) for t in session
    ]


@given(texts())
def test_any_text_is_read_or_refused(text: str) -> None:
    """
    Whatever stands below the headings raises no error but ours.
    """
    with contextlib.suppress(AftermoveError):
        transcripts("start,speaker,text,turn\n" + text)
