"""
How a patient's affect differs between the talk before a move and the talk after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from aftermove.model import Affect, AffectShift, Move, Session

__all__ = ["bounded", "find_shifts", "place_moves", "weights_of"]


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
    affect = tuple(affect)
    valence_by_turn = {each.turn: each.valence for each in affect}
    return tuple(
        AffectShift(
            move=move,
            before=before,
            after=after,
            valence_before=_mean_valence(before, valence_by_turn, session),
            valence_after=_mean_valence(after, valence_by_turn, session),
        )
        for move, before, after in place_moves(session, moves, affect)
        if before and after
    )


def place_moves(
    session: Session, moves: Iterable[Move], affect: Iterable[Affect]
) -> Iterator[tuple[Move, tuple[int, ...], tuple[int, ...]]]:
    """
    Each move that does something, in order, with the stretches of patient talk around it.

    A stretch is the indexes of its turns; it is empty where there is no talk before the next move
    of the kind, or before the first.
    """
    move_by_turn = {move.turn: move for move in moves if not move.is_minimal}
    patient_turns = {each.turn for each in affect}
    before: tuple[int, ...] = ()
    waiting: list[Move] = []
    stretch: list[int] = []
    for turn in session.turns:
        if turn.index in patient_turns:
            stretch.append(turn.index)
        elif turn.index in move_by_turn:
            if stretch:
                yield from ((move, before, tuple(stretch)) for move in waiting)
                before, waiting, stretch = tuple(stretch), [], []
            waiting.append(move_by_turn[turn.index])
    yield from ((move, before, tuple(stretch)) for move in waiting)


def weights_of(turns: Sequence[int], session: Session) -> list[float]:
    """
    The share of each turn in a measure of their stretch, by its words; they add to 1.
    """
    n_words = [session.turns[turn].word_count for turn in turns]
    if not any(n_words):
        n_words = [1] * len(turns)
    total = sum(n_words)
    return [n / total for n in n_words]


def _mean_valence(
    turns: Sequence[int], valence_by_turn: Mapping[int, float], session: Session
) -> float:
    weights = weights_of(turns, session)
    return bounded(sum(w * valence_by_turn[turn] for w, turn in zip(weights, turns, strict=True)))


def bounded(mean: float) -> float:
    """
    A mean of numbers from -1 to 1, which rounding may have carried a hair past them.
    """
    return max(-1.0, min(1.0, mean))
