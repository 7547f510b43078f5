"""
From a session to labelled text.
"""

from collections.abc import Iterator

from aftermove.model import Session, Turn
from aftermove.parsing.labelled import LABELLED
from aftermove.parsing.readback import checked, clock
from aftermove.parsing.roles import named, part

__all__ = ["write"]


def write(session: Session) -> str:
    r"""
    The session as text with a label before each turn, which reads back with ``join=False``.

    Names and roles are kept, the latter in a line before the talk where the names don't tell
    them; times are kept to a thousandth of a second.  Id and metadata are not written.

    Raises:
        ModelError: If a turn wouldn't be read back as it is, as where its text has a line that
            looks like a label.

    Example:
        >>> print(write(Session.from_pairs([("therapist", "So?"), ("patient", "Tired.")])))
        Therapist: So?
        <BLANKLINE>
        Patient: Tired.
        <BLANKLINE>
    """
    text = "\n\n".join((*_headers(session), *map(_block, session))) + "\n"
    return checked(session, text, LABELLED)


def _headers(session: Session) -> Iterator[str]:
    """
    The line that tells the roles, if some name doesn't.
    """
    if any(part(named(speaker.name).base) is not speaker.role for speaker in session.speakers):
        told = "; ".join(f"{speaker.name} = {speaker.role}" for speaker in session.speakers)
        yield f"---\nSpeakers: {told}\n---"


def _block(turn: Turn) -> str:
    times = [clock(time) for time in (turn.start, turn.end) if time is not None]
    label = f"[{' - '.join(times)}] {turn.speaker.name}" if times else turn.speaker.name
    return f"{label}: {turn.text}"
