"""
Tries the tests: changes the code in one small way after another, and counts what they notice.

    python benchmarks/mutants.py FOLDER [--part sequence] [--out docs/explanation/mutants.md]

The mutants are mutmut's, in a copy of the project in FOLDER.  Where that holds an earlier run,
only changed functions and the mutants that lived are tried again.
"""

import argparse
import ast
import json
import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

_ROOT: Final = Path(__file__).parent.parent


class Part(NamedTuple):
    """
    What is mutated together, and the tests that are to notice.
    """

    sources: tuple[str, ...]
    tests: tuple[str, ...]


_PARTS: Final[Mapping[str, Part]] = {
    "sequence": Part(("src/aftermove/sequence/*.py",), ("tests/sequence",)),
    "model": Part(("src/aftermove/model/*.py",), ("tests/model",)),
    "labelled": Part(
        ("src/aftermove/parsing/labelled.py",),
        ("tests/parsing/test_labelled.py", "tests/parsing/test_breaks.py"),
    ),
}


def undecorated(source: str) -> str:
    """
    The source with properties and validators made below their functions, and without caches.

    The same to whoever uses it, save for speed; but mutmut passes over decorated functions.
    """
    lines = source.splitlines()
    below: dict[int, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        indent = " " * node.col_offset
        for decorator in node.decorator_list:
            name = ast.unparse(decorator)
            if name == "cache":
                lines[decorator.lineno - 1] = ""
            elif name in ("property", "cached_property") or name.endswith(".validator"):
                lines[decorator.lineno - 1] = ""
                target = "" if "." in name else f"{node.name} = "
                made = f"{indent}{target}{name}({node.name})"
                below.setdefault(node.end_lineno or 0, []).append(made)
    together = ((line, *below.get(number, ())) for number, line in enumerate(lines, 1))
    return "\n".join(line for some in together for line in some) + "\n"


def copied(folder: Path, part: Part) -> None:
    """
    Brings the copy in *folder* up to date, and leaves what hasn't changed as old as it was.
    """
    settings = "".join(
        f"{name} = {json.dumps(list(values))}\n"
        for name, values in (
            ("only_mutate", part.sources),
            ("pytest_add_cli_args_test_selection", part.tests),
        )
    )
    mutated = {path for pattern in part.sources for path in _ROOT.glob(pattern)}
    for path in (_ROOT / "pyproject.toml", *_files("src"), *_files("tests")):
        content = path.read_bytes()
        if path in mutated:
            content = undecorated(content.decode()).encode()
        elif path.name == "pyproject.toml":
            content = content.replace(b"[tool.mutmut]\n", b"[tool.mutmut]\n" + settings.encode())
        there = folder / path.relative_to(_ROOT)
        if not there.exists() or there.read_bytes() != content:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
    for meta in folder.glob("mutants/**/*.meta"):
        told = json.loads(meta.read_text())
        results = told["exit_code_by_key"]
        told["exit_code_by_key"] = {name: code or None for name, code in results.items()}
        meta.write_text(json.dumps(told))


def _files(name: str) -> Iterator[Path]:
    for path in (_ROOT / name).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def run(folder: Path) -> None:
    """
    Tries each mutant of the copy, one at a time.
    """
    command = shutil.which("mutmut", path=Path(sys.executable).parent) or "mutmut"
    environment = os.environ | {"HYPOTHESIS_PROFILE": "mutants", "COLUMNS": "80"}
    environment.pop("PYTHONPATH", None)
    subprocess.run(  # noqa: S603  # our own command
        [command, "run", "--max-children", "1"], cwd=folder, env=environment, check=True
    )


def results(folder: Path) -> Iterator[tuple[str, Counter[str]]]:
    """
    By module, how many mutants were killed, lived, or hung.
    """
    for meta in sorted(folder.glob("mutants/**/*.meta")):
        codes = json.loads(meta.read_text())["exit_code_by_key"].values()
        path = meta.relative_to(folder / "mutants/src/aftermove").with_suffix("")
        yield path.as_posix(), Counter(map(_outcome, codes))


def _outcome(code: int | None) -> str:
    match code:
        case 0 | 33 | 5:
            return "survived"
        case 1 | 3:
            return "killed"
        case -24 | 24 | 36 | 152 | 255:
            return "hung"
    return f"untold ({code})"
