import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given

from aftermove.errors import AftermoveError, ModelError, TranscriptError, UnknownNameError
from aftermove.model import Session
from aftermove.parsing import parse, read
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given
from aftermove.parsing.tabular import TABULAR, _Row, read_rows, write
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


@pytest.mark.parametrize(
    "text",
    [
        'time,Therapist,Patient,Note\n1.5,So?,,a\n2,,"Well, a bit",b\n',
        'time,Therapist,Patient,Note\n1.5,So?,"Well, a bit",\n',
        "Notes\n\nTherapist | Patient\n---|---\nSo? | Well, a bit\n",
        '1:05,T,So?\n1:07,P,"Well, a bit"\n1:09,T,So?\n',
        "a;Therapist;So?\nb;Patient;Well, a bit\nc;Patient;Well, a bit\n",
        "| Speaker | Text |\n|:--|---|\n| T | So? |\n| P | Well, a bit |\n",
    ],
)
def test_tables_without_a_column_of_speakers_by_name_are_read(text: str) -> None:
    """
    A column for each speaker, and rows below no headings, are read as tables without being told.
    """
    (transcript,) = TABULAR.read(Source.from_text(text), NOTHING)
    assert TABULAR.sniff(Source.from_text(text)) >= 0.5
    assert [(each.name[0], each.text) for each in transcript.said][:2] == list(SO)


def test_rows_of_a_column_for_each_speaker_keep_what_is_beside() -> None:
    """
    Times and other cells of a row hold for each turn of it, and a row without talk is told.
    """
    text = "time,Therapist,Mother,Client,Note\n1.5,So?,We are late.,Well,x\n2,,,,y\n3,,,No,z,w\n"
    (transcript,) = TABULAR.read(Source.from_text(text), NOTHING)
    assert [(each.name, each.text, each.start, each.line) for each in transcript.said] == [
        ("Therapist", "So?", 1.5, 2),
        ("Mother", "We are late.", 1.5, 2),
        ("Client", "Well", 1.5, 2),
        ("Client", "No", 3.0, 4),
    ]
    assert [(each.code, each.text.split()) for each in transcript.problems] == [
        ("empty-turn", ["2", "y"])
    ]
    assert transcript.metadata == {"Note": '["x", "x", "x", "z"]', "column 5": '["", "", "", "w"]'}


@pytest.mark.parametrize(
    "text",
    [
        # Columns that hold names and scores, and no talk.
        "Therapist,Client,Score\nKim,Bo,3\nKim,Al,4\n",
        # Too few rows, or ragged ones.
        "T,So how was it\nP,Well\n",
        "T,So how was it\nP,Well\nP\nP,a,b\n",
        # No column of parts, or none of talk.
        "yes,So how was it\nno,Well now\nyes,No\n",
        "T,Kim\nP,Bo\nT,Al\n",
    ],
)
def test_tables_that_tell_no_speakers_are_refused(text: str) -> None:
    """
    Where neither headings nor cells tell who speaks, the row of headings is asked for.
    """
    with pytest.raises(TranscriptError, match="no row with headings"):
        list(TABULAR.read(Source.from_text(text), NOTHING))


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
    with pytest.raises(UnknownNameError, match="known: speaker, b, text"):
        transcripts("speaker,b,text\nT,So?,x\n", speaker="c")
    # Where no row is one of headings, no cell is named: it may be talk.
    with pytest.raises(TranscriptError) as refusal:
        transcripts("kestrel,So?\nP,Tired.\n", speaker="c")
    assert "kestrel" not in str(refusal.value)
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
    try:
        text = write(session)
    except ModelError:
        # Line breaks are told as line feeds, and text full of control characters as binary.
        awkward = re.compile("[\0-\x08\x0b-\x1f\u2028\u2029]")
        assert not session.turns or any(awkward.search(turn.text) for turn in session)
        return
    back = parse(text, join=False)
    assert back.id == session.id
    assert [(t.speaker, t.text, t.start, t.end) for t in back] == [
        (t.speaker, t.text, t.start, t.end) for t in session
    ]


@given(texts())
def test_any_text_is_read_or_refused(text: str) -> None:
    """
    Whatever stands below the headings raises no error but ours.
    """
    with contextlib.suppress(AftermoveError):
        transcripts("start,speaker,text,turn\n" + text)


