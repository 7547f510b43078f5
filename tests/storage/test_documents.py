import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import model, testing
from aftermove.errors import AftermoveError, DocumentError, ModelError
from aftermove.storage import dumps, loads

values = testing.values()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)

SESSION = model.Session.from_pairs(
    [("therapist", "confidential"), ("patient", "words")], metadata={"site": "B"}
)


def document(value: object = SESSION) -> Any:  # noqa: ANN401  # JSON, to be spoilt by a test
    """
    A stored document as plain lists and dicts.
    """
    return json.loads(dumps(value))


def problems_of(spoilt: object) -> tuple[tuple[str, str], ...]:
    """
    What is said to be wrong with a document.
    """
    with pytest.raises(DocumentError) as caught:
        loads(json.dumps(spoilt))
    assert "confidential" not in str(caught.value)
    return caught.value.problems


@given(values, st.sampled_from([None, 2]))
def test_what_is_written_reads_back_equal(value: object, indent: int | None) -> None:
    """
    Any model value, written as JSON, reads back as an equal value.
    """
    text = dumps(value, indent=indent)
    assert loads(text) == value
    assert loads(text.encode()) == value


def test_every_model_class_can_be_stored() -> None:
    """
    Whatever class the model exports and attrs makes has its kind of document.
    """
    import attrs

    from aftermove.storage.kinds import KINDS

    classes = {getattr(model, name) for name in model.__all__}
    assert {kind for kind in classes if attrs.has(kind)} == set(KINDS.values())


def test_a_value_of_another_class_is_refused() -> None:
    """
    Only model values are documents.
    """
    with pytest.raises(ModelError, match="can't store a dict"):
        dumps({})


def test_each_problem_has_its_path() -> None:
    """
    Missing keys, unknown keys and wrong types are all told at once, each at its path.
    """
    spoilt = document()
    turns = spoilt["value"]["turns"]
    del turns[0]["text"]
    turns[0]["speaker"]["role"] = "mother"
    turns[1]["index"] = "1"
    turns[1]["mood"] = "bad"
    turns.append(None)
    spoilt["value"]["problems"] = "none"
    spoilt["value"]["metadata"] = []
    assert problems_of(spoilt) == (
        (
            "$.value.turns[0].speaker.role",
            "must be one of therapist, patient, other, unknown",
        ),
        ("$.value.turns[0].text", "is missing"),
        ("$.value.turns[1].index", "must be a whole number"),
        (
            "$.value.turns[1]",
            "holds 1 key too many; it takes index, speaker, text, start, end, marks",
        ),
        ("$.value.turns[2]", "must be an object"),
        ("$.value.problems", "must be a list"),
        ("$.value.metadata", "must be an object"),
    )


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (["value"], [], "must be an object"),
        (["value", "turns", 0, "start"], "soon", "must be a number"),
        (["value", "turns", 0, "text"], 5, "must be a string"),
        (["value", "turns", 0, "index"], True, "must be a whole number"),
        (["aftermove"], 3, "upgrade"),
        (["aftermove"], 0, "must be a schema version from 1 to 2"),
        (["aftermove"], True, "must be a schema version from 1 to 2"),
        (["aftermove"], "1", "must be a schema version from 1 to 2"),
        (["kind"], "Sitting", "must be one of"),
        (["kind"], [], "must be one of"),
        (["extra"], 1, "must be an object with the keys"),
    ],
)
def test_a_wrong_part_is_refused(path: list[Any], value: object, reason: str) -> None:
    """
    A document with one part of the wrong kind is refused, with a reason that names the right.
    """
    spoilt = document()
    place = spoilt
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    ((_, said),) = problems_of(spoilt)
    assert reason in said


def test_rules_of_the_class_hold_for_documents() -> None:
    """
    What a class refuses is refused in a document, at the path of the value.
    """
    spoilt = document(model.CharSpan(2, 3))
    spoilt["value"]["end"] = 1
    assert problems_of(spoilt) == (("$.value", "CharSpan.end: must be greater than start"),)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1, column 1"),
        ('{"a": 1,\n!}', "line 2, column 1"),
        (b"\xff", "byte 0"),
        ("[" * 100_000, "$"),
        ("1" * 5_000, "$"),
        ('{"aftermove": NaN}', "$"),
        ('{"kind": 1, "kind": 2}', "$"),
        ("[]", "$"),
    ],
)
def test_what_is_no_document_is_refused(text: str | bytes, place: str) -> None:
    """
    Text that is no document of ours is refused, and the error names the place and the source.
    """
    with pytest.raises(DocumentError) as caught:
        loads(text, source="a.json")
    assert caught.value.problems[0][0] == place
    assert str(caught.value).startswith("a.json: ")


def test_what_holds_no_text_is_refused() -> None:
    """
    Only strings and bytes are loaded; a mark of the order of bytes before them does no harm.
    """
    with pytest.raises(ModelError, match="string or bytes"):
        loads(None)  # type: ignore[arg-type]  # that it is refused is what is tested
    document = "\ufeff" + dumps(model.TimeSpan(0.5, 2.0))
    assert loads(document) == loads(document.encode()) == model.TimeSpan(0.5, 2.0)


@given(json_values)
def test_any_json_is_loaded_or_refused(value: object) -> None:
    """
    Whatever JSON stands for a value, it is loaded or refused with an error of ours.
    """
    for kind in ("Session", "SessionAnalysis", "Turn", "Move"):
        try:
            loads(json.dumps({"aftermove": 2, "kind": kind, "value": value}))
        except AftermoveError:
            continue
        pytest.fail(f"took arbitrary JSON for a {kind}")


def test_a_shift_of_an_analysis_is_told_by_its_place() -> None:
    """
    A shift around no move, or with stretches on the wrong side, is refused where it stands.
    """
    coded = model.SessionAnalysis.from_codes(id="s", valence=[0, 0.5, 1], techniques=[[], []])
    for spoil, path, reason in (
        ({"move": 2}, "$.value.shifts[1].move", "must be the turn of one of the moves"),
        ({"before": [3]}, "$.value.shifts[1]", "AffectShift.before and after: must ascend"),
        ({"after": [True]}, "$.value.shifts[1].after[0]", "must be a whole number"),
        ({"valence_after": 7}, "$.value.shifts[1]", "from -1 to 1"),
    ):
        spoilt = document(coded)
        spoilt["value"]["shifts"][1].update(spoil)
        ((place, said),) = problems_of(spoilt)
        assert place == path
        assert reason in said
