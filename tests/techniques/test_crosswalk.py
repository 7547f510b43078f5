from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given

from aftermove import testing
from aftermove.errors import CrosswalkError, FileAccessError, ModelError, UnknownNameError
from aftermove.model import Behaviour, Intervention, Move, SessionAnalysis
from aftermove.techniques import Codebook, Crosswalk
from aftermove.techniques.crosswalk import SCHEMES

OWN = """
scheme = "Our team's"
source = "Our own manual"
one_label = true

[defaults]
question = "ASK"

[labels.ASK]
name = "Asks"
behaviours = ["question"]

[labels.CALM]
name = "Calms"
group = "kind"
behaviours = ["other", "input"]
when = [
  { techniques = ["reassurance", "relaxation"], without = ["question"] },
  { techniques = ["validation"], with = ["affirmation"] },
]
"""


def _move(behaviour: str, **confidence_by_technique: float) -> Move:
    found = [
        Intervention(turn=1, technique=name, confidence=share)
        for name, share in confidence_by_technique.items()
    ]
    return Move(turn=1, behaviour=behaviour, interventions=found)


def _load(folder: Path, text: str, codebook: Codebook | None = None) -> Crosswalk:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return Crosswalk.load(path, codebook=codebook)


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_ships_with_its_source(name: str) -> None:
    """
    Each scheme loads once, cites a source, and describes each of its labels.
    """
    crosswalk = Crosswalk.load(name)
    assert crosswalk is Crosswalk.load(name)
    assert crosswalk.source
    assert len(crosswalk) == len({label.id for label in crosswalk}) > 2


@pytest.mark.parametrize("name", SCHEMES)
def test_question_and_reflection_are_told_in_every_scheme(name: str) -> None:
    """
    A turn that asks or reflects has a label in every scheme, and the two differ.
    """
    crosswalk = Crosswalk.load(name)
    asked, reflected = (crosswalk.of(_move(main)) for main in ("question", "reflection"))
    assert asked
    assert reflected
    assert asked[0] != reflected[0]


@pytest.mark.parametrize(
    ("scheme", "move", "labels"),
    [
        ("miti", _move("input", advice=0.8), ("Persuade",)),
        ("miti", _move("input", advice=0.8, autonomy_support=0.5), ("Persuade with", "Emphasize")),
        ("miti", _move("question", autonomy_support=0.9), ("Seek",)),
        ("miti", _move("reflection", simple_reflection=0.9, complex_reflection=0.4), ("CR",)),
        ("miti", _move("other", encourager=0.9), ()),
        ("miti", _move("question", homework=0.9), ("Q",)),
        ("misc", _move("other", validation=0.9, affirmation=0.4), ("SU", "AF")),
        ("annomi", _move("question", open_question=0.6), ("question", "open")),
        ("annomi", _move("input", problem_solving=0.6), ("therapist_input", "options")),
        ("annomi", _move("other", validation=0.6), ("other",)),
        ("esconv", _move("input", validation=0.9, advice=0.4), ("Providing Suggestions",)),
        ("esconv", _move("reflection", complex_reflection=0.7), ("Reflection of feelings",)),
        ("esconv", _move("other", open_question=1.0), ("Question",)),
        ("bolt", _move("question", emotion_exploration=0.5), ("Questions on Emotions",)),
        (
            "epitome",
            _move("reflection", validation=0.9),
            ("interpretations", "emotional_reactions"),
        ),
    ],
)
def test_a_move_gets_the_labels_of_a_scheme(
    scheme: str, move: Move, labels: tuple[str, ...]
) -> None:
    """
    Labels follow from techniques and behaviour, the main one first.
    """
    assert Crosswalk.load(scheme).of(move) == labels


def test_techniques_and_labels_lead_to_each_other() -> None:
    """
    The labels of a technique name that technique, and only theirs do.
    """
    for name in SCHEMES:
        crosswalk = Crosswalk.load(name)
        for technique in Codebook.default():
            of_technique = crosswalk.labels_of(technique)
            assert of_technique == tuple(
                label.id for label in crosswalk if technique in label.techniques
            )


def test_a_session_is_exported_without_its_words() -> None:
    """
    Each move gives a row with the session, the turn, the main label and all of them.
    """
    coded = SessionAnalysis.from_codes(
        id="s1", valence=[0, 0, 0], techniques=[["advice", "affirmation"], ["encourager"]]
    )
    rows = Crosswalk.load("miti").to_dicts(coded)
    assert rows == [
        {"session": "s1", "turn": 1, "main": "AF", "labels": ("AF", "Persuade")},
        {"session": "s1", "turn": 3, "main": None, "labels": ()},
    ]
    with pytest.raises(ModelError, match="SessionAnalysis"):
        Crosswalk.load("miti").to_dicts("s1")  # type: ignore[arg-type]  # what is refused


