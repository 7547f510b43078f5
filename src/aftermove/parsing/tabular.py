"""
Tables with a row for each turn: CSV and its kin, and the rows of tables in other documents.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from aftermove.errors import ModelError, TranscriptError, UnknownNameError
from aftermove.model import Problem, Role, Session
from aftermove.parsing import workbook
from aftermove.parsing.columns import has_columns, is_header, is_milliseconds, uses_of
from aftermove.parsing.decoding import Source
from aftermove.parsing.delimited import DELIMITERS, Row, declared, rows
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.labels import seconds
from aftermove.parsing.reshaping import delimiter_of, reshaped
from aftermove.parsing.roles import key_of, named, part, short_part

__all__ = ["TABULAR", "read_rows", "write"]

_HEADER_ROWS: Final = 20
_MISSING: Final = frozenset({"", "nan", "none", "null", "n/a", "na", "<na>"})
_NUMBER: Final = re.compile(r"[0-9]{1,400}(?:[.,][0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_CLOCK: Final = r"[0-9]{1,3}:[0-5]?[0-9](?::[0-5]?[0-9])?(?:[.,][0-9]{1,3})?"
_RANGE: Final = re.compile(rf"[\[(]?{_CLOCK}(?: ?(?:-->|[-–—]) ?{_CLOCK})?[\])]?")
_OURS: Final = ("session", "turn", "speaker", "role", "start", "end", "text")
_NOBODY: Final = "unknown"

_NO_HEADER: Final = (
    "no row with headings of the columns was found, as in 'speaker,text'; add one, or name the "
    "columns with columns={'speaker': ..., 'text': ...}"
)
_NO_TURN: Final = "no row of the table holds talk; check which column is named as the text"


class _Table(NamedTuple):
    headings: Sequence[str]
    column_by_use: Mapping[str, int]
    is_ours: bool
    """Whether `write` made it: then cells are taken as they are, empty ones too."""

    def without_untimed(self, sessions: "Iterable[Sequence[_Row]]") -> "_Table":
        """
        The table without columns of times in which no cell is one, so that they are kept as told.
        """
        rows = [row for members in sessions for row in members]
        untimed = {
            use
            for use in ("start", "end")
            if not any(_clocks(self.cell(row.cells, use)) for row in rows)
        }
        left = {use: at for use, at in self.column_by_use.items() if use not in untimed}
        return self._replace(column_by_use=left)

    def cell(self, cells: Sequence[str], use: str) -> str:
        column = self.column_by_use.get(use)
        found = cells[column] if column is not None and column < len(cells) else ""
        return found if self.is_ours else found.strip()


class _Row(NamedTuple):
    line: int
    cells: Sequence[str]

    def __repr__(self) -> str:
        return f"_Row(line={self.line})"


def read_rows(rows: Iterable[Row], given: Given) -> Iterator[Transcript]:
    """
    The sessions in the rows of a table, in the order in which they are first met.

    Args:
        rows: Each with its 1-based number.  One of the first names the columns.
        given: What the caller tells, with the headings of columns.

    Raises:
        TranscriptError: If there is no row of headings, or none with talk.
        UnknownNameError: If the caller names a column that isn't there.
    """
    left = reshaped(rows, given.column_by_use)
    table, above = _header(left, given)
    rows_by_session: dict[str, list[_Row]] = {}
    session = ""
    for line, cells in left:
        # An empty cell below one that isn't is how merged cells come out.
        session = table.cell(cells, "session") or session
        rows_by_session.setdefault(session, []).append(_Row(line, cells))
    table = table.without_untimed(rows_by_session.values())
    waiting: Transcript | None = None
    for session, members in rows_by_session.items():
        transcript = _transcript(table, session, members)
        if waiting and transcript.said:
            yield waiting._replace(problems=[*above, *waiting.problems])
            above = []
        if transcript.said:
            waiting = transcript
        else:
            # What a session without talk leaves is told with the one beside it.
            above += transcript.problems
    if waiting is None:
        raise TranscriptError([_NO_TURN], [None])
    yield waiting._replace(problems=[*above, *waiting.problems])


def _header(
    left: Iterator[tuple[int, Sequence[str]]], given: Given
) -> tuple[_Table, list[Problem]]:
    """
    The table by its row of headings, and the rows above that as problems.
    """
    above: list[Problem] = []
    headings: list[str] = []
    for line, cells in islice(left, _HEADER_ROWS):
        if has_columns(cells, given.column_by_use):
            columns = uses_of(cells, given.column_by_use)
            return _Table(cells, columns, tuple(cells) == _OURS), above
        if is_header(cells):
            headings = [cell.strip() for cell in cells]
        reason = "the row is above the headings, and in no turn; leave it there, or remove it"
        above.append(Problem(code="unplaced", reason=reason, line=line, text="\t".join(cells)))
    if given.column_by_use and headings:
        # Tells which name isn't there; cells of other rows may be talk, and are never named.
        uses_of(headings, given.column_by_use)
    raise TranscriptError([_NO_HEADER], [None])


def _transcript(table: _Table, session: str, members: Sequence[_Row]) -> Transcript:
    voices = _Voices(table)
    said: list[Said] = []
    problems: list[Problem] = []
    kept: list[_Row] = []
    seen: set[tuple[str, ...]] = set()
    for row in _ordered(table, members):
        text = table.cell(row.cells, "text")
        if not text.strip() and not table.is_ours:
            reason = "the row has no talk, so it makes no turn; write what is missing"
            left = "\t".join(row.cells).strip()
            problems.append(Problem(code="empty-turn", reason=reason, line=row.line, text=left))
            continue
        kept.append(row)
        who = tuple(table.cell(row.cells, use) for use in ("order", "speaker", "role", "text"))
        # The same turn once more, for another who coded it.
        if who[0] and who in seen:
            continue
        seen.add(who)
        voice, name = voices.of(row, problems)
        start, end = _times(table, row, problems)
        said.append(Said(voice, name, text, row.line, start, end))
    return Transcript(
        said=said,
        problems=problems,
        metadata={} if table.is_ours else _metadata(table, kept),
        role_by_voice=voices.role_by_voice,
        id=session if session.strip() else None,
    )


class _Voices:
    """
    Which rows of a session are one speaker's.
    """

    def __init__(self, table: _Table) -> None:
        self.role_by_voice: dict[str, Role] = {}
        self._table = table
        self._voice_by_who: dict[tuple[str, str], str] = {}
        self._n_by_key: Counter[str] = Counter()

    def of(self, row: _Row, problems: list[Problem]) -> tuple[str, str]:
        """
        The voice and the name that the row tells.
        """
        name, told = (self._table.cell(row.cells, use) for use in ("speaker", "role"))
        if not self._table.is_ours:
            name, told = _told(name), _told(told)
        if not name and not told:
            reason = "the row tells nobody who speaks; write the speaker"
            problems.append(Problem(code="no-speaker", reason=reason, line=row.line))
        name = name or told or _NOBODY
        role = _role(told)
        if told and role is None and name != told:
            reason = "the cell tells no role known here; tell it with roles={name: role}"
            problems.append(Problem(code="unread-role", reason=reason, line=row.line, text=told))
        return self._voice(name, role), name

    def _voice(self, name: str, role: Role | None) -> str:
        who = (name if self._table.is_ours else key_of(name)), role or ""
        if who not in self._voice_by_who:
            # Those of one name and different roles are told apart by a sign that no key holds.
            self._n_by_key[key_of(name)] += 1
            voice = key_of(name) + "\n" * (self._n_by_key[key_of(name)] - 1)
            self._voice_by_who[who] = voice
            if role:
                self.role_by_voice[voice] = role
        return self._voice_by_who[who]


def _told(cell: str) -> str:
    return "" if cell.casefold() in _MISSING else cell


def _role(told: str) -> Role | None:
    if told in tuple(Role):
        return Role(told)
    base = named(told).base
    return part(base) or short_part(base)


def _ordered(table: _Table, members: Sequence[_Row]) -> Sequence[_Row]:
    """
    The rows by the numbers of their turns; as they stand where one of them is no number.
    """
    keys = [table.cell(row.cells, "order") for row in members]
    if not all(_NUMBER.fullmatch(key) for key in keys):
        return members
    numbers = [float(key.replace(",", ".")) for key in keys]
    return [members[i] for i in sorted(range(len(members)), key=numbers.__getitem__)]


def _times(table: _Table, row: _Row, problems: list[Problem]) -> tuple[float | None, float | None]:
    start, until = _time(table, row, "start", problems)
    end, _ = _time(table, row, "end", problems)
    end = until if end is None else end
    if start is not None and end is not None and end < start:
        reason = "the end of the turn is before its start, and was left out; mend the times"
        left = table.cell(row.cells, "end")
        problems.append(Problem(code="times-reversed", reason=reason, line=row.line, text=left))
        end = None
    return start, end


def _time(
    table: _Table, row: _Row, use: str, problems: list[Problem]
) -> tuple[float | None, float | None]:
    """
    The time in a cell, and the second one where it holds a range.
    """
    cell = table.cell(row.cells, use)
    if cell.casefold() in _MISSING:
        return None, None
    column = table.column_by_use[use]
    found = _clocks(cell)
    if found is None:
        reason = "the cell is no time, as 12.5 or 00:00:12.5 is, and was left out; mend it"
        problems.append(
            Problem(code="unread-time", reason=reason, line=row.line, column=column + 1, text=cell)
        )
        return None, None
    start, end = found
    if _NUMBER.fullmatch(cell) and is_milliseconds(table.headings[column]):
        start /= 1000
    return start, end


def _clocks(cell: str) -> tuple[float, float | None] | None:
    """
    The seconds that a cell tells and nothing else, with the end of a range; `None` if it doesn't.
    """
    if _NUMBER.fullmatch(cell):
        value = float(cell.replace(",", "."))
        return (value, None) if math.isfinite(value) else None
    if not _RANGE.fullmatch(cell):
        return None
    start, end = seconds(cell)
    return None if start is None else (start, end)


def _metadata(table: _Table, kept: Sequence[_Row]) -> dict[str, str]:
    """
    What else the rows tell: the value of a column that is all one, or a JSON list, one per row.
    """
    read = {
        table.column_by_use.get(use)
        for use in ("text", "speaker", "role", "start", "end", "session")
    }
    order, patient = table.column_by_use.get("order"), table.column_by_use.get("patient")
    found: dict[str, str] = {}
    for column in range(max((len(row.cells) for row in kept), default=0)):
        values = [row.cells[column].strip() if column < len(row.cells) else "" for row in kept]
        if column in read or not any(values) or (column == order and _counts(values)):
            continue
        heading = table.headings[column].strip() if column < len(table.headings) else ""
        key = heading or f"column {column + 1}"
        if key in found:
            key = f"{key} (column {column + 1})"
        if len(set(values)) > 1:
            found[key] = json.dumps(values, ensure_ascii=False)
        elif column == patient and "patient" not in found:
            found["patient"] = values[0]
        else:
            found[key] = values[0]
    return found


def _counts(values: Sequence[str]) -> bool:
    return any(values == [str(i) for i in range(a, a + len(values))] for a in (0, 1))


def _sniff(source: Source) -> float:
    if source.text is None:
        return 0.9 if workbook.is_workbook(source.raw) else 0.0
    return delimiter_of(source.text)[1] if source.text else 0.0


def _read(source: Source, given: Given) -> Iterator[Transcript]:
    if source.text is None and workbook.is_workbook(source.raw):
        return _read_sheets(source.raw, given)
    text = source.text or ""
    first = text.partition("\n")[0]
    sign = delimiter_of(text)[0] or declared(text) or max(DELIMITERS, key=first.count)
    return read_rows(rows(text, sign), given)


def _read_sheets(raw: bytes, given: Given) -> Iterator[Transcript]:
    """
    The sessions of all sheets; those of several go by the sheet's title, unless they have names.
    """
    transcripts_by_title: dict[str, list[Transcript]] = {}
    problems: list[Problem] = []
    errors: list[TranscriptError | UnknownNameError] = []
    for title, members in workbook.sheets(raw):
        try:
            transcripts_by_title[title] = list(read_rows(members, given))
        except (TranscriptError, UnknownNameError) as error:
            errors.append(error)
            reason = "a sheet has no rows of talk; leave it there, or name its columns"
            text = "\n".join("\t".join(cells) for _, cells in members)
            problems.append(Problem(code="unplaced", reason=reason, text=text))
    if not transcripts_by_title:
        raise errors[0] if errors else TranscriptError([_NO_TURN], [None])
    for title, transcripts in transcripts_by_title.items():
        for transcript in transcripts:
            own = transcript.id or (title if len(transcripts_by_title) > 1 else None)
            # What the other sheets hold is told with the first session.
            yield transcript._replace(id=own, problems=[*problems, *transcript.problems])
            problems = []


def write(session: Session) -> str:
    """
    A session as CSV (RFC 4180), with a row for each turn.

    Metadata, problems and marks are left out; what is read back has none but the marks found anew.

    Raises:
        ModelError: If there is no turn, or one wouldn't be read back as it is.
    """
    lines = [",".join(_OURS)]
    for turn in session:
        start, end = ("" if t is None else repr(float(t)) for t in (turn.start, turn.end))
        cells = (session.id, str(turn.index), turn.speaker.name, turn.role, start, end, turn.text)
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    text = "\r\n".join([*lines, ""])
    _check(session, text)
    return text


def _check(session: Session, text: str) -> None:
    if not session.turns:
        raise ModelError("Session.turns", "must hold a turn to be written")
    try:
        (back,) = _read(Source.from_text(text), Given({}, {}))
    except TranscriptError:
        reason = "wouldn't be read back from a table; write them as JSON"
        raise ModelError("Session.turns", reason) from None
    if back.id != session.id:
        raise ModelError("Session.id", "isn't read back from a table as it is")
    for turn, said in zip(session.turns, back.said, strict=True):
        as_read = (said.name, back.role_by_voice[said.voice], said.text, said.start, said.end)
        if as_read != (turn.speaker.name, turn.role, turn.text, turn.start, turn.end):
            reason = "isn't read back from a table as it is; write line breaks as \\n"
            raise ModelError(f"Session.turns[{turn.index}]", reason)


TABULAR: Final = Reader(sniff=_sniff, read=_read)
