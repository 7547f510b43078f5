"""
Whether what a writer wrote is what its reader reads.
"""

from collections.abc import Iterator

from aftermove.errors import ModelError, TranscriptError
from aftermove.model import Session, Speaker, Turn
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.roles import cast

__all__ = ["checked", "clock", "refuse_unless_same", "timed"]


def checked(session: Session, text: str, reader: Reader) -> str:
    """
    The text that a writer made of a session, if its reader reads the session back from it.

    Raises:
        ModelError: If it doesn't, with the first turn that differs.
    """
    try:
        (transcript,) = reader.read(Source.from_text(text), Given({}, {}))
    except (TranscriptError, ValueError):
        # None is read, or several.
        reason = "wouldn't be read back from this form, which needs talk; write them as JSON"
        raise ModelError("Session.turns", reason) from None
    refuse_unless_same(session, transcript)
    return text


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


def clock(seconds: float) -> str:
    """
    The time as hours, minutes and seconds, with three places.

    Example:
        >>> clock(3725.5)
        '01:02:05.500'
    """
    minutes, rest = divmod(round(round(seconds, 3) * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def timed(seconds: float | None) -> float | None:
    """
    The time to a thousandth of a second, as these forms write it.
    """
    return None if seconds is None else round(seconds, 3)
