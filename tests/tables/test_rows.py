import pytest

import aftermove as am
from aftermove.model import CharSpan, Evidence, Mark
from aftermove.sequence import find_shifts
from aftermove.tables import TABLES, rows_of

PIECE = Evidence(CharSpan(0, 4), "a.cue", -0.5)
SESSION = am.Session(
    id="s1",
    turns=[
        am.Turn(index=0, speaker=am.Speaker("K", "patient"), text="Weak [sighs]",
                start=1.0, end=2.0, marks=[Mark(CharSpan(5, 12), "sound")]),
        am.Turn(index=1, speaker=am.Speaker("A", "therapist"), text="What helped?"),
        am.Turn(index=2, speaker=am.Speaker("K", "patient"), text="Rest did."),
    ],
    problems=[am.Problem(code="odd", reason="fits nowhere", line=7, text="???")],
    metadata={"patient": "p1"},
)  # fmt: skip
MOVE = am.Move(
    turn=1,
    behaviour="question",
    interventions=[am.Intervention(turn=1, technique="values", confidence=0.5, evidence=[PIECE])],
    confidence=0.75,
    evidence=[PIECE],
)
AFFECT = [
    am.Affect(turn=0, valence=-0.5, evidence=[PIECE]),
    am.Affect(
        turn=2,
        valence=0.25,
        arousal=-1.0,
        shown=[am.ShownState(state="relief", strength=0.25, evidence=[PIECE])],
        stance="change",
        arc=[am.ArcPoint(span=CharSpan(0, 4), valence=0.5, weight=1.5)],
    ),
]
ANALYSIS = am.SessionAnalysis(
    session=SESSION, moves=[MOVE], affect=AFFECT, shifts=find_shifts(SESSION, [MOVE], AFFECT)
)
STUDY = am.study([ANALYSIS]) + am.Study(problems=[am.StudyProblem("b.txt", "unread")])
PLACE = ("s1", "p1")
CODED = ("s1", "p1", None)

OF_SESSION: dict[str, list[tuple[object, ...]]] = {
    "turns": [
        (*PLACE, 0, "K", "patient", 1.0, 2.0, 1, "Weak [sighs]"),
        (*PLACE, 1, "A", "therapist", None, None, 2, "What helped?"),
        (*PLACE, 2, "K", "patient", None, None, 2, "Rest did."),
    ],
    "marks": [(*PLACE, 0, 5, 12, "sound")],
    "problems": [("s1", "odd", "fits nowhere", 7, None, "???")],
}
OF_ANALYSIS: dict[str, list[tuple[object, ...]]] = {
    "shifts": [(*PLACE, 1, "question", "values", 0, 0, 2, 2, -0.5, 0.25, 0.75)],
    "moves": [(*PLACE, 1, "question", 0.75, "values", 1, False)],
    "interventions": [(*PLACE, 1, "values", 0.5)],
    "affect": [
        (*PLACE, 0, -0.5, 0.0, "neutral", None, None),
        (*PLACE, 2, 0.25, -1.0, "change", "relief", None),
    ],
    "states": [(*PLACE, 2, "relief", 0.25)],
    "arc": [(*PLACE, 2, 0, 0, 4, 0.5, 1.5)],
    "evidence": [
        (*PLACE, 1, "behaviour", "question", "a.cue", -0.5, 0, 4, "What"),
        (*PLACE, 1, "technique", "values", "a.cue", -0.5, 0, 4, "What"),
        (*PLACE, 0, "affect", None, "a.cue", -0.5, 0, 4, "Weak"),
        (*PLACE, 2, "state", "relief", "a.cue", -0.5, 0, 4, "Rest"),
    ],
    "summary": [(*PLACE, "values", 1, 1, 0.75)],
    **OF_SESSION,
}
OF_STUDY: dict[str, list[tuple[object, ...]]] = {
    "shifts": [
        (*CODED, 1, "question", "values", -0.5, 0.0, 0.0, None, 0.25, -1.0, 1.0, "relief", 0.75)
    ],
    "moves": [(*CODED, 1, "question", "values", 1, 0, 1)],
    "interventions": [(*CODED, 1, "values")],
    "talk": [(*CODED, 0, -0.5, 0.0, 0.0, None), (*CODED, 1, 0.25, -1.0, 1.0, "relief")],
    "states": [(*CODED, 1, "relief", 0.25)],
    "sessions": [(*CODED, 1, 2)],
    "problems": [("b.txt", "unread")],
}
KNOWN: tuple[tuple[object, dict[str, list[tuple[object, ...]]]], ...] = (
    (SESSION, OF_SESSION),
    (ANALYSIS, OF_ANALYSIS),
    (STUDY, OF_STUDY),
)
CASES = [
    (value, name, rows) for value, rows_by_name in KNOWN for name, rows in rows_by_name.items()
]


@pytest.mark.parametrize(("value", "name", "rows"), CASES)
def test_each_table_tells_what_its_columns_say(
    value: object, name: str, rows: list[tuple[object, ...]]
) -> None:
    """
    The rows of a small session, its analysis and its study are those worked out by hand.
    """
    assert list(rows_of(value, name).rows) == rows


def test_no_table_is_left_out() -> None:
    """
    Each table of sessions, analyses and studies is worked out above.
    """
    for value, known in KNOWN:
        tables = TABLES[type(value)]
        assert {table.name for table in tables} == set(known)
        assert [len(known[table.name][0]) for table in tables] == [
            len(table.columns) for table in tables
        ]


def test_effects_and_transitions_are_told_as_they_are() -> None:
    """
    A row is an effect with its horizon, or a pair of codes with its lag; what is NaN isn't told.
    """
    table = am.study([ANALYSIS]).effects()
    (row,) = rows_of(table).rows
    assert row[:3] == (0, "values", 1)
    assert row[-1] == table["values"].reason
    transitions = am.transition_table([["a", "b", "a"]], lag=1, codes=["a", "b", "c"])
    told = {row[1:3]: row for row in rows_of(transitions).rows}
    assert told["a", "b"][:4] == (1, "a", "b", 1)
    assert told["a", "b"][5] == 1.0
    # A code that is never met is followed by nothing, with no probability.
    assert told["c", "a"][3:6] == (0, 0.0, None)
