"""
Studies, effects and transitions as tables.
"""

from collections.abc import Iterator
from typing import Final

from aftermove.sequence.coded import CodedMove, CodedSession, Talk
from aftermove.sequence.effect_table import EffectTable
from aftermove.sequence.transitions import TransitionTable
from aftermove.studies import Study
from aftermove.tables.forms import Cell, Column, Table

__all__ = ["OF_EFFECTS", "OF_STUDIES", "OF_TRANSITIONS"]

_SESSION: Final = (
    Column("session", str, "Id of the session."),
    Column("patient", str, "Id of the patient; null where it isn't told."),
    Column("source", str, "Path of the file; null where there is none."),
)
_MOVE: Final = (
    *_SESSION,
    Column("turn", int, "Index of the move's turn in its session, from 0."),
    Column("behaviour", str, "question, reflection, input or other."),
    Column(
        "technique", str, "The technique found with the most confidence; null where there is none."
    ),
)


def _session(session: CodedSession) -> tuple[Cell, ...]:
    return session.id, session.patient, session.source


def _move(session: CodedSession, move: CodedMove) -> tuple[Cell, ...]:
    technique = next(iter(move.techniques), None)
    return *_session(session), move.turn, move.behaviour.value, technique


def _shifts(study: Study) -> Iterator[tuple[Cell, ...]]:
    for session in study.sessions:
        for move in session.moves:
            if move.before is not None and move.after is not None:
                before, after = session.talk[move.before], session.talk[move.after]
                yield (
                    *_move(session, move),
                    *_talk(before),
                    *_talk(after),
                    after.valence - before.valence,
                )


def _talk(talk: Talk) -> tuple[Cell, ...]:
    return talk.valence, talk.arousal, talk.stance, _state(talk)


def _state(talk: Talk) -> str | None:
    return talk.strengths[0][0].value if talk.strengths else None


def _moves(study: Study) -> Iterator[tuple[Cell, ...]]:
    for session in study.sessions:
        for move in session.moves:
            yield *_move(session, move), len(move.techniques), move.before, move.after


def _interventions(study: Study) -> Iterator[tuple[Cell, ...]]:
    for session in study.sessions:
        for move in session.moves:
            for technique in move.techniques:
                yield *_session(session), move.turn, technique


def _stretches(study: Study) -> Iterator[tuple[Cell, ...]]:
    for session in study.sessions:
        for number, talk in enumerate(session.talk):
            yield *_session(session), number, *_talk(talk)


def _states(study: Study) -> Iterator[tuple[Cell, ...]]:
    for session in study.sessions:
        for number, talk in enumerate(session.talk):
            for state, strength in talk.strengths:
                yield *_session(session), number, state.value, strength


def _sessions(study: Study) -> Iterator[tuple[Cell, ...]]:
    for session in study.sessions:
        yield *_session(session), len(session.moves), len(session.talk)


def _problems(study: Study) -> Iterator[tuple[Cell, ...]]:
    for problem in study.problems:
        yield problem.source, problem.reason


def _talk_columns(side: str = "") -> tuple[Column, ...]:
    suffix, when = (f"_{side}", f", in the talk {side} the move") if side else ("", "")
    return (
        Column(f"valence{suffix}", float, f"From -1, worst, to 1, best{when}."),
        Column(f"arousal{suffix}", float, f"From -1, drained, to 1, agitated{when}."),
        Column(f"stance{suffix}", float, f"From -1, sustain talk, to 1, change talk{when}."),
        Column(f"state{suffix}", str, f"The strongest state{when}; null where there is none."),
    )


_STRETCH: Final = Column("stretch", int, "Number of the stretch of patient talk, from 0.")

