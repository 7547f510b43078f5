import pickle

import pytest

from aftermove import errors

EVERY_ERROR = [
    errors.ModelError("Turn.start", "must be a number"),
    errors.TranscriptError(["no turns", "no label"], [None, 3], "a.txt"),
    errors.FileAccessError("a.txt", "No such file or directory"),
    errors.UnknownNameError("format", "pdf", ["labelled"]),
    errors.MissingExtraError("the command", "cli"),
    errors.DocumentError([("$", "not JSON")], "a.json"),
    errors.CodebookError([("techniques.x", "is missing")]),
    errors.LexiconError([("line 3", "no valence")], "a.tsv"),
]


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_an_error_is_ours_and_survives_pickling(error: errors.AftermoveError) -> None:
    """
    Each error derives from ours and from a built-in, and says the same after pickling.
    """
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301  # ours
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)
    assert isinstance(error, (ValueError, OSError, LookupError, ImportError))


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
        (EVERY_ERROR[3], "no format is called 'pdf'; known: labelled"),
        (EVERY_ERROR[4], "the command needs an extra: pip install 'aftermove[cli]'"),
        (EVERY_ERROR[6], "codebook: techniques.x: is missing"),
    ],
)
def test_messages_say_what_and_where(error: errors.AftermoveError, message: str) -> None:
    """
    A message names the place, what is wrong and the remedy.
    """
    assert str(error) == message
