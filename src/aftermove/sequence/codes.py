"""
Sessions as sequences of codes, for lag-sequential analysis.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from aftermove.errors import ModelError, UnknownNameError
from aftermove.sequence.coded import CodedMove, CodedSession, Talk

__all__ = ["CODES_OF_MOVES", "CODES_OF_TALK", "sequences_of"]

# Where a mean leans clearly to one side; our own choice: thirds of the scale.
_BAND: Final = 1 / 3


def _technique(move: CodedMove) -> str:
    return move.techniques[0] if move.techniques else "no technique"


def _behaviour(move: CodedMove) -> str:
    return move.behaviour.value


def _state(talk: Talk) -> str:
    return talk.strengths[0][0].value if talk.strengths else "no state"


def _stance(talk: Talk) -> str:
    return _banded(talk.stance, "sustain", "neutral", "change")


def _valence(talk: Talk) -> str:
    return _banded(talk.valence, "low", "middle", "high")


def _banded(value: float, low: str, middle: str, high: str) -> str:
    return low if value < -_BAND else high if value > _BAND else middle


CODES_OF_MOVES: Final[Mapping[str, Callable[[CodedMove], str]]] = {
    "technique": _technique,
    "behaviour": _behaviour,
}
"""What a move can be coded by: its most confident technique, or its behaviour."""

CODES_OF_TALK: Final[Mapping[str, Callable[[Talk], str]]] = {
    "state": _state,
    "stance": _stance,
    "valence": _valence,
}
"""What talk can be coded by: its strongest state, its stance, or the third its valence is in."""


def sequences_of(
    sessions: Iterable[CodedSession], given: str, target: str
) -> tuple[list[list[str]], tuple[set[str], set[str]] | None]:
    """
    The codes of sessions in order, and the codes of moves and of talk where the two take turns.

    They do where one of *given* and *target* is of moves and the other of talk; of moves in a
    row the first counts then.  Where both are the same, the sequence is that of the moves alone,
    or of the talk alone, and nothing takes turns: `None`.

    Args:
        sessions: Each gives a sequence of its own.
        given: A name in `CODES_OF_MOVES` or `CODES_OF_TALK`.
        target: The other side's, or the same as *given*.

    Raises:
        UnknownNameError: If there is no such way of coding.
        ModelError: If the two are of one side and differ.

    Example:
        >>> from aftermove.model import SessionAnalysis
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, 0, .5],
        ...                                    techniques=[["values"], []])
        >>> sequences, (of_moves, _) = sequences_of([CodedSession.from_analysis(coded)],
        ...                                         "technique", "valence")
        >>> sequences, sorted(of_moves)
        ([['low', 'values', 'middle', 'no technique', 'high']], ['no technique', 'values'])
    """
    known = (*CODES_OF_MOVES, *CODES_OF_TALK)
    for name in (given, target):
        if name not in known:
            raise UnknownNameError("way of coding", name, known)
    move_codes = [CODES_OF_MOVES[name] for name in (given, target) if name in CODES_OF_MOVES]
    talk_codes = [CODES_OF_TALK[name] for name in (given, target) if name in CODES_OF_TALK]
    if len(move_codes) == 1:
        return _in_turn(sessions, move_codes[0], talk_codes[0])
    if given != target:
        reason = "must be the same, or one of moves and one of talk"
        raise ModelError("transitions: given and target", reason)
    if move_codes:
        return [list(map(move_codes[0], session.moves)) for session in sessions], None
    return [list(map(talk_codes[0], session.talk)) for session in sessions], None


def _in_turn(
    sessions: Iterable[CodedSession],
    code_move: Callable[[CodedMove], str],
    code_talk: Callable[[Talk], str],
) -> tuple[list[list[str]], tuple[set[str], set[str]]]:
    sequences: list[list[str]] = []
    sides: tuple[set[str], set[str]] = (set(), set())
    for session in sessions:
        talk = [code_talk(stretch) for stretch in session.talk]
        reached = None
        for move, after in _exchanges(session):
            if move.before is None:
                sequences.append([])
            elif move.before != reached:
                sequences.append([talk[move.before]])
            sequences[-1].append(code_move(move))
            sides[0].add(code_move(move))
            if after is not None:
                sequences[-1].append(talk[after])
            reached = after
        sides[1].update(talk)
    return sequences, sides


def _exchanges(session: CodedSession) -> Iterator[tuple[CodedMove, int | None]]:
    """
    The first of each run of moves between two stretches of talk, and the second of the two.
    """
    for (_, after), moves in groupby(session.moves, key=lambda move: (move.before, move.after)):
        yield next(moves), after
