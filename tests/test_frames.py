import sys
from typing import Any, Literal

import attrs
import narwhals
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftermove as am
from aftermove import testing
from aftermove.errors import MissingExtraError, ModelError, UnknownNameError
from aftermove.parsing.marks import find_marks
from aftermove.tables import TABLES, rows_of

Backend = Literal["pandas", "polars", "pyarrow"]
BACKENDS: tuple[Backend, ...] = ("pandas", "polars", "pyarrow")
DTYPES = {str: "String", int: "Int64", float: "Float64", bool: "Boolean"}
EMPTY = {
    am.Session: am.Session(id="s", turns=[]),
    am.SessionAnalysis: am.SessionAnalysis.from_codes(id="s", valence=[], techniques=[]),
    am.Study: am.Study(),
    am.EffectTable: am.Study().effects(),
    am.TransitionTable: am.transition_table([], codes=["a", "b"], structural_zeros=[
        ("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]),
}  # fmt: skip
values = st.one_of(
    testing.sessions(),
    testing.session_analyses(),
    testing.studies(),
    testing.effect_tables(),
    testing.transition_tables(),
)


def cells_of(frame: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  # of any library
    """
    The rows of a frame as plain values, null as `None`.
    """
    known = narwhals.from_native(frame, eager_only=True)
    columns = []
    for name in known.columns:
        series = known[name]
        nulls = series.is_null().to_list()
        columns.append([None if n else c for c, n in zip(series.to_list(), nulls, strict=True)])
    return list(zip(*columns, strict=True))


def plain(session: am.Session) -> am.Session:
    """
    What a frame of turns keeps of a session.
    """
    patient = session.patient or None
    return attrs.evolve(
        session,
        turns=[attrs.evolve(turn, marks=find_marks(turn.text)) for turn in session],
        problems=(),
        metadata=am.Metadata({"patient": patient} if patient else {}),
    )


@given(values, st.sampled_from(BACKENDS), st.data())
def test_a_frame_holds_the_rows_of_its_table(
    value: object, backend: Backend, data: st.DataObject
) -> None:
    """
    In each library a frame has the table's columns, their types, and its rows in order.
    """
    table = data.draw(st.sampled_from(TABLES[type(value)]))
    frame = am.to_frame(value, table.name, backend=backend)
    schema = narwhals.from_native(frame, eager_only=True).schema
    assert {name: str(kind) for name, kind in schema.items()} == {
        column.name: DTYPES[column.kind] for column in table.columns
    }
    assert cells_of(frame) == list(rows_of(value, table.name).rows)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("kind", "name"), [(kind, table.name) for kind, tables in TABLES.items() for table in tables]
)
def test_empty_values_give_empty_frames_of_the_same_form(
    kind: type, name: str, backend: Backend
) -> None:
    """
    Where there is nothing, columns and types are those that there are otherwise.
    """
    frame = am.to_frame(EMPTY[kind], name, backend=backend)
    (table,) = (table for table in TABLES[kind] if table.name == name)
    schema = narwhals.from_native(frame, eager_only=True).schema
    assert list(schema) == [column.name for column in table.columns]
    assert [str(k) for k in schema.values()] == [DTYPES[c.kind] for c in table.columns]
    assert len(frame) == 0


@pytest.mark.parametrize(
    ("backend", "kind"),
    [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("pyarrow", pa.Table)],
)
def test_the_frame_is_of_the_library_asked_for(backend: Backend, kind: type) -> None:
    """
    The caller gets the library's own frame.
    """
    assert isinstance(am.to_frame(EMPTY[am.Session], backend=backend), kind)


def test_pandas_is_the_default() -> None:
    """
    Without a backend the frame is of pandas, and each class has its first table.
    """
    frames = {kind: am.to_frame(value) for kind, value in EMPTY.items()}
    assert all(isinstance(frame, pd.DataFrame) for frame in frames.values())
    assert "change" in frames[am.SessionAnalysis].columns
    assert "text" in frames[am.Session].columns


def test_lists_stand_one_below_the_other() -> None:
    """
    The rows of several sessions are those of each, in order.
    """
    coded = [
        am.SessionAnalysis.from_codes(id=name, valence=[0, 0.5], techniques=[["values"]])
        for name in "ab"
    ]
    frame = am.to_frame(coded, "interventions", backend="polars")
    assert frame["session"].to_list() == ["a", "b"]


@pytest.mark.parametrize("value", [[], {}, 5, None, "words", [am.Study()], list(EMPTY.values())])
def test_what_has_no_table_is_refused(value: object) -> None:
    """
    Other values, empty lists and mixed lists are refused by an error that tells what is taken.
    """
    with pytest.raises(ModelError, match="Session, SessionAnalysis, Study"):
        am.to_frame(value)


def test_unknown_names_are_refused() -> None:
    """
    There are lists of tables and of backends in the errors.
    """
    with pytest.raises(UnknownNameError, match="turns, marks, problems"):
        am.to_frame(EMPTY[am.Session], "shifts")
    with pytest.raises(UnknownNameError, match="pandas, polars, pyarrow"):
        am.to_frame(EMPTY[am.Session], backend="excel")  # type: ignore[arg-type]  # refused


@pytest.mark.parametrize(
    ("module", "backend", "extra"),
    [
        ("narwhals", "pandas", "frames"),
        ("pandas", "pandas", "pandas"),
        ("polars", "polars", "polars"),
        ("pyarrow", "pyarrow", "frames,parquet"),
    ],
)
def test_a_missing_library_is_named(
    module: str, backend: Backend, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Without the library the error tells which extra to install.
    """
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as caught:
        am.to_frame(EMPTY[am.Session], backend=backend)
    assert caught.value.extra == extra


@given(
    st.lists(testing.sessions(), max_size=3, unique_by=lambda s: s.id), st.sampled_from(BACKENDS)
)
def test_sessions_come_back_from_their_turns(drawn: list[am.Session], backend: Backend) -> None:
    """
    A frame of turns holds sessions as they are, but for what it has no column for.
    """
    drawn = [session for session in drawn if session.turns]
    if drawn:
        frame = am.to_frame(drawn, "turns", backend=backend)
        assert list(am.sessions_from_frame(frame)) == [plain(session) for session in drawn]


def test_an_empty_frame_holds_no_session() -> None:
    """
    Headings alone make nothing.
    """
    assert am.sessions_from_frame(am.to_frame(EMPTY[am.Session])) == ()


def test_rows_are_ordered_by_their_turn() -> None:
    """
    Shuffled rows come back in the order of the talk, sessions in the order they are met.
    """
    frame = pl.DataFrame(
        {
            "session": [2, 1, 2],
            "turn": [7.0, 1.0, 5.5],
            "role": ["client", "T", None],
            "text": ["b", "c", None],
        }
    )
    two, one = am.sessions_from_frame(frame)
    assert (two.id, one.id) == ("2", "1")
    assert [(turn.role.value, turn.speaker.name, turn.text) for turn in two] == [
        ("unknown", "Unknown", ""),
        ("patient", "Patient", "b"),
    ]
    assert one[0].role is am.Role.THERAPIST


def test_roles_are_told_by_the_caller_or_by_names() -> None:
    """
    The caller's roles win over the column's; without a column names tell, and who is left open.
    """
    frame = pl.DataFrame(
        {"speaker": ["Robin", "Kim"], "role": ["patient", "patient"], "text": ["a", "b"]}
    )
    (session,) = am.sessions_from_frame(frame, roles={"robin": "therapist"})
    assert [turn.role.value for turn in session] == ["therapist", "patient"]
    (session,) = am.sessions_from_frame(frame.drop("role"), roles={"robin": "therapist"})
    assert [turn.role.value for turn in session] == ["therapist", "patient"]
    (session,) = am.sessions_from_frame(frame.drop("role"))
    assert {problem.code for problem in session.problems} == {"unknown-role"}


@pytest.mark.parametrize(
    ("cells", "where", "reason"),
    [
        ({"text": [5]}, "text in row 0", "must be a string"),
        ({"speaker": [1.5]}, "speaker in row 0", "must be a string"),
        ({"start": ["soon"]}, "start in row 0", "must be a number"),
        ({"start": [True]}, "start in row 0", "must be a number"),
        ({"start": [-1.0]}, "row 0: Turn.start", "at least 0"),
        ({"turn": [None]}, "turn in row 0", "must be a number"),
        ({"role": ["kestrel"]}, "role in row 0", "must be one of therapist"),
    ],
)
def test_a_cell_that_does_not_fit_is_named(
    cells: dict[str, list[object]], where: str, reason: str
) -> None:
    """
    The error tells column and row, and never quotes the cell.
    """
    frame = pl.DataFrame({"speaker": ["T"], "text": ["kestrel"]} | cells, strict=False)
    with pytest.raises(ModelError, match=reason) as caught:
        am.sessions_from_frame(frame)
    assert where in str(caught.value)
    assert "kestrel" not in str(caught.value)


def test_ids_may_be_numbers() -> None:
    """
    Whole numbers are ids, also where an empty cell beside them made them floats.
    """
    frame = pd.DataFrame({"session": [7.0, None], "speaker": ["T", "T"], "text": ["a", "b"]})
    assert [session.id for session in am.sessions_from_frame(frame)] == ["7", "session"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([["T", "a", "b"]], columns=["speaker", "text", "text"]),
        pd.DataFrame([["T", "a"]], columns=[0, 1]),
        pd.DataFrame({"speaker": ["T"], "text": ["a"], "session": [1.5]}),
        pd.DataFrame({"speaker": ["T"], "text": [["a"]]}),
        pd.DataFrame({"speaker": ["T"], "text": ["a"], "start": [pd.Timedelta("5s")]}),
        pd.Series(["a"], name="text"),
    ],
)
def test_odd_frames_are_refused_by_errors_of_ours(frame: object) -> None:
    """
    Doubled names, numbered columns, lists in cells and spans of time are told, none is guessed.
    """
    with pytest.raises(ModelError, match="sessions_from_frame"):
        am.sessions_from_frame(frame)


def test_columns_are_told_by_name() -> None:
    """
    What isn't a mapping, and names that aren't strings, are refused.
    """
    frame = pd.DataFrame([["T", "a"]], columns=[0, 1])
    with pytest.raises(UnknownNameError, match="known: 0, 1"):
        am.sessions_from_frame(frame, columns={"text": 1})  # type: ignore[dict-item]  # refused
    with pytest.raises(ModelError, match="must be a mapping"):
        am.sessions_from_frame(frame, columns=5)  # type: ignore[arg-type]  # refused


def test_a_frame_without_talk_or_speakers_is_refused() -> None:
    """
    What isn't a frame, lacks a column, or lacks one that the caller names, is refused.
    """
    frame = pl.DataFrame({"text": ["a"]})
    with pytest.raises(ModelError, match="must have a column 'text'"):
        am.sessions_from_frame(frame)
    with pytest.raises(UnknownNameError, match="known: text"):
        am.sessions_from_frame(frame, columns={"speaker": "who"})
    with pytest.raises(UnknownNameError, match="known: session"):
        am.sessions_from_frame(frame, columns={"mood": "text"})
    for other in ({"text": ["a"]}, frame.lazy()):
        with pytest.raises(ModelError, match="takes a data frame"):
            am.sessions_from_frame(other)
