from pathlib import Path

import pytest
from hypothesis import given

from aftermove import testing
from aftermove.affect import Entry, Lexicon
from aftermove.affect.phrases import _choices, _modifier_phrases
from aftermove.errors import FileAccessError, LexiconError, ModelError
from aftermove.model import State

HEADER = "phrase\tvalence\tarousal\tstance\tstates\n"


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _problems(path: Path) -> dict[str, str]:
    with pytest.raises(LexiconError) as caught:
        Lexicon.load(path)
    return dict(caught.value.problems)


def test_the_default_lexicon_is_broad_and_made_once() -> None:
    """
    The default holds thousands of phrases, shows every state, and is the same object each time.
    """
    lexicon = Lexicon.default()
    assert lexicon is Lexicon.default()
    assert sum(len(entry.phrases) for entry in lexicon) > 1_500
    assert {state for entry in lexicon for state in entry.states} == set(State)


def test_the_default_lexicon_names_each_sense_once() -> None:
    """
    No two entries share an id, and none holds a phrase twice.
    """
    lexicon = Lexicon.default()
    assert len({entry.id for entry in lexicon}) == len(lexicon)
    for entry in lexicon:
        assert len(set(entry.phrases)) == len(entry.phrases), entry.id


def test_phrases_are_talk_of_a_few_words() -> None:
    """
    Every phrase is lower case and of at most eight words, so that no two lines have run together.
    """
    for entry in Lexicon.default():
        for phrase in entry.phrases:
            assert phrase == phrase.lower() == " ".join(phrase.split())
            assert len(phrase.split()) <= 8, phrase


@given(testing.lexicons(), testing.lexicons())
def test_extending_keeps_every_entry(first: Lexicon, second: Lexicon) -> None:
    """
    A lexicon extended by another holds the entries of both, its own first.
    """
    assert tuple(first.extend(second)) == (*first, *second)


def test_the_later_entry_counts() -> None:
    """
    A user's entry takes a phrase over from the default.
    """
    mine = Lexicon([Entry(id="mine.heavy", phrases=["heavy"], valence=0.5)])
    assert [e.id for e in Lexicon.default().extend(mine).of("Heavy.")] == ["mine.heavy"]


def test_a_toml_file_is_read(tmp_path: Path) -> None:
    """
    A table becomes an entry named after file and table.
    """
    text = '[wired]\nphrases = "wired, buzz|buzzed\\n all over"\narousal = 0.7\n'
    lexicon = Lexicon.load(_written(tmp_path, "mine.toml", text))
    (entry,) = lexicon
    assert (entry.id, entry.phrases) == ("mine.wired", ("wired", "buzz|buzzed all over"))
    assert (entry.valence, entry.arousal) == (0.0, 0.7)


def test_a_tsv_file_is_read(tmp_path: Path) -> None:
    """
    A row becomes an entry; comments and blank lines are passed over, missing cells are 0.
    """
    text = f"# ours\n{HEADER}\nfull up\t-0.5\t0.2\t\tanxiety=0.5 anger=0.1\nchuffed\t0.6\n"
    full, chuffed = Lexicon.load(_written(tmp_path, "mine.tsv", text))
    assert full.id == "mine.full_up"
    assert full.states == {State.ANXIETY: 0.5, State.ANGER: 0.1}
    assert (chuffed.valence, chuffed.stance, dict(chuffed.states)) == (0.6, 0.0, {})


def test_columns_may_be_few_and_in_any_order(tmp_path: Path) -> None:
    """
    A table of phrases with one value will do, and the heading tells which value it is.
    """
    text = "Arousal\tphrase \n0.4\t wired up\n\tflat\n"
    wired, flat = Lexicon.load(_written(tmp_path, "mine.tsv", text))
    assert (wired.phrases, wired.arousal, wired.valence) == (("wired up",), 0.4, 0.0)
    assert (flat.id, flat.arousal) == ("mine.flat", 0.0)


def test_all_problems_of_a_toml_file_are_told(tmp_path: Path) -> None:
    """
    Each problem comes with its path, and none keeps the others from being found.
    """
    text = """
    top = 1
    [a]
    phrases = ""
    [b]
    phrases = "x"
    valence = 2
    colour = "red"
    [c]
    phrases = 3
    states = { gloom = 0.5 }
    [d]
    phrases = "y"
    states = { joy = true }
    """
    found = _problems(_written(tmp_path, "mine.toml", text))
    assert list(found) == [
        "top",
        "a.phrases",
        "b.colour",
        "b.valence",
        "c.phrases",
        "c.states",
        "d.states",
    ]
    assert "sadness" in found["c.states"]