OF_STUDIES: Final = (
    Table(
        "shifts",
        "One move with patient talk on both sides.",
        (
            *_MOVE,
            *_talk_columns("before"),
            *_talk_columns("after"),
            Column("change", float, "Valence after less valence before, from -2 to 2."),
        ),
        _shifts,
    ),
    Table(
        "moves",
        "One move, without those that are a mere go-ahead.",
        (
            *_MOVE,
            Column("n_techniques", int, "Number of techniques found."),
            Column("before", int, "Stretch of talk before the move; null where there is none."),
            Column("after", int, "Stretch of talk after the move; null where there is none."),
        ),
        _moves,
    ),
    Table(
        "interventions",
        "One technique in one move; join it to other tables by session, source and turn.",
        (*_MOVE[:4], Column("technique", str, "Id in the codebook.")),
        _interventions,
    ),
    Table(
        "talk", "One stretch of patient talk.", (*_SESSION, _STRETCH, *_talk_columns()), _stretches
    ),
    Table(
        "states",
        "One state shown in one stretch of patient talk.",
        (
            *_SESSION,
            _STRETCH,
            Column("state", str, "The state."),
            Column("strength", float, "Mean strength over the stretch, from 0 to 1."),
        ),
        _states,
    ),
    Table(
        "sessions",
        "One session.",
        (
            *_SESSION,
            Column("n_moves", int, "Moves, without those that are a mere go-ahead."),
            Column("n_talk", int, "Stretches of patient talk beside them."),
        ),
        _sessions,
    ),
    Table(
        "problems",
        "One file or session that isn't in the study.",
        (
            Column("source", str, "Path of the file, or id of the session."),
            Column("reason", str, "What is wrong."),
        ),
        _problems,
    ),
)
"""The tables of a study, its default first."""


def _effects(table: EffectTable) -> Iterator[tuple[Cell, ...]]:
    names = [column.name for column in OF_EFFECTS[0].columns[1:]]
    for effect in table:
        yield table.horizon, *(getattr(effect, name) for name in names)


OF_EFFECTS: Final = (
    Table(
        "effects",
        "One technique or behaviour.",
        (
            Column("horizon", int, "How many exchanges past the next talk the outcome is taken."),
            Column("technique", str, "The technique or behaviour."),
            Column("n_moves", int, "Exchanges that hold it, with the outcome on both sides."),
            Column("n_sessions", int, "Sessions that hold it."),
            Column("n_patients", int, "Patients whose sessions hold it."),
            Column("raw_change", float, "Mean change, unadjusted; null where there is none."),
            Column("shift", float, "Adjusted difference; null where reason says why."),
            Column("ci_low", float, "Lower end of its 95 % interval; null without shift."),
            Column("ci_high", float, "Upper end of its 95 % interval; null without shift."),
            Column("p_value", float, "Two-sided, from 0 to 1; null without shift."),
            Column("q_value", float, "Corrected for the table, from 0 to 1; null without shift."),
            Column("p_permuted", float, "By permutation; null unless asked for."),
            Column("p_max", float, "By permutation, for all at once; null unless asked for."),
            Column("standardised", float, "Shift in standard deviations; null without shift."),
            Column("between", float, "Difference between sessions; null where it can't be told."),
            Column("reason", str, "Why there is no shift; null where there is one."),
        ),
        _effects,
    ),
)
"""The table of an effect table."""


def _transitions(table: TransitionTable) -> Iterator[tuple[Cell, ...]]:
    names = [column.name for column in OF_TRANSITIONS[0].columns[1:]]
    for row in table.to_dicts():
        # Frames tell "no value" by null; NaN would be a second way.
        cells = (row[name] for name in names)
        yield table.lag, *(None if cell != cell else cell for cell in cells)  # noqa: PLR0124


OF_TRANSITIONS: Final = (
    Table(
        "transitions",
        "One pair of codes that can follow each other.",
        (
            Column("lag", int, "How many places on the target stands."),
            Column("given", str, "The code given."),
            Column("target", str, "The code that follows."),
            Column("count", int, "How often it does."),
            Column("expected", float, "How often it would by chance; null where it can't be told."),
            Column("probability", float, "Share of what follows the code given; null as above."),
            Column("adjusted_residual", float, "Z-score against chance; null as above."),
            Column("p_value", float, "Of the residual, two-sided; null as above."),
            Column("yules_q", float, "From -1 over 0, chance, to 1; null as above."),
            Column("odds_ratio", float, "From 0 over 1, chance, to infinite; null as above."),
            Column("kappa", float, "From -1 over 0, chance, to 1; null as above."),
        ),
        _transitions,
    ),
)
"""The table of a transition table."""
