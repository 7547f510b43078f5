import json
from pathlib import Path

import pytest
from hypothesis import given

from aftermove import model, testing
from aftermove.errors import DocumentError
from aftermove.model import CharSpan, Evidence, Mark
from aftermove.sequence import find_shifts
from aftermove.storage import SCHEMA_VERSION, dumps, loads

DOCUMENTS = Path(__file__).parent / "documents"
PATIENT, THERAPIST = model.Speaker("Kim “K.”", "patient"), model.Speaker("Dr. Amari", "therapist")
PIECE = Evidence(CharSpan(0, 4), "shape.wh", -0.5)
FOUND = model.Intervention(turn=1, technique="open_question", confidence=0.5, evidence=[PIECE])
SHOWN = model.ShownState(state="relief", strength=0.25, evidence=[PIECE])
POINT = model.ArcPoint(span=CharSpan(0, 5), valence=-0.125, weight=1.5)
MOVE = model.Move(
    turn=1, behaviour="question", interventions=[FOUND], confidence=0.75, evidence=[PIECE]
)
AFFECT = [
    model.Affect(turn=0, valence=-0.5),
    model.Affect(
        turn=2,
        valence=0.25,
        arousal=-1.0,
        shown=[SHOWN],
        stance="change",
        arc=[POINT],
        evidence=[PIECE],
    ),
]
MARK = Mark(CharSpan(6, 13), "sound")
TURN = model.Turn(index=0, speaker=PATIENT, text="Quiet [sighs]", start=0.5, end=2.0, marks=[MARK])
PROBLEM = model.Problem(code="unplaced", reason="fits nowhere", line=7, column=1, text="???")
SESSION = model.Session(
    id="s1",
    turns=[
        TURN,
        model.Turn(index=1, speaker=THERAPIST, text="What helped?"),
        model.Turn(index=2, speaker=PATIENT, text="סוף השבוע\n–"),
    ],
    problems=[PROBLEM],
    metadata=model.Metadata({"patient": "p1"}),
)
SHIFTS = find_shifts(SESSION, [MOVE], AFFECT)

EXAMPLES: tuple[object, ...] = (
    AFFECT[1],
    SHIFTS[0],
    POINT,
    CharSpan(0, 4),
    PIECE,
    FOUND,
    MARK,
    MOVE,
    PROBLEM,
    SESSION,
    model.SessionAnalysis(session=SESSION, moves=[MOVE], affect=AFFECT, shifts=SHIFTS),
    SHOWN,
    PATIENT,
    model.TechniqueSummary(technique="values", n_moves=2, n_shifts=0, mean_change=None),
    model.TimeSpan(0.5, 2.0),
    TURN,
)


def document_of(version: int) -> list[str]:
    """
    The documents of one version, one a line.
    """
    path = DOCUMENTS / f"version_{version}.jsonl"
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_documents_of_every_version_are_read(version: int) -> None:
    """
    What each version wrote of one value of each kind reads back as that value.
    """
    assert [loads(line) for line in document_of(version)] == list(EXAMPLES)


def test_the_present_version_is_as_it_was() -> None:
    """
    What is written now is what the present version's documents hold: a change needs a new one.
    """
    assert [dumps(value) for value in EXAMPLES] == document_of(SCHEMA_VERSION)


@given(testing.session_analyses())
def test_what_the_first_version_wrote_of_any_analysis_is_read(drawn: model.SessionAnalysis) -> None:
    """
    Shifts whose moves are written out give the same analysis as those that name them by turn.
    """
    document = json.loads(dumps(drawn))
    moves = {move["turn"]: move for move in document["value"]["moves"]}
    for shift in document["value"]["shifts"]:
        shift["move"] = moves[shift["move"]]
    document["aftermove"] = 1
    assert loads(json.dumps(document)) == drawn


def test_a_move_that_is_no_other_is_refused_in_the_first_version_too() -> None:
    """
    A shift around a move that the analysis hasn't got is refused where it stands.
    """
    (line,) = (line for line in document_of(1) if '"SessionAnalysis"' in line)
    for spoil in ({"turn": 5}, {"behaviour": "input"}):
        document = json.loads(line)
        document["value"]["shifts"][0]["move"].update(spoil)
        with pytest.raises(DocumentError) as caught:
            loads(json.dumps(document))
        ((path, _),) = caught.value.problems
        assert path == "$.value.shifts[0].move"


@pytest.mark.parametrize(
    "value", [None, [], {}, {"moves": 5, "shifts": [5, {}]}, {"shifts": [None]}]
)
def test_a_broken_document_of_the_first_version_is_refused(value: object) -> None:
    """
    Upgrading leaves what it doesn't know for loading to refuse.
    """
    with pytest.raises(DocumentError):
        loads(json.dumps({"aftermove": 1, "kind": "SessionAnalysis", "value": value}))