def test_all_problems_of_a_tsv_file_are_told(tmp_path: Path) -> None:
    """
    Each bad row is told by its line.
    """
    text = (
        f"{HEADER}ok\t0.1\nhigh\t3\nword\tlow\n\t0.1\nlong\t1\t1\t1\tjoy=1\tmore\nx\t0\t0\t0\tjoy\n"
    )
    found = _problems(_written(tmp_path, "mine.tsv", text))
    assert list(found) == ["line 3.valence", "line 4", "line 5", "line 6", "line 7"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.toml", b"[a"),
        ("mine.toml", b""),
        ("mine.toml", b"\xff\xfe"),
        ("mine.tsv", b"word\tvalence\n"),
        ("mine.tsv", b"valence\tarousal\n"),
        ("mine.tsv", b"phrase\tvalence\tvalence\n"),
        ("mine.tsv", b"phrase\tmood\n"),
        ("mine.tsv", b"# nothing\n"),
        ("mine.tsv", HEADER.encode()),
    ],
)
def test_files_of_another_form_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """
    What is no TOML or TSV of ours, or holds no entry, is refused as a lexicon.
    """
    path = tmp_path / name
    path.write_bytes(content)
    assert _problems(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """
    A file that isn't there is told by its path.
    """
    with pytest.raises(FileAccessError, match=r"absent\.toml"):
        Lexicon.load(tmp_path / "absent.toml")


def test_entries_check_themselves() -> None:
    """
    A valence beyond 1, or a state that there isn't, makes no entry.
    """
    with pytest.raises(ModelError):
        Entry(id="a", phrases=["x"], valence=1.5)
    with pytest.raises(ModelError):
        Entry(id="a", phrases=["x"], states={"gloom": 0.5})  # type: ignore[dict-item]
    with pytest.raises(ModelError):
        Entry(id="a", phrases=["x"], states={State.JOY: 2.0})
    for mark in " -":
        with pytest.raises(ModelError, match="choices of words"):
            Entry(id="a", phrases=[mark.join(["a|b|c|d|e"] * 6)])


def test_the_repr_holds_no_phrase() -> None:
    """
    A lexicon tells how many entries it has.
    """
    lexicon = Lexicon([Entry(id="a", phrases=["x"])])
    assert repr(lexicon) == "<Lexicon: 1 entries>"
    assert lexicon.of("x") == ()


def test_no_entry_is_a_modifier_alone() -> None:
    """
    No phrase is a bare "not" or "very", which would then modify nothing any more.
    """
    modifiers = {phrase for phrase, kind in _modifier_phrases() if kind in {"negate", "strengthen"}}
    phrases = {c for e in Lexicon.default() for p in e.phrases for c in _choices(p)}
    assert not phrases & modifiers


def test_phrases_refer_to_lists_of_words(tmp_path: Path) -> None:
    """
    A name in braces stands for any word of the list.
    """
    path = tmp_path / "mine.toml"
    path.write_text(
        '[words]\nkin = "mum, dad"\n[near]\nvalence = 0.5\nphrases = "hugged my {kin}"\n'
    )
    lexicon = Lexicon.load(path)
    assert [entry.id for entry in lexicon.of("I hugged my dad.")] == ["mine.near"]
    assert lexicon.of("I hugged my dog.") == ()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('words = 3\n[a]\nphrases = "x"', "words"),
        ('[words]\nkin = "my mum"\n[a]\nphrases = "x"', "words.kin"),
        ('[words]\nkin = "mum"\n[a]\nphrases = "{kith} x"', "a.phrases"),
        (f'[words]\nn = "{",".join("abcdefghij")}"\n[a]\nphrases = "{"{n} " * 9}"', "a.phrases"),
    ],
)
def test_lists_that_cannot_be_are_refused(tmp_path: Path, content: str, problem: str) -> None:
    """
    Each problem is told with its place.
    """
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(LexiconError) as caught:
        Lexicon.load(path)
    assert [place for place, _ in caught.value.problems] == [problem]