@given(testing.crosswalks(), testing.session_analyses())
def test_labels_are_of_the_scheme_and_come_once(
    crosswalk: Crosswalk, analysis: SessionAnalysis
) -> None:
    """
    Every label is one of the scheme's, comes once, and alone where the scheme gives one only.
    """
    for move in analysis.moves:
        labels = crosswalk.of(move)
        assert len(set(labels)) == len(labels) <= (1 if crosswalk.one_label else len(crosswalk))
        assert all(crosswalk[label].id == label for label in labels)
        if move.behaviour is not Behaviour.OTHER and move.behaviour in crosswalk.defaults:
            assert labels


def test_a_file_of_one_s_own_is_read(tmp_path: Path) -> None:
    """
    A user's file loads by the same loader, from a path or its name.
    """
    crosswalk = _load(tmp_path, OWN)
    assert crosswalk == Crosswalk.load(str(tmp_path / "own.toml"))
    assert crosswalk.in_group("kind") == ("CALM",)
    assert crosswalk.of(_move("question")) == ("ASK",)
    assert crosswalk.of(_move("question", reassurance=0.9)) == ("ASK",)
    assert crosswalk.of(_move("input", reassurance=0.9)) == ("CALM",)
    assert crosswalk.of(_move("other", validation=0.9)) == ()
    assert crosswalk.of(_move("other", validation=0.9, affirmation=0.2)) == ("CALM",)
    assert repr(crosswalk) == "<Crosswalk: Our team's, 2 labels>"


def test_a_file_may_name_the_techniques_of_its_codebook(tmp_path: Path) -> None:
    """
    Techniques of one's own are known once their codebook is told.
    """
    text = OWN.replace("relaxation", "sand_play")
    with pytest.raises(CrosswalkError, match="'sand_play' isn't known"):
        _load(tmp_path, text)
    own = tmp_path / "book.toml"
    own.write_text(
        'family = "own"\n[sand_play]\nname = "Sand"\ndefinition = "Sand."\nsource = "Ours"\n',
        encoding="utf-8",
    )
    book = Codebook.default().extend(Codebook.load(own))
    assert _load(tmp_path, text, book).labels_of("sand_play") == ("CALM",)


def test_every_problem_of_a_crosswalk_is_listed(tmp_path: Path) -> None:
    """
    A bad file is refused with all that is wrong, each with its path.
    """
    text = """
        scheme = " "
        one_label = "yes"
        colour = "red"
        [defaults]
        question = "Z"
        asking = "A"
        [labels.A]
        name = 3
        group = ""
        behaviours = ["asking"]
        shade = 1
        when = [
          { techniques = ["adivce"] },
          { with = ["advice"] },
          { techniques = "advice", on = 1 },
        ]
        [labels.B]
        name = "B"
        when = 3
        [labels]
        C = 3
        "" = { name = "blank" }
    """
    with pytest.raises(CrosswalkError) as caught:
        _load(tmp_path, text)
    assert {path for path, _ in caught.value.problems} == {
        "scheme",
        "source",
        "one_label",
        "colour",
        "defaults.question",
        "defaults.asking",
        "labels.A.name",
        "labels.A.group",
        "labels.A.behaviours[0]",
        "labels.A.shade",
        "labels.A.when[0].techniques[0]",
        "labels.A.when[1].techniques",
        "labels.A.when[2].techniques",
        "labels.A.when[2].on",
        "labels.B.when",
        "labels.C",
        "labels.",
    }


@pytest.mark.parametrize("content", [b"\xff\xfe", b"= 3", b"", b"defaults = 3", b"labels = 3"])
def test_a_file_that_is_no_crosswalk_is_refused(tmp_path: Path, content: bytes) -> None:
    """
    Bytes that aren't TOML in UTF-8, or describe nothing, are refused with our error.
    """
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(CrosswalkError):
        Crosswalk.load(path)


def test_unknown_names_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    """
    A scheme, a label, a group or a file that isn't there is refused.
    """
    with pytest.raises(UnknownNameError, match="annomi, bolt"):
        Crosswalk.load("mity")
    with pytest.raises(UnknownNameError, match="Persuade"):
        Crosswalk.load("miti")["persuade"]
    with pytest.raises(UnknownNameError, match="MI-adherent"):
        Crosswalk.load("miti").in_group("adherent")
    with pytest.raises(FileAccessError, match="nowhere"):
        Crosswalk.load(tmp_path / "nowhere.toml")


@given(testing.crosswalks().filter(len))
def test_a_label_comes_once_and_defaults_are_labels(crosswalk: Crosswalk) -> None:
    """
    A label that comes twice, or a default that is none of the labels, makes no crosswalk.
    """
    with pytest.raises(ModelError, match="once"):
        evolve(crosswalk, labels=crosswalk.labels * 2)
    with pytest.raises(ModelError, match="one of the labels"):
        evolve(crosswalk, defaults={Behaviour.QUESTION: "\n"})
