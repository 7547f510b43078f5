"""
A study as a file, and back: JSON Lines, or a Parquet table.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from aftermove.errors import (
    AftermoveError,
    DocumentError,
    FileAccessError,
    MissingExtraError,
    ModelError,
)
from aftermove.sequence.coded import CodedMove, CodedSession, Talk
from aftermove.studies import Study, StudyProblem

__all__ = ["HEADER", "append", "from_lines", "load", "resume", "save"]

HEADER: Final = json.dumps({"aftermove": 1, "kind": "Study"})
"""The first line of a study in JSON Lines."""

# The key under which a Parquet file keeps what isn't a row.
_KEY: Final = b"aftermove"
_SIDES: Final = ("before", "after")
# Rows that are in memory as Python's own values at a time.
_BLOCK: Final = 10_000


@contextmanager
def _naming(path: Path, action: str) -> Iterator[None]:
    """
    What the system, or an impossible path, raises becomes our error, with the path.
    """
    try:
        yield
    except AftermoveError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or f"can't be {action}"
        raise FileAccessError(str(path), f"{reason}; check the path") from None


def save(study: Study, path: Path) -> None:
    """
    See `Study.save`; the file is whole or isn't there.
    """
    partial = path.with_name(path.name + ".partial")
    with _naming(path, "written"):
        if path.suffix == ".parquet":
            _save_parquet(study, partial)
        else:
            lines = (f"{line}\n" for line in to_lines(study))
            with partial.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
        partial.replace(path)


def load(path: Path) -> Study:
    """
    See `Study.load`.
    """
    with _naming(path, "read"):
        if path.suffix == ".parquet":
            return _load_parquet(path)
        raw = path.read_bytes()
    return from_lines(_lines(raw, path), str(path))


def resume(path: Path) -> Study:
    """
    The study in a checkpoint, which is begun where there is none.

    A last line that an interrupted run left torn is cut off.
    """
    with _naming(path, "written"):
        if not path.exists():
            path.write_text(HEADER + "\n", encoding="utf-8", newline="\n")
        raw = path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        # Whatever isn't ours is refused before anything is cut off.
        study = from_lines(_lines(whole, path), str(path))
        if whole != raw:
            path.write_bytes(whole)
    return study


def append(study: Study, path: Path) -> None:
    """
    Adds a part to a checkpoint.
    """
    lines = [f"{line}\n" for line in to_lines(study)][1:]
    with _naming(path, "written"), path.open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)


def _lines(raw: bytes, path: Path) -> list[str]:
    # Line feeds alone part lines: ids may hold other signs that do so elsewhere.
    try:
        return raw.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        reason = "not UTF-8; it is no study that save wrote"
        raise DocumentError([("$", reason)], str(path)) from None


def to_lines(study: Study) -> Iterator[str]:
    """
    The lines of a study: the header, a line for each session, and one for each problem.
    """
    yield HEADER
    yield from map(_line, study.sessions)
    yield from map(_line, study.problems)


def _line(value: CodedSession | StudyProblem) -> str:
    """
    One session or problem as a line of JSON.
    """
    if isinstance(value, StudyProblem):
        row: dict[str, object] = {"problem": [value.source, value.reason]}
    else:
        row = {
            "id": value.id,
            "patient": value.patient,
            "source": value.source,
            "moves": [
                [move.turn, move.behaviour, move.techniques, move.before, move.after]
                for move in value.moves
            ],
            "talk": [
                [talk.valence, talk.arousal, talk.stance, talk.strengths] for talk in value.talk
            ],
        }
    return json.dumps(row, ensure_ascii=False, allow_nan=False)


def from_lines(lines: Sequence[str], source: str) -> Study:
    """
    The study of its lines.

    Raises:
        DocumentError: If one isn't as `to_lines` makes them; it lists each.
    """
    if lines[0] != HEADER:
        reason = f"must be {HEADER}; a newer release may have written the file, or it is no study"
        raise DocumentError([("line 1", reason)], source)
    members: list[CodedSession | StudyProblem] = []
    refused: list[tuple[str, str]] = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            members.append(_member(line))
        except ModelError as error:
            refused.append((f"line {number}", str(error)))
        except (ValueError, TypeError, KeyError, RecursionError):
            # Their messages may quote the line.
            refused.append((f"line {number}", "isn't as save writes it"))
    if refused:
        raise DocumentError(refused, source)
    return Study(
        sessions=[member for member in members if isinstance(member, CodedSession)],
        problems=[member for member in members if isinstance(member, StudyProblem)],
    )


def _member(line: str) -> CodedSession | StudyProblem:
    row = json.loads(line)
    if "problem" in row:
        return StudyProblem(*row["problem"])
    return CodedSession(
        id=row["id"],
        patient=row["patient"],
        source=row["source"],
        moves=[
            CodedMove(turn=turn, behaviour=behaviour, techniques=techniques, before=b, after=a)
            for turn, behaviour, techniques, b, a in row["moves"]
        ],
        talk=[
            Talk(valence=valence, arousal=arousal, stance=stance, strengths=strengths)
            for valence, arousal, stance, strengths in row["talk"]
        ],
    )


def _pyarrow() -> "tuple[Any, Any]":
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError("a study in Parquet", "parquet") from None
    return pa, parquet


def _save_parquet(study: Study, path: Path) -> None:
    pyarrow, parquet = _pyarrow()
    talk = [("valence", pyarrow.float64()), ("arousal", pyarrow.float64())]
    talk += [("stance", pyarrow.float64()), ("states", pyarrow.list_(pyarrow.string()))]
    talk += [("strengths", pyarrow.list_(pyarrow.float64()))]
    schema = pyarrow.schema(
        [
            ("number", pyarrow.int64()),
            ("session", pyarrow.string()),
            ("patient", pyarrow.string()),
            ("source", pyarrow.string()),
            ("turn", pyarrow.int64()),
            ("behaviour", pyarrow.string()),
            ("techniques", pyarrow.list_(pyarrow.string())),
            *((side, pyarrow.int64()) for side in _SIDES),
            *((f"{name}_{side}", kind) for side in _SIDES for name, kind in talk),
        ]
    )
    # Sessions without a move have no row, and problems none either.
    rest = Study(
        sessions=[session for session in study.sessions if not session.moves],
        problems=study.problems,
    )
    schema = schema.with_metadata({_KEY: "\n".join(to_lines(rest)).encode()})
    with parquet.ParquetWriter(path, schema) as writer:
        rows = (
            row for number, session in enumerate(study.sessions) for row in _rows(number, session)
        )
        while block := list(islice(rows, _BLOCK)):
            writer.write_table(pyarrow.Table.from_pylist(block, schema=schema))


def _rows(number: int, session: CodedSession) -> Iterator[dict[str, object]]:
    for move in session.moves:
        row: dict[str, object] = {
            "number": number,
            "session": session.id,
            "patient": session.patient,
            "source": session.source,
            "turn": move.turn,
            "behaviour": str(move.behaviour),
            "techniques": move.techniques,
        }
        for side, place in zip(_SIDES, (move.before, move.after), strict=True):
            row[side] = place
            if place is not None:
                talk = session.talk[place]
                row[f"valence_{side}"] = talk.valence
                row[f"arousal_{side}"] = talk.arousal
                row[f"stance_{side}"] = talk.stance
                row[f"states_{side}"] = [str(state) for state, _ in talk.strengths]
                row[f"strengths_{side}"] = [strength for _, strength in talk.strengths]
        yield row


def _load_parquet(path: Path) -> Study:
    pyarrow, parquet = _pyarrow()
    try:
        with parquet.ParquetFile(path) as file:
            rest = (file.schema_arrow.metadata or {}).get(_KEY, b"").decode()
            rows = (row for batch in file.iter_batches(_BLOCK) for row in batch.to_pylist())
            sessions = [
                _session(list(group)) for _, group in groupby(rows, key=itemgetter("number"))
            ]
    except ModelError as error:
        raise DocumentError([("$", str(error))], str(path)) from None
    except (pyarrow.ArrowInvalid, KeyError, TypeError, ValueError):
        raise DocumentError([("$", "is no study that save wrote")], str(path)) from None
    study = from_lines(rest.split("\n"), str(path))
    return study + Study(sessions=sessions)


def _session(rows: Sequence[dict[str, Any]]) -> CodedSession:
    talk_by_place: dict[int, Talk] = {}
    for row in rows:
        for side in _SIDES:
            if row[side] is not None:
                talk_by_place[row[side]] = Talk(
                    valence=row[f"valence_{side}"],
                    arousal=row[f"arousal_{side}"],
                    stance=row[f"stance_{side}"],
                    strengths=zip(row[f"states_{side}"], row[f"strengths_{side}"], strict=True),
                )
    return CodedSession(
        id=rows[0]["session"],
        patient=rows[0]["patient"],
        source=rows[0]["source"],
        moves=[
            CodedMove(
                turn=row["turn"],
                behaviour=row["behaviour"],
                techniques=row["techniques"],
                before=row["before"],
                after=row["after"],
            )
            for row in rows
        ],
        talk=[talk_by_place[place] for place in sorted(talk_by_place)],
    )
