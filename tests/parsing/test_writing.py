from pathlib import Path

import pytest

from aftermove.errors import FileAccessError, ModelError, UnknownNameError
from aftermove.model import Session, Speaker, Turn
from aftermove.parsing import WRITERS, read, write

SPEAKERS = (Speaker("Therapist", "therapist"), Speaker("Client", "patient"))
TALK = ["How was the week?", "Long, with “no” rest.", "No rest?", "None; I lay awake, é."]
SESSION = Session(
    id="week",
    turns=[
        Turn(index=i, speaker=SPEAKERS[i % 2], text=text, start=2.0 * i, end=2.0 * i + 1.5)
        for i, text in enumerate(TALK)
    ],
)


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_each_form_is_known_again_by_its_content(tmp_path: Path, form: str) -> None:
    """
    What a writer makes is read without being told its form, under any name.
    """
    path = tmp_path / "week.data"
    write(SESSION, path, form)
    assert read(path).turns == SESSION.turns
    assert read(path, format=form.upper()).turns == SESSION.turns


@pytest.mark.parametrize("suffix", ["txt", "VTT", "json", "md"])
def test_the_suffix_tells_the_form(tmp_path: Path, suffix: str) -> None:
    """
    Without a form, the suffix tells it, in letters of any case.
    """
    path = tmp_path / f"week.{suffix}"
    write(SESSION, path)
    assert read(path).turns == SESSION.turns


def test_what_cant_be_written_leaves_no_file(tmp_path: Path) -> None:
    """
    An unknown form, a turn that the form can't hold and an impossible path are refused.
    """
    with pytest.raises(UnknownNameError, match="labelled"):
        write(SESSION, tmp_path / "week.pdf")
    with pytest.raises(ModelError, match="turns"):
        write(Session.from_pairs([("patient", "Tired.")]), tmp_path / "week.vtt")
    with pytest.raises(ModelError, match="takes a Session"):
        write([SESSION], tmp_path / "week.txt")  # type: ignore[arg-type]  # that it is refused is tested
    assert list(tmp_path.iterdir()) == []
    for name in ("none/week.txt", "a\0.txt"):
        with pytest.raises(FileAccessError):
            write(SESSION, tmp_path / name)
