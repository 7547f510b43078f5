import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import aftermove as am
from aftermove.errors import ModelError, UnknownNameError

MODULE = """
import aftermove as am

class Detector:
    def detect(self, session):
        return [am.Move(turn=t.index, behaviour="input") for t in session.by_role("therapist")]

class Scorer:
    def score(self, session):
        return [am.Affect(turn=t.index, valence=0.5) for t in session.by_role("patient")]

def codebook():
    return am.Codebook.default()

def read(path):
    yield am.Session.from_pairs([("patient", "Tired."), ("therapist", "So?")], id=path)

def broken():
    raise RuntimeError("kestrel")

wrong = 5
"""
POINTS = """
[aftermove.detectors]
mine = kestrel_plugin:Detector
broken = kestrel_plugin:broken
absent = kestrel_plugin:absent
wrong = kestrel_plugin:codebook
[aftermove.scorers]
mine = kestrel_plugin:Scorer
[aftermove.codebooks]
mine = kestrel_plugin:codebook
[aftermove.formats]
mine = kestrel_plugin:read
wrong = kestrel_plugin:wrong
"""


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    A package with entry points is installed.
    """
    install(tmp_path, "kestrel_plugin", POINTS)
    (tmp_path / "kestrel_plugin.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("kestrel_plugin", None)


def install(folder: Path, name: str, points: str) -> None:
    """
    What an installer leaves of a package's metadata.
    """
    place = folder / f"{name}-1.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (place / "entry_points.txt").write_text(points)


def test_installed_packages_bring_their_plugins() -> None:
    """
    Names are told without loading; each kind is made, and takes the place of ours.
    """
    assert "mine" in am.plugins("detectors")
    assert "kestrel_plugin" not in sys.modules
    session = am.Session.from_pairs([("patient", "Tired."), ("therapist", "So?")])
    analysis = am.analyze(session, am.plugin("detectors", "mine"), am.plugin("scorers", "mine"))
    assert analysis.moves[0].behaviour is am.Behaviour.INPUT
    assert analysis.affect[0].valence == 0.5
    assert isinstance(am.plugin("codebooks", "mine"), am.Codebook)


def test_a_format_reads_for_a_study(tmp_path: Path) -> None:
    """
    A format's function is what study takes as read.
    """
    path = tmp_path / "a.odd"
    path.write_text("?")
    study = am.study(path, read=am.plugin("formats", "mine"))
    assert [session.source for session in study.sessions] == [str(path)]


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("detectors", "broken", "can't be loaded .RuntimeError"),
        ("detectors", "absent", "can't be loaded .AttributeError"),
        ("detectors", "wrong", "gives a Codebook"),
        ("formats", "wrong", "gives a int"),
    ],
)
def test_a_broken_plugin_is_named(kind: str, name: str, reason: str) -> None:
    """
    The error names the plugin and what to do, and has the plugin's own as its cause.
    """
    with pytest.raises(ModelError, match=reason) as caught:
        am.plugin(kind, name)  # type: ignore[call-overload]  # by parameters
    assert repr(name) in str(caught.value)
    assert "kestrel" not in str(caught.value)


def test_unknown_names_are_refused() -> None:
    """
    There are lists of the kinds, and of the names there are.
    """
    with pytest.raises(UnknownNameError, match="absent, broken, mine, wrong"):
        am.plugin("detectors", "other")
    with pytest.raises(UnknownNameError, match="detectors, scorers, codebooks, formats"):
        am.plugins("readers")  # type: ignore[arg-type]  # refused


def test_one_name_of_two_packages_is_refused(tmp_path: Path) -> None:
    """
    Which of the two is meant can't be told.
    """
    install(tmp_path, "other_plugin", "[aftermove.scorers]\nmine = kestrel_plugin:broken\n")
    with pytest.raises(ModelError, match="brought by two packages"):
        am.plugin("scorers", "mine")
