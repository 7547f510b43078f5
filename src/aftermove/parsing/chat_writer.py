"""
From a session to CHAT.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Final

from aftermove.model import Role, Session, Speaker, Turn
from aftermove.parsing.chat import CHAT
from aftermove.parsing.readback import checked, clock, timed

__all__ = ["write"]

_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{1,6}")

_WORD_BY_ROLE: Final = {
    Role.THERAPIST: "Therapist",
    Role.PATIENT: "Patient",
    Role.OTHER: "Visitor",
    Role.UNKNOWN: "Unidentified",
}


def write(session: Session) -> str:
    r"""
    The session as CHAT, which reads back with ``join=False``.

    Names, roles and metadata are kept, and times to a thousandth of a second; the id is not.

    Raises:
        ModelError: If a turn wouldn't be read back as it is, as where it has an end and no start.

    Example:
        >>> "*PAT:\tTired ." in write(Session.from_pairs([("patient", "Tired .")]))
        True
    """
    code_by_speaker = _codes(session)
    records = [*_headers(code_by_speaker), *map(_comment, session.metadata.items())]
    for turn in session:
        records += _tiers(turn, code_by_speaker[turn.speaker])
    text = "\n".join([*(record.replace("\n", "\n\t\t") for record in records), "@End\n"])
    return checked(session, text, CHAT)


def _codes(session: Session) -> dict[Speaker, str]:
    """
    The speakers' codes: their names where these are codes, else made of their roles.
    """
    names = Counter(speaker.name for speaker in session.speakers)
    codes = {
        speaker: speaker.name
        for speaker in session.speakers
        if _CODE.fullmatch(speaker.name) and names[speaker.name] == 1
    }
    taken = set(codes.values())
    for speaker in session.speakers:
        if speaker not in codes:
            word = _WORD_BY_ROLE[speaker.role].upper()
            made = (word[:3] if n == 1 else f"{word[:2]}{n}" for n in count(1))
            codes[speaker] = next(code for code in made if code not in taken)
            taken.add(codes[speaker])
    return codes


def _headers(code_by_speaker: dict[Speaker, str]) -> Iterator[str]:
    told = {code: _WORD_BY_ROLE[speaker.role] for speaker, code in code_by_speaker.items()}
    yield from ("@UTF8", "@Begin", "@Languages:\tund")
    yield "@Participants:\t" + ", ".join(f"{code} {word}" for code, word in told.items())
    for code, word in told.items():
        yield f"@ID:\tund|aftermove|{code}|||||{word}|||"
    # A name in the list of participants may hold no blank, and no comma.
    for speaker, code in code_by_speaker.items():
        if speaker.name != code:
            yield f"@Comment:\tname of {code}: {speaker.name}"


def _comment(header: tuple[str, str]) -> str:
    """
    A header of the metadata, in JSON: CHAT's own headers are a closed list.
    """
    pair = json.dumps(dict([header]), ensure_ascii=False)[1:-1]
    # Readers of text take these for line breaks.
    return f"@Comment:\tmetadata {pair}".replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")


def _tiers(turn: Turn, code: str) -> Iterator[str]:
    start, end = timed(turn.start), timed(turn.end)
    if start is None or end is None:
        yield f"*{code}:\t{turn.text}"
    else:
        yield f"*{code}:\t{turn.text} \x15{round(start * 1000)}_{round(end * 1000)}\x15"
    if start is not None and end is None:
        yield f"%tim:\t{clock(start)}"
