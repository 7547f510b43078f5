from pathlib import Path

import pytest
from hypothesis import given

from aftermove import testing
from aftermove.errors import CodebookError, FileAccessError, ModelError, UnknownNameError
from aftermove.language import Passage
from aftermove.techniques import Codebook, Technique
from aftermove.techniques.cues import CueIndex

OWN = """
family = "own"

[sand_play]
name = "Sand play"
definition = "Builds a scene in sand."
source = "Our own"
near_misses = ["A day at the beach."]

[sand_play.cues.tray]
phrases = ["sand tray"]
weight = 4
match = "Come to the sand tray."
near_miss = "Tea on a tray."

[sand_play.cues.build]
pattern = "<gate> ~ sand"
gate = ["build", "make"]

[values]
name = "Values, our way"
definition = "What counts."
source = "Our own"
"""


def _load(tmp_path: Path, text: str) -> Codebook:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return Codebook.load(path)


def test_every_technique_is_described() -> None:
    """
    Each technique that ships has a family, words for all fields, near misses, and cues.
    """
    for technique in Codebook.default().values():
        assert technique.name
        assert technique.definition.endswith(".")
        assert technique.source
        assert technique.near_misses
        assert technique.cues


def test_ids_of_cues_are_unique() -> None:
    """
    No two cues share an id, and each begins with its technique's.
    """
    book = Codebook.default()
    ids = [cue.id for technique in book.values() for cue in technique.cues]
    assert len(ids) == len(set(ids))
    assert all(cue.id.startswith(t.id + ".") for t in book.values() for cue in t.cues)


def test_the_default_is_made_once() -> None:
    """
    The default codebook is one object.
    """
    assert Codebook.default() is Codebook.default()
    assert repr(Codebook.default()) == "<Codebook: 40 techniques>"


def test_a_technique_is_looked_up_by_id() -> None:
    """
    A known id gives its technique; an unknown one is refused with the known ones.
    """
    book = Codebook.default()
    assert book["values"].family == "act"
    assert list(book) == list(book.techniques)
    with pytest.raises(UnknownNameError, match="defusion"):
        book["sand_play"]


def test_a_user_s_file_adds_and_replaces(tmp_path: Path) -> None:
    """
    Extending keeps the order, replaces namesakes in place and adds the rest at the end.
    """
    book = Codebook.default()
    both = book.extend(_load(tmp_path, OWN))
    assert both.techniques == (*book.techniques, "sand_play")
    assert both["values"].name == "Values, our way"
    assert [cue.id for cue in both["sand_play"].cues] == ["sand_play.tray", "sand_play.build"]


def test_a_class_of_words_stands_for_its_words(tmp_path: Path) -> None:
    """
    A class in braces is spelt out in phrases, patterns and gates; an unknown one is refused.
    """
    own = """
        family = "own"
        [a]
        name = "a"
        definition = "a"
        source = "a"
        [a.cues.phrase]
        phrases = ["paint the {feeling}"]
        [a.cues.pattern]
        pattern = "(?:draw|{saying}) <gate>"
        gate = ["{mind}", "it"]
    """
    phrase, pattern = _load(tmp_path, own)["a"].cues
    assert "grief" in phrase.phrases[0].split("|")
    assert "brain" in pattern.gate
    assert pattern.gate[-1] == "it"
    assert CueIndex([pattern]).find(Passage("Whisper it."))
    with pytest.raises(CodebookError, match="feeling"):
        _load(tmp_path, own.replace("{mind}", "{colour}"))


@given(testing.codebooks(), testing.codebooks())
def test_extending_keeps_every_technique(one: Codebook, other: Codebook) -> None:
    """
    After extending, all of the other's techniques are in it, and all ids of both, once.
    """
    both = one.extend(other)
    assert set(both.techniques) == {*one.techniques, *other.techniques}
    assert all(both[name] == other[name] for name in other)
    assert one.extend(one) == one


def test_every_problem_of_a_file_is_listed(tmp_path: Path) -> None:
    """
    A bad file is refused with all that is wrong, each with its path.
    """
    text = """
        stray = 3
        [a]
        name = " "
        definition = "x"
        source = "y"
        near_misses = "z"
        colour = "red"
        [a.cues.no_words]
        [a.cues.heavy]
        phrases = ["b"]
        weight = 11
        match = 3
        [a.cues.slow]
        pattern = ".* <gate>"
        gate = ["b"]
        [a.cues]
        flat = 1
        [b]
        name = "b"
        definition = "b"
        source = "b"
        cues = []
    """
    with pytest.raises(CodebookError) as caught:
        _load(tmp_path, text)
    assert {path for path, _ in caught.value.problems} == {
        "family",
        "stray",
        "a.name",
        "a.near_misses",
        "a.colour",
        "a.cues.no_words",
        "a.cues.heavy.weight",
        "a.cues.heavy.match",
        "a.cues.slow",
        "a.cues.flat",
        "b.cues",
    }
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"= 3", b""])
def test_a_file_that_is_no_codebook_is_refused(tmp_path: Path, content: bytes) -> None:
    """
    Bytes that aren't TOML in UTF-8, or describe nothing, are refused with our error.
    """
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(CodebookError):
        Codebook.load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """
    A file that isn't there is refused with our error, which names it.
    """
    with pytest.raises(FileAccessError, match="nowhere"):
        Codebook.load(tmp_path / "nowhere.toml")


def test_a_technique_comes_once() -> None:
    """
    Two techniques of one id make no codebook.
    """
    one = Technique(id="a", name="a", family="a", definition="a", source="a")
    with pytest.raises(ModelError, match="once"):
        Codebook([one, one])


def test_the_reference_page_is_up_to_date() -> None:
    """
    The reference page describes every technique in the codebook's own words.
    """
    page = Path(__file__).parents[2] / "docs" / "reference" / "codebook.md"
    text = page.read_text(encoding="utf-8")
    for technique in Codebook.default().values():
        assert f"### `{technique.id}`" in text
        assert technique.definition in text


def test_every_technique_has_a_page() -> None:
    """
    Each technique's page tells its definition and each of its cues' examples.
    """
    folder = Path(__file__).parents[2] / "docs" / "reference" / "techniques"
    assert {path.stem for path in folder.glob("*.md")} == set(Codebook.default())
    for technique in Codebook.default().values():
        text = (folder / f"{technique.id}.md").read_text(encoding="utf-8")
        assert technique.definition in text
        assert all(cue.match in text and cue.near_miss in text for cue in technique.cues)
