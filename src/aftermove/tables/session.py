"""
Sessions and analyses as tables.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from aftermove.model import AffectShift, Evidence, Session, SessionAnalysis
from aftermove.tables.forms import Cell, Column, Table

__all__ = ["OF_ANALYSES", "OF_SESSIONS"]

_SESSION: Final = Column("session", str, "Id of the session.")
_TURN: Final = Column("turn", int, "Index of the turn in its session, from 0.")
_PLACE: Final = (
    _SESSION,
    Column("patient", str, "Id of the patient; null where it isn't told."),
    _TURN,
)
_SPAN: Final = (
    Column("start_char", int, "First character in the text of the turn, from 0."),
    Column("end_char", int, "The character behind the last."),
)


def _place(session: Session, turn: int) -> tuple[Cell, ...]:
    return session.id, session.patient, turn


def _turns(session: Session) -> Iterator[tuple[Cell, ...]]:
    for turn in session:
        yield (
            *_place(session, turn.index),
            turn.speaker.name,
            turn.role.value,
            turn.start,
            turn.end,
            turn.word_count,
            turn.text,
        )


def _marks(session: Session) -> Iterator[tuple[Cell, ...]]:
    for turn in session:
        for mark in turn.marks:
            span = mark.span
            yield *_place(session, turn.index), span.start, span.end, mark.kind.value


def _problems(session: Session) -> Iterator[tuple[Cell, ...]]:
    for each in session.problems:
        yield session.id, each.code, each.reason, each.line, each.column, each.text


OF_SESSIONS: Final = (
    Table(
        "turns",
        "One turn.",
        (
            *_PLACE,
            Column("speaker", str, "The speaker's name, as the source writes it."),
            Column("role", str, "therapist, patient, other or unknown."),
            Column("start", float, "Seconds from the start of the recording; null if untold."),
            Column("end", float, "Seconds; null if untold."),
            Column("words", int, "Number of words, without marks."),
            Column("text", str, "What was said, as the source writes it."),
        ),
        _turns,
    ),
    Table(
        "marks",
        "One part of a turn's text that is not words.",
        (
            *_PLACE,
            *_SPAN,
            Column("kind", str, "pause, sound, inaudible, overlap, time or comment."),
        ),
        _marks,
    ),
    Table(
        "problems",
        "One thing in the source that the reader couldn't place or had to leave open.",
        (
            _SESSION,
            Column("code", str, "A stable, short name of the kind of problem."),
            Column("reason", str, "What is wrong and what to do."),
            Column("line", int, "Line or row of the source, from 1; null where it is all of it."),
            Column("column", int, "Character or column, from 1; null where it is all of the line."),
            Column("text", str, "The piece of the source that is in no turn; may be empty."),
        ),
        _problems,
    ),
)
"""The tables of a session, its default first."""


def _shifts(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for shift in analysis.shifts:
        yield *_place(analysis.session, shift.move.turn), *_shift(shift)


def _shift(shift: AffectShift) -> tuple[Cell, ...]:
    move = shift.move
    return (
        move.behaviour.value,
        _first(move.techniques),
        shift.before[0],
        shift.before[-1],
        shift.after[0],
        shift.after[-1],
        shift.valence_before,
        shift.valence_after,
        shift.change,
    )


def _first(names: Iterable[str]) -> str | None:
    return next(map(str, names), None)


def _moves(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for move in analysis.moves:
        yield (
            *_place(analysis.session, move.turn),
            move.behaviour.value,
            move.confidence,
            _first(move.techniques),
            len(move.interventions),
            move.is_minimal,
        )


def _interventions(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for move in analysis.moves:
        for each in move.interventions:
            yield *_place(analysis.session, move.turn), each.technique, each.confidence


def _affect(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for affect in analysis.affect:
        yield (
            *_place(analysis.session, affect.turn),
            affect.valence,
            affect.arousal,
            affect.stance.value,
            _first(affect.states),
            affect.coverage,
        )


def _states(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for affect in analysis.affect:
        for shown in affect.shown:
            yield *_place(analysis.session, affect.turn), shown.state.value, shown.strength


def _arc(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for affect in analysis.affect:
        for number, point in enumerate(affect.arc):
            span = point.span
            yield (
                *_place(analysis.session, affect.turn),
                number,
                span.start,
                span.end,
                point.valence,
                point.weight,
            )


def _evidence(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for turn, finding, code, pieces in _findings(analysis):
        text = analysis.session[turn].text
        for piece in pieces:
            span = piece.span
            yield (
                *_place(analysis.session, turn),
                finding,
                code,
                piece.cue,
                piece.weight,
                span.start,
                span.end,
                span.of(text),
            )


def _findings(
    analysis: SessionAnalysis,
) -> Iterator[tuple[int, str, str | None, tuple[Evidence, ...]]]:
    """
    Turn, kind, code and evidence of each finding, in the order of the turns.
    """
    for move in analysis.moves:
        yield move.turn, "behaviour", move.behaviour.value, move.evidence
        for found in move.interventions:
            yield move.turn, "technique", found.technique, found.evidence
    for affect in analysis.affect:
        yield affect.turn, "affect", None, affect.evidence
        for shown in affect.shown:
            yield affect.turn, "state", shown.state.value, shown.evidence


def _summary(analysis: SessionAnalysis) -> Iterator[tuple[Cell, ...]]:
    for row in analysis.summary():
        yield (
            analysis.session.id,
            analysis.session.patient,
            row.technique,
            row.n_moves,
            row.n_shifts,
            row.mean_change,
        )


def _of_session(table: Table) -> Table:
    return table._replace(rows=lambda analysis: table.rows(analysis.session))


_TECHNIQUE: Final = Column(
    "technique", str, "The technique found with the most confidence; null where there is none."
)
_BEHAVIOUR: Final = Column("behaviour", str, "question, reflection, input or other.")

OF_ANALYSES: Final = (
    Table(
        "shifts",
        "One move with patient talk on both sides.",
        (
            *_PLACE,
            _BEHAVIOUR,
            _TECHNIQUE,
            Column("before_first", int, "First turn of the patient's talk before the move."),
            Column("before_last", int, "Last turn of that talk."),
            Column("after_first", int, "First turn of the patient's talk after the move."),
            Column("after_last", int, "Last turn of that talk."),
            Column("valence_before", float, "From -1, worst, to 1, best."),
            Column("valence_after", float, "From -1, worst, to 1, best."),
            Column("change", float, "Valence after less valence before, from -2 to 2."),
        ),
        _shifts,
    ),
    Table(
        "moves",
        "One therapist turn.",
        (
            *_PLACE,
            _BEHAVIOUR,
            Column("confidence", float, "Of the behaviour, from 0 to 1."),
            _TECHNIQUE,
            Column("n_techniques", int, "Number of techniques found."),
            Column("is_minimal", bool, "Whether the move is a mere go-ahead."),
        ),
        _moves,
    ),
    Table(
        "interventions",
        "One technique in one therapist turn; join it to other tables by session and turn.",
        (
            *_PLACE,
            Column("technique", str, "Id in the codebook."),
            Column("confidence", float, "From 0 to 1."),
        ),
        _interventions,
    ),
    Table(
        "affect",
        "One patient turn.",
        (
            *_PLACE,
            Column("valence", float, "From -1, worst, to 1, best."),
            Column("arousal", float, "From -1, flat or drained, to 1, agitated or excited."),
            Column("stance", str, "change, sustain or neutral."),
            Column("state", str, "The strongest state shown; null where there is none."),
            Column("coverage", float, "The share of words that some cue holds; null if not told."),
        ),
        _affect,
    ),
    Table(
        "states",
        "One state shown in one patient turn.",
        (
            *_PLACE,
            Column("state", str, "The state."),
            Column("strength", float, "From 0 to 1."),
        ),
        _states,
    ),
    Table(
        "arc",
        "One clause of a patient turn that shows feeling.",
        (
            *_PLACE,
            Column("clause", int, "Number of the clause in the turn's arc, from 0."),
            *_SPAN,
            Column("valence", float, "From -1, worst, to 1, best."),
            Column("weight", float, "The clause's share in the turn's valence, not normalised."),
        ),
        _arc,
    ),
    Table(
        "evidence",
        "One piece of evidence for one finding.",
        (
            *_PLACE,
            Column("finding", str, "behaviour, technique, affect or state."),
            Column("code", str, "Which behaviour, technique or state; null for affect."),
            Column("cue", str, "Id of the cue that the words met."),
            Column("weight", float, "How much the words add; comparable within one finding."),
            *_SPAN,
            Column("words", str, "The words themselves."),
        ),
        _evidence,
    ),
    Table(
        "summary",
        "One technique over one session.",
        (
            *_PLACE[:2],
            Column("technique", str, "Id in the codebook."),
            Column("n_moves", int, "Moves that hold it."),
            Column("n_shifts", int, "Those with patient talk on both sides."),
            Column("mean_change", float, "Mean change over them; null where there is none."),
        ),
        _summary,
    ),
    *map(_of_session, OF_SESSIONS),
)
"""The tables of an analysis, its default first; those of its session last."""
