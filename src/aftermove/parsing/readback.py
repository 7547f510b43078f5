"""
Whether what a writer wrote is what its reader reads.
"""

from collections.abc import Iterator

from aftermove.errors import ModelError
from aftermove.model import Session, Speaker, Turn
from aftermove.parsing.forms import Said, Transcript
from aftermove.parsing.roles import cast

__all__ = ["refuse_unless_same", "timed"]


def refuse_unless_same(session: Session, transcript: Transcript) -> None:
    """
    Compare a session with what is read of it: texts, names, roles, and times to a thousandth.

    Raises:
        ModelError: If a turn differs, with its position; or if there are more or fewer turns.
    """
    role_by_voice, _ = cast(transcript, {})
    speaker_by_voice: dict[str, Speaker] = {}
    for turn, said in zip(session, transcript.said, strict=False):
        told = Speaker(said.name, role_by_voice[said.voice])
        speaker = speaker_by_voice.setdefault(said.voice, told)
        for what in _different(turn, said, speaker):
            reason = f"the {what} wouldn't be read back from this form as it is; write it as JSON"
            raise ModelError(f"Session.turns[{turn.index}]", reason)
    if len(session) != len(transcript.said):
        reason = "the form reads another number of turns; write it as JSON"
        raise ModelError("Session.turns", reason)


def _different(turn: Turn, said: Said, speaker: Speaker) -> Iterator[str]:
    if turn.text != said.text:
        yield "text"
    if turn.speaker != speaker:
        yield "speaker"
    if (timed(turn.start), timed(turn.end)) != (said.start, said.end):
        yield "time"


def timed(seconds: float | None) -> float | None:
    """
    The time to a thousandth of a second, as these forms write it.
    """
    return None if seconds is None else round(seconds, 3)
