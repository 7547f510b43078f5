"""
The same input and seed give the same bytes in any process, and the same findings in any Python.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import aftermove as am

EXAMPLE = Path(__file__).parent.parent / "examples" / "borrowed_room.txt"
SOURCE = Path(am.__file__).parent.parent

PROGRAM = r"""
import hashlib, json, pathlib, random, re, sys, tempfile
import aftermove as am

def tell(name, text):
    number = r"-?[0-9]+[.][0-9]+(?:e-?[0-9]+)?"
    rounded = re.sub(number, lambda found: format(float(found[0]), ".9f"), text)
    print(name, *(hashlib.sha256(each.encode()).hexdigest() for each in (text, rounded)))

analysis = am.analyze(am.read(sys.argv[1]))
tell("analysis", am.dumps(analysis))
tell("page", analysis.to_html())
draw = random.Random(4711)
techniques = ["validation", "affirmation", "confrontation"]
coded = [
    am.SessionAnalysis.from_codes(
        id=f"s{number}",
        patient=f"p{number // 2}",
        valence=[round(draw.uniform(-1, 1), 3) for _ in range(13)],
        techniques=[draw.sample(techniques, draw.randint(0, 2)) for _ in range(12)],
    )
    for number in range(12)
]
study = am.study([analysis, *coded])
with tempfile.TemporaryDirectory() as folder:
    kept = pathlib.Path(folder, "study.jsonl")
    study.save(kept)
    tell("study", kept.read_text(encoding="utf-8"))
effects = study.effects(permutations=50, seed=7)
assert sum(effect.p_permuted is not None for effect in effects) >= 3
tell("effects", json.dumps(effects.to_dicts()))
"""


def _told(python: str, hash_seed: str = "0") -> str:
    """
    What an interpreter of its own makes of the example.

    For each result its name, the hash of its bytes, and that with numbers cut to nine places.
    """
    run = subprocess.run(  # noqa: S603  # our own words alone
        [python, "-c", PROGRAM, str(EXAMPLE)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": hash_seed},
    )
    return run.stdout


def _rounded(told: str) -> list[tuple[str, str]]:
    return [(line.split()[0], line.split()[2]) for line in told.splitlines()]


def _can_run(python: str) -> bool:
    """
    Whether it is a Python that has what the library needs.
    """
    run = subprocess.run(  # noqa: S603  # our own words alone
        [python, "-c", "import attrs, cattrs, numpy, regex"], capture_output=True, check=False
    )
    return run.returncode == 0


@pytest.fixture(scope="module")
def expected() -> str:
    """
    What this Python makes of the example, with a hash seed of nothing in particular.
    """
    told = _told(sys.executable)
    assert [line.split()[0] for line in told.splitlines()] == [
        "analysis",
        "page",
        "study",
        "effects",
    ]
    return told


@pytest.mark.parametrize("hash_seed", ["1", "4711"])
def test_the_hash_seed_makes_no_difference(hash_seed: str, expected: str) -> None:
    """
    Documents, pages and permutation tests are the same to the byte in processes of other seeds.
    """
    assert _told(sys.executable, hash_seed) == expected


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13", "python3.14"])
def test_the_version_of_python_makes_no_difference(name: str, expected: str) -> None:
    """
    Other Pythons on this machine find the same, with numbers equal to nine places.

    Not to the last: since 3.12 `sum` makes up for the rounding of floats.
    """
    # A folder of interpreters may be named, since those on the path seldom have our dependencies.
    path = os.pathsep.join(filter(None, [os.environ.get("AFTERMOVE_PYTHONS"), os.environ["PATH"]]))
    python = shutil.which(name, path=path)
    if python is None or not _can_run(python):
        pytest.skip(f"no {name} with attrs, cattrs, numpy and regex on this machine")
    assert _rounded(_told(python)) == _rounded(expected)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_make_no_difference(newline: str, tmp_path: Path) -> None:
    """
    The example saved with the line ends of other platforms is the same session, to the byte.
    """
    original = EXAMPLE.read_text(encoding="utf-8")
    copy = tmp_path / EXAMPLE.name
    copy.write_text(original, encoding="utf-8", newline=newline)
    assert copy.read_bytes() != EXAMPLE.read_bytes()
    session = am.read(copy)
    assert am.dumps(session) == am.dumps(am.read(EXAMPLE))
    assert am.dumps(am.analyze(session)) == am.dumps(am.analyze(am.read(EXAMPLE)))
