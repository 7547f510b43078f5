"""
How a patient's affect differs between the talk before a move and the talk after it.
"""

from collections.abc import Iterable, Mapping, Sequence

from aftermove.model import Affect, AffectShift, Move, Session

__all__ = ["find_shifts"]


def find_shifts(
    session: Session, moves: Iterable[Move], affect: Iterable[Affect]
) -> tuple[AffectShift, ...]:
    """
    One shift for each move with patient talk on both sides, in the order of the moves.

    The talk on one side is a stretch: every patient turn up to the next move that does
    something.  A mere go-ahead ("mm-hmm") parts no stretch and has no shift of its own.  Moves
    that follow one another without patient talk between them stand between the same stretches.

    A stretch's valence is the mean over its turns, each weighing as many words as it has, so
    that a lone "yeah" doesn't undo the account before it; turns weigh alike where none has words.

    Args:
        session: The session whose turns the findings point at.
        moves: The therapist's, in any order.
        affect: The patient's, in any order.

    Example:
        >>> from aftermove.model import Intervention
        >>> session = Session.from_pairs([("patient", "Bad."), ("therapist", "Bad how?"),
        ...                               ("patient", "Just tired."), ("therapist", "Mm-hmm."),
        ...                               ("patient", "Better now.")])
        >>> moves = [Move(turn=1, behaviour="question"),
        ...          Move(turn=3, behaviour="other",
        ...               interventions=[Intervention(turn=3, technique="encourager")])]
        >>> affect = [Affect(turn=0, valence=-0.5), Affect(turn=2, valence=-0.25),
        ...           Affect(turn=4, valence=0.25)]
        >>> [(shift.before, shift.after, shift.change)
        ...  for shift in find_shifts(session, moves, affect)]
        [((0,), (2, 4), 0.5)]

    Source:
        Our own construction; the unadjusted difference that lag-1 studies of therapist and
        patient talk start from.
    """
    move_by_turn = {move.turn: move for move in moves if not move.is_minimal}
    valence_by_turn = {each.turn: each.valence for each in affect}
    shifts: list[AffectShift] = []
    before: tuple[int, ...] = ()
    waiting: list[Move] = []
    stretch: list[int] = []
    for turn in session.turns:
        if turn.index in valence_by_turn:
            stretch.append(turn.index)
        elif turn.index in move_by_turn:
            if stretch:
                shifts += _between(before, waiting, stretch, valence_by_turn, session)
                before, waiting, stretch = tuple(stretch), [], []
            waiting.append(move_by_turn[turn.index])
    shifts += _between(before, waiting, stretch, valence_by_turn, session)
    return tuple(shifts)


def _between(
    before: tuple[int, ...],
    moves: Sequence[Move],
    after: Sequence[int],
    valence_by_turn: Mapping[int, float],
    session: Session,
) -> list[AffectShift]:
    """
    The shifts of all *moves* that stand between two stretches; none if one stretch is empty.
    """
    if not before or not moves or not after:
        return []
    valence_before = _mean_valence(before, valence_by_turn, session)
    valence_after = _mean_valence(after, valence_by_turn, session)
    return [
        AffectShift(
            move=move,
            before=before,
            after=after,
            valence_before=valence_before,
            valence_after=valence_after,
        )
        for move in moves
    ]


def _mean_valence(
    turns: Sequence[int], valence_by_turn: Mapping[int, float], session: Session
) -> float:
    if len(turns) == 1:
        return valence_by_turn[turns[0]]
    weights = [session.turns[turn].word_count for turn in turns]
    if not any(weights):
        weights = [1] * len(turns)
    total = sum(weight * valence_by_turn[turn] for turn, weight in zip(turns, weights, strict=True))
    # Rounding may carry a mean of ones a hair past one.
    return max(-1.0, min(1.0, total / sum(weights)))
