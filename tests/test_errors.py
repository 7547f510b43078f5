import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from aftermove import errors
from aftermove.affect import Lexicon
from aftermove.model import SessionAnalysis
from aftermove.techniques import Codebook, Crosswalk, Cue

SESSION = SessionAnalysis.from_codes(id="s", valence=[0.0], techniques=[])

EVERY_ERROR = [
    errors.ModelError("Turn.start", "must be a number"),
    errors.TranscriptError(["no turns", "no label"], [None, 3], "a.txt"),
    errors.TranscriptProblemsError(["no turns", "no label"], [None, 3], "a.txt"),
    errors.FileAccessError("a.txt", "No such file or directory"),
    errors.UnknownNameError("format", "pdf", ["labelled"]),
    errors.MissingExtraError("the command", "cli"),
    errors.DocumentError([("$", "not JSON")], "a.json"),
    errors.CodebookError([("techniques.x", "is missing")]),
    errors.CrosswalkError([("labels", "is missing")], "a.toml"),
    errors.LexiconError([("line 3", "no valence")], "a.tsv"),
    errors.ContractError([("one move for each therapist turn", "session 'empty'")]),
    errors.PatternTimeoutError("mine.slow", 1.0),
]


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_an_error_is_ours_and_survives_pickling(error: errors.AftermoveError) -> None:
    """
    Each error derives from ours and from a built-in, and says the same after pickling.
    """
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301  # ours
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)
    assert isinstance(error, (ValueError, OSError, LookupError, ImportError, AssertionError))


def test_every_error_is_tried() -> None:
    """
    The list above holds each public error.
    """
    assert {type(error).__name__ for error in EVERY_ERROR} | {"AftermoveError"} == set(
        errors.__all__
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (EVERY_ERROR[1], "a.txt: no turns\nline 3: no label"),
        (EVERY_ERROR[4], "no format is called 'pdf'; known: labelled"),
        (errors.UnknownNameError("plugin", "p", ()), "no plugin is called 'p'; known: none"),
        (EVERY_ERROR[5], "an extra is missing for the command: pip install 'aftermove[cli]'"),
        (EVERY_ERROR[7], "codebook: techniques.x: is missing"),
    ],
)
def test_messages_say_what_and_where(error: errors.AftermoveError, message: str) -> None:
    """
    A message names the place, what is wrong and the remedy.
    """
    assert str(error) == message


def test_problems_can_be_caught_one_by_one() -> None:
    """
    The error of all problems is a group: ``except*`` and `split` give the errors of some of them.
    """
    whole = errors.TranscriptProblemsError(["no role", "no talk"], [None, 3], "a.txt")
    second, first = whole.split(lambda error: error.lines == (3,))
    assert (str(first), str(second)) == ("a.txt: no role", "a.txt: line 3: no talk")
    assert isinstance(second, errors.TranscriptProblemsError)


@pytest.mark.parametrize(
    "content", ["a = " + "[" * 100_000, "a = " + "9" * 5_000, "\N{BYTE ORDER MARK}a = ?"]
)
def test_hostile_data_files_are_refused(tmp_path: Path, content: str) -> None:
    """
    A data file nested or numbered beyond measure is refused with an error of ours.
    """
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(errors.CodebookError):
        Codebook.load(path)
    with pytest.raises(errors.LexiconError):
        Lexicon.load(path)
    with pytest.raises(errors.CrosswalkError):
        Crosswalk.load(path)


@pytest.mark.parametrize("load", [Codebook.load, Crosswalk.load, Lexicon.load, SESSION.to_html])
def test_impossible_paths_are_refused(load: Callable[[str], object]) -> None:
    """
    A path that no system takes is refused as a file that can't be had.
    """
    with pytest.raises(errors.FileAccessError):
        load("a\0.toml")


@pytest.mark.parametrize("pattern", ["<gate> a{1000}", "<gate> a{0,99999999999999999999}"])
def test_long_repetitions_are_refused(pattern: str) -> None:
    """
    A pattern that repeats a hundred times or more is refused.
    """
    with pytest.raises(errors.ModelError, match="by 99 at most"):
        Cue(id="a.b", pattern=pattern, gate=["a"], weight=1.0)
