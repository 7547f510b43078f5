"""
The TOML files of crosswalks, checked.
"""

import tomllib
from collections.abc import Collection, Mapping
from typing import Any, Final

from aftermove.errors import CrosswalkError
from aftermove.model import Behaviour

__all__ = ["parse"]

_KEYS: Final = ("scheme", "source", "one_label", "defaults", "labels")
_LABEL_KEYS: Final = ("name", "group", "behaviours", "when")
_CONDITION_KEYS: Final = ("techniques", "with", "without")
_BEHAVIOURS: Final = tuple(behaviour.value for behaviour in Behaviour)

_Problems = list[tuple[str, str]]


def parse(content: bytes, source: str, techniques: Collection[str]) -> dict[str, Any]:
    """
    What a file holds, as the arguments of the classes that it describes.

    Args:
        content: The file's bytes.
        source: What errors call it.
        techniques: The ids that it may name.

    Raises:
        CrosswalkError: With every problem of the file and its path within it.
    """
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # Bytes, syntax, endless digits or nesting; none quotes more than a single character.
        raise CrosswalkError([("file", f"isn't TOML in UTF-8: {error}")], source) from error
    problems: _Problems = []
    _refuse_unknown("", tables, _KEYS, problems)
    for key in ("scheme", "source"):
        _check_text(key, tables.get(key), problems)
    if not isinstance(tables.get("one_label", False), bool):
        problems.append(("one_label", "must be true or false"))
    labels = _labels(tables.get("labels"), techniques, problems)
    defaults = _defaults(tables.get("defaults", {}), labels, problems)
    if problems:
        raise CrosswalkError(problems, source)
    return tables | {"labels": labels, "defaults": defaults}


def _labels(tables: object, techniques: Collection[str], problems: _Problems) -> dict[str, Any]:
    if not isinstance(tables, dict) or not tables:
        problems.append(("labels", "must hold a table for each label, as in [labels.Q]"))
        return {}
    labels = {}
    for name, table in tables.items():
        path = f"labels.{name}"
        if not name.strip():
            problems.append((path, "must have an id that isn't blank"))
        if not isinstance(table, dict):
            problems.append((path, "must be a table"))
            continue
        labels[name] = _label(path, table, techniques, problems)
    return labels


def _label(
    path: str, table: Mapping[str, Any], techniques: Collection[str], problems: _Problems
) -> dict[str, Any]:
    _refuse_unknown(f"{path}.", table, _LABEL_KEYS, problems)
    _check_text(f"{path}.name", table.get("name"), problems)
    _check_text(f"{path}.group", table.get("group", "none"), problems)
    behaviours = table.get("behaviours", [])
    _check_ids(f"{path}.behaviours", behaviours, _BEHAVIOURS, problems)
    when = table.get("when", [])
    if not isinstance(when, list) or not all(isinstance(each, dict) for each in when):
        problems.append((f"{path}.when", "must be a list of tables"))
        when = []
    conditions = [
        _condition(f"{path}.when[{place}]", each, techniques, problems)
        for place, each in enumerate(when)
    ]
    return {
        "name": table.get("name"),
        "group": table.get("group"),
        "behaviours": behaviours,
        "when": conditions,
    }


def _condition(
    path: str, table: Mapping[str, Any], techniques: Collection[str], problems: _Problems
) -> dict[str, Any]:
    _refuse_unknown(f"{path}.", table, _CONDITION_KEYS, problems)
    if not table.get("techniques"):
        problems.append((f"{path}.techniques", "must name at least one technique"))
    else:
        _check_ids(f"{path}.techniques", table["techniques"], techniques, problems)
    for key in ("with", "without"):
        known = (*techniques, *_BEHAVIOURS)
        _check_ids(f"{path}.{key}", table.get(key, []), known, problems)
    return {
        "techniques": table.get("techniques"),
        "with_all": table.get("with", []),
        "without": table.get("without", []),
    }


def _defaults(table: object, labels: Collection[str], problems: _Problems) -> Mapping[str, str]:
    if not isinstance(table, dict):
        problems.append(("defaults", "must be a table with a label for each behaviour"))
        return {}
    _refuse_unknown("defaults.", table, _BEHAVIOURS, problems)
    problems.extend(
        (f"defaults.{behaviour}", "must be the id of one of the labels")
        for behaviour, label in table.items()
        if not isinstance(label, str) or label not in labels
    )
    return table


def _check_ids(path: str, ids: object, known: Collection[str], problems: _Problems) -> None:
    if not isinstance(ids, list) or not all(map(_is_text, ids)):
        problems.append((path, "must be a list of ids"))
        return
    problems.extend(
        (f"{path}[{place}]", f"{name!r} isn't known; known: {', '.join(known)}")
        for place, name in enumerate(ids)
        if name not in known
    )


def _check_text(path: str, value: object, problems: _Problems) -> None:
    if not _is_text(value):
        problems.append((path, "must be a text that isn't blank"))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _refuse_unknown(
    path: str, table: Mapping[str, Any], known: Collection[str], problems: _Problems
) -> None:
    problems.extend(
        (f"{path}{key}", f"isn't known; known: {', '.join(known)}")
        for key in table
        if key not in known
    )
