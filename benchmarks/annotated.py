"""
The annotated data that benchmarks measure on: sessions with their gold, split by session.

The folder holds one JSON object a line; see `docs/explanation/accuracy.md` for the public
originals of each file.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from aftermove.model import Role, Session, Speaker, Turn


class Annotated(NamedTuple):
    """
    A session and, for each of its turns, what the raters said of it (empty where they didn't).
    """

    session: Session
    gold: tuple[dict[str, Any], ...]


def folder() -> Path:
    """
    The data's folder: the first argument, else `AFTERMOVE_DATA`; ends the program without one.
    """
    name = next(
        (a for a in sys.argv[1:] if not a.startswith("-")), os.environ.get("AFTERMOVE_DATA")
    )
    if not name:
        sys.exit("tell the folder of annotated data as an argument or in AFTERMOVE_DATA")
    return Path(name)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """
    The objects of a JSON Lines file, in order.
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def sessions(path: Path) -> list[Annotated]:
    """
    The sessions of a file whose objects hold turns.
    """
    return [
        annotated(row["id"], [(t["speaker"], t["text"], t.get("gold", {})) for t in row["turns"]])
        for row in rows(path)
    ]


def rated_turns(path: Path, sessions_path: Path) -> list[Annotated]:
    """
    The sessions of *sessions_path* with the gold of *path*, whose objects rate single turns.

    Every turn keeps its real talk before and after; sessions without a rated turn are left out.
    """
    gold_by_place = {(row["session"], row["turn"]): row["gold"] for row in rows(path)}
    annotated = [
        Annotated(
            session,
            tuple(gold_by_place.get((session.id, i), {}) for i in range(len(session))),
        )
        for session, _ in sessions(sessions_path)
    ]
    return [each for each in annotated if any(each.gold)]


def is_validation(session_id: str) -> bool:
    """
    Whether a session is of the quarter that nothing is tuned on.
    """
    return crc32(session_id.encode()) % 4 == 0


def annotated(name: str, turns: list[tuple[str, str, dict[str, Any]]]) -> Annotated:
    """
    A session of turns that are each told by role, words and gold.
    """
    speaker_by_role = {role: Speaker(role.value, role) for role in Role}
    session = Session(
        id=name,
        turns=[
            Turn(index=i, speaker=speaker_by_role[Role(role)], text=text)
            for i, (role, text, _) in enumerate(turns)
        ],
    )
    return Annotated(session, tuple(gold for _, _, gold in turns))
