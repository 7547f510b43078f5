"""
Who leads a session, told by what the voices say: for sources that don't tell who has which part.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import exp
from typing import Final, NamedTuple

from aftermove.model import Role
from aftermove.parsing.forms import Said, Transcript

__all__ = ["Guess", "guess_roles"]

# What a voice must have said before its role is told by its talk.
_MIN_TURNS: Final = 4
_MIN_WORDS: Final = 30
# By what power of e a lead of one more multiplies the odds, and how sure a guess must be.  On the
# sessions in docs/explanation/reading.md the power fits best at 6; other talk is harder.
_STEEPNESS: Final = 3.0
_MIN_CONFIDENCE: Final = 0.75
_MAX_CONFIDENCE: Final = 0.99
# Nearly all patients lead less than this, and nearly all therapists more.  Of more than two voices,
# one that leads more than patients do may be a second therapist.
_PATIENTS_MOST: Final = 0.1

_WORD: Final = re.compile(r"[^\W\d_]+")
_FIRST_PERSON: Final = frozenset({"i", "me", "my", "mine", "myself"})
_SECOND_PERSON: Final = frozenset({"you", "your", "yours", "yourself"})


class Guess(NamedTuple):
    """
    A role that is told by talk alone.
    """

    role: Role
    confidence: float
    """From 0.75 to 0.99: how likely it is, in sessions like those that it was measured on."""


def guess_roles(
    transcript: Transcript, told: Mapping[str, Role], unsure: Sequence[str]
) -> dict[str, Guess]:
    """
    The roles of voices by what they say; nothing for those where it isn't clear.

    Unless a therapist is known, the voice that leads most is taken for one; and unless a patient
    is known, those that lead much less than the therapist are taken for patients.

    Args:
        transcript: What is said.
        told: The roles of the voices that are known.
        unsure: The other voices.

    Source:
        Our own construction: the odds that a voice is the therapist grow with e to the power of
        its lead.
    """
    sides = {role for role in told.values() if role in (Role.THERAPIST, Role.PATIENT)}
    leads = _leads(transcript, [*unsure, *(v for v, role in told.items() if role in sides)])
    open_ = [voice for voice in leads if voice not in told]
    known = [voice for voice in leads if told.get(voice) is Role.THERAPIST]
    if len(sides) == 2 or not open_ or (Role.THERAPIST in sides and not known):
        return {}
    therapist = max(known or open_, key=leads.__getitem__)
    guesses: dict[str, Guess] = {}
    if not known:
        guesses[therapist] = Guess(Role.THERAPIST, _chance(leads, therapist))
        if guesses[therapist].confidence < _MIN_CONFIDENCE:
            return {}
    if Role.PATIENT not in sides:
        for voice in open_:
            if len(leads) > 2 and leads[voice] > _PATIENTS_MOST:
                continue
            chance = _chance({each: leads[each] for each in (therapist, voice)}, therapist)
            guesses.setdefault(voice, Guess(Role.PATIENT, chance))
    return {v: guess for v, guess in guesses.items() if guess.confidence >= _MIN_CONFIDENCE}


def _chance(leads: Mapping[str, float], voice: str) -> float:
    """
    How likely the voice is the therapist, if one of them is; one alone is no evidence.
    """
    if len(leads) < 2:
        return 0.0
    odds = sum(exp(_STEEPNESS * (lead - leads[voice])) for lead in leads.values())
    return min(1 / odds, _MAX_CONFIDENCE)


def _leads(transcript: Transcript, voices: Iterable[str]) -> dict[str, float]:
    """
    How much each voice leads that says enough.

    From -1, for one that speaks of itself, to 2, for one that asks in each turn and says "you".
    """
    talk_by_voice: dict[str, list[str]] = {voice: [] for voice in voices}
    for said in transcript.said:
        if said.voice in talk_by_voice:
            talk_by_voice[said.voice].append(_words_of(transcript, said))
    leads = {voice: _lead(talk) for voice, talk in talk_by_voice.items()}
    return {voice: lead for voice, lead in leads.items() if lead is not None}


def _words_of(transcript: Transcript, said: Said) -> str:
    """
    The talk without its marks.
    """
    marks = transcript.find_marks(said.text)
    starts = [0, *(mark.span.end for mark in marks)]
    ends = [*(mark.span.start for mark in marks), len(said.text)]
    return " ".join(said.text[start:end] for start, end in zip(starts, ends, strict=True))


def _lead(talk: Sequence[str]) -> float | None:
    words = [word for each in talk for word in _WORD.findall(each.casefold())]
    if len(talk) < _MIN_TURNS or len(words) < _MIN_WORDS:
        return None
    asking = sum("?" in each or "？" in each for each in talk) / len(talk)
    n_you = sum(word in _SECOND_PERSON for word in words)
    n_i = sum(word in _FIRST_PERSON for word in words)
    return asking + (n_you - n_i) / max(n_you + n_i, 1)
