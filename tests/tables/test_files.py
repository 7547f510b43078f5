import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftermove as am
from aftermove import testing
from aftermove.errors import FileAccessError
from aftermove.tables import TABLES, Column, rows_of

values = st.one_of(
    testing.sessions(),
    testing.session_analyses(),
    testing.studies(),
    testing.effect_tables(),
    testing.transition_tables(),
)


def read_back(cell: str, column: Column) -> object:
    """
    A cell as its column's type.
    """
    if column.kind is str:
        return cell
    if not cell:
        return None
    return bool(int(cell)) if column.kind is bool else column.kind(cell)


@given(values, st.data())
def test_a_file_holds_the_rows_of_its_table(value: object, data: st.DataObject) -> None:
    """
    What any reader of CSV finds is the table's headings and its rows, words and numbers exact.
    """
    table = data.draw(st.sampled_from(TABLES[type(value)]))
    with TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        am.write_table(value, path, table.name)
        with path.open(encoding="utf-8", newline="") as file:
            headings, *rows = csv.reader(file)
    assert headings == [column.name for column in table.columns]
    assert [
        tuple(read_back(cell, column) for cell, column in zip(row, table.columns, strict=True))
        for row in rows
    ] == [
        tuple("" if cell is None and column.kind is str else cell
              for cell, column in zip(row, table.columns, strict=True))
        for row in rows_of(value, table.name).rows
    ]  # fmt: skip


def test_what_is_not_told_differs_from_empty_text(tmp_path: Path) -> None:
    """
    An empty text stands in quotes; what isn't told has none; truth values are 1 and 0.
    """
    coded = am.SessionAnalysis.from_codes(id="s", valence=[0, 1], techniques=[[]])
    am.write_table(coded, tmp_path / "turns.csv", "turns")
    first = (tmp_path / "turns.csv").read_bytes().split(b"\r\n")[1]
    assert first == b'"s",,0,"Patient","patient",,,0,""'
    am.write_table(coded, tmp_path / "moves.csv", "moves")
    assert (tmp_path / "moves.csv").read_bytes().endswith(b'"other",1.0,,0,0\r\n')


@pytest.mark.parametrize("name", ["missing/a.csv", "\0.csv", "\ud800.csv"])
def test_a_file_that_cannot_be_written_is_told(name: str, tmp_path: Path) -> None:
    """
    The error is ours and names the path.
    """
    with pytest.raises(FileAccessError, match="csv"):
        am.write_table(am.Session(id="s", turns=[]), tmp_path / name)