def test_whoever_names_columns_has_a_table() -> None:
    """
    Headings that are like no others are found by the caller's names, without the form.
    """
    session = parse("by;said so\nT;So?\nP;Well.\n", columns={"text": "said so", "speaker": "by"})
    assert [turn.text for turn in session] == ["So?", "Well."]


def test_problems_of_silent_sessions_are_told() -> None:
    """
    What a session without talk leaves is told with the session before it, or the one behind.
    """
    head = "session,speaker,text\n"
    assert transcripts(head + "a,T,\nb,T,So?\nc,T,\n") == [
        ([("T", "So?")], ["empty-turn", "empty-turn"])
    ]
    assert transcripts(head + "a,T,So?\nb,T,\nc,P,Yes\n") == [
        ([("T", "So?")], ["empty-turn"]),
        ([("P", "Yes")], []),
    ]


@pytest.mark.parametrize(
    ("cells", "times"),
    [
        ("0:12,", (12.0, None)),
        ("[00:00:12.5],00:01:00", (12.5, 60.0)),
        ("0:01 - 0:05,", (1.0, 5.0)),
        ("0:01 --> 0:05,7.5", (1.0, 7.5)),
        ('"1,5",2', (1.5, 2.0)),
    ],
)
def test_times_are_read_whole(cells: str, times: tuple[float | None, float | None]) -> None:
    """
    Numbers, clocks and ranges of clocks tell a turn's times.
    """
    (turn,) = parse(f"start,end,speaker,text\n{cells},T,So?\n")
    assert (turn.start, turn.end) == times


def test_cells_that_are_no_time_are_kept() -> None:
    """
    One odd cell is a problem with its text; a column without any time is metadata.
    """
    odd = parse("start,speaker,text\n0:12 or so,T,So?\n0:20,P,Well.\n")
    assert [(p.code, p.text, p.line, p.column) for p in odd.problems] == [
        ("unread-time", "0:12 or so", 2, 1)
    ]
    dated = parse("time,speaker,text\n2020-05-01 10:00,T,So?\n2020-05-01 10:01,P,Well.\n")
    assert dated.problems == ()
    assert "10:01" in dated.metadata["time"]
    late = parse("start,end,speaker,text\n9,3,T,So?\n10,11,P,Well.\n")
    assert [(p.code, p.text) for p in late.problems] == [("times-reversed", "3")]


def test_talk_with_a_line_like_headings_is_no_table() -> None:
    """
    Labelled talk that holds a line such as "speaker, text" stays labelled talk.
    """
    talk = "T: What is on the form?\nspeaker, text\nP: I don't know, it just says so.\nT: So.\n"
    assert [turn.speaker.name for turn in parse(talk)] == ["T", "P", "T"]


def test_many_speakers_and_rows_are_read_in_linear_time() -> None:
    """
    Ten thousand speakers, and a cell of a megabyte, are read.
    """
    rows = "".join(f"Name {i},word {i}\n" for i in range(10_000))
    assert len(parse("speaker,text\n" + rows)) == 10_000
    assert len(parse("speaker,text\nT," + "word " * 200_000 + "\nP,Yes\n")) == 2


def test_the_patient_s_column_is_no_other(tmp_path: Path) -> None:
    """
    The id of the patient is kept beside a column of the same name.
    """
    path = tmp_path / "all.csv"
    path.write_text("patient_id,speaker,text,patient\n17,T,So?,yes\n17,P,Well.,yes\n")
    assert read(path).patient == "17"
    assert "yes" in read(path).metadata.values()


@pytest.mark.parametrize(
    ("session", "where"),
    [
        (Session(id="s", turns=()), "Session.turns"),
        (Session.from_pairs([("patient", "a\rb")]), "Session.turns[0]"),
        (Session.from_pairs([("patient", "\x1f" * 9)]), "Session.turns"),
        (Session.from_pairs([("patient", "Yes.")], id="a\rb"), "Session.id"),
    ],
)
def test_what_a_table_cant_hold_is_refused(session: Session, where: str) -> None:
    """
    A session that would come back otherwise is refused with the place.
    """
    with pytest.raises(ModelError) as refusal:
        write(session)
    assert refusal.value.where == where
    assert repr(_Row(3, ["kestrel"])) == "_Row(line=3)"
