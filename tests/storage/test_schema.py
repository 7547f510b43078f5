import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aftermove import model, testing
from aftermove.errors import DocumentError
from aftermove.storage import dumps, json_schema, loads

VALIDATOR = Draft202012Validator(json_schema())
values = testing.values()


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401  # JSON
    """
    The path of each part of a document, but for headers, which may be called anything.
    """
    steps: list[tuple[Any, Any]] = []
    if isinstance(part, dict) and path[-1:] != ("metadata",):
        steps = list(part.items())
    elif isinstance(part, list):
        steps = list(enumerate(part))
    return [path, *(place for key, child in steps for place in places(child, (*path, key)))]


def at(document: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401  # JSON
    """
    The part of a document at a path.
    """
    for key in path:
        document = document[key]
    return document


def test_the_schema_is_one() -> None:
    """
    It keeps to the rules of its draft, and is plain JSON.
    """
    Draft202012Validator.check_schema(json_schema())
    assert json.loads(json.dumps(json_schema())) == json_schema()


@given(values)
def test_what_is_written_is_valid(value: object) -> None:
    """
    The schema takes each document that dumps writes.
    """
    VALIDATOR.validate(json.loads(dumps(value)))


@given(values, st.data())
def test_a_part_of_no_known_type_is_valid_nowhere(value: object, data: st.DataObject) -> None:
    """
    A document with a truth value for any of its parts is taken neither by the schema nor by loads.
    """
    document = json.loads(dumps(value))
    *path, key = data.draw(st.sampled_from([place for place in places(document) if place]))
    at(document, tuple(path))[key] = True
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(DocumentError):
        loads(json.dumps(document))


@given(values, st.data())
def test_a_key_too_many_is_valid_nowhere(value: object, data: st.DataObject) -> None:
    """
    An unknown key in any object is taken neither by the schema nor by loads.
    """
    document = json.loads(dumps(value))
    objects = [p for p in places(document) if isinstance(at(document, p), dict)]
    path = data.draw(st.sampled_from([p for p in objects if p[-1:] != ("metadata",)]))
    at(document, path)["mood"] = "bad"
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(DocumentError):
        loads(json.dumps(document))


@given(values, st.data())
def test_what_is_loaded_is_valid(value: object, data: st.DataObject) -> None:
    """
    A document without one of its keys is either refused by loads or valid.
    """
    document = json.loads(dumps(value))
    keyed = [p for p in places(document) if p and isinstance(p[-1], str)]
    *path, key = data.draw(st.sampled_from(keyed))
    del at(document, tuple(path))[key]
    try:
        loads(json.dumps(document))
    except DocumentError:
        return
    assert VALIDATOR.is_valid(document)


@pytest.mark.parametrize(
    ("value", "path", "spoilt"),
    [
        (model.CharSpan(0, 2), ("start",), -1),
        (model.Affect(turn=0, valence=0.5), ("valence",), 1.5),
        (model.Move(turn=0, behaviour="input"), ("behaviour",), "advice"),
        (model.Move(turn=0, behaviour="input"), ("confidence",), "high"),
        (model.Speaker("Kim"), ("name",), ""),
        (model.Session(id="s", turns=[], metadata={"a": "b"}), ("metadata", "a"), 5),
        (model.Problem(code="a", reason="b"), ("line",), -1),
    ],
)
def test_what_is_out_of_range_is_valid_nowhere(
    value: object, path: tuple[str, ...], spoilt: object
) -> None:
    """
    Ranges, enums and the types of headers are told by the schema too.
    """
    document = json.loads(dumps(value))
    at(document, ("value", *path[:-1]))[path[-1]] = spoilt
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(DocumentError):
        loads(json.dumps(document))


def test_each_schema_is_the_callers_own() -> None:
    """
    Whoever changes a schema changes no other.
    """
    json_schema()["$defs"].clear()
    assert json_schema()["$defs"]
