import re
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftermove as am
from aftermove import testing
from aftermove.codings.codes import codes_of
from aftermove.errors import FileAccessError, ModelError, UnknownNameError

QDA = "{urn:QDA-XML:project:1.0}"


def written(value: object, suffix: str) -> bytes:
    """
    The bytes of the file of that suffix.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        am.write_codings(value, path)  # type: ignore[arg-type]  # whatever a test gives
        return path.read_bytes()


def project(value: object) -> tuple[Element, dict[str, str]]:
    """
    The XML of a REFI-QDA project, and its texts by their paths.
    """
    with ZipFile(BytesIO(written(value, ".qdpx"))) as archive:
        root = fromstring(archive.read("project.qde"))  # noqa: S314  # our own
        texts = {
            name.removeprefix("sources/"): archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith("sources/")
        }
    return root, texts


def timed(analysis: am.SessionAnalysis, step: float = 2.0) -> am.SessionAnalysis:
    """
    The same with a start for each turn.
    """
    session = analysis.session
    turns = [attrs.evolve(turn, start=step * turn.index, end=None) for turn in session]
    return attrs.evolve(analysis, session=attrs.evolve(session, turns=turns))


@given(testing.session_analyses())
def test_each_selection_quotes_the_words_of_its_code(analysis: am.SessionAnalysis) -> None:
    """
    Where a code has evidence, its selections cover those words and no others; else its turn.
    """
    root, texts = project(analysis)
    names = {code.get("guid"): code.get("name") for code in root.iter(f"{QDA}Code")}
    (source,) = root.iter(f"{QDA}TextSource")
    text = texts[(source.get("plainTextPath") or "").removeprefix("internal://")]
    selected: dict[str | None, set[str]] = {}
    for selection in source:
        reference = selection.find(f"{QDA}Coding/{QDA}CodeRef")
        assert reference is not None
        name = names[reference.get("targetGUID")]
        start, end = (int(selection.get(f"{key}Position", "")) for key in ("start", "end"))
        assert 0 <= start < end <= len(text)
        selected.setdefault(name, set()).add(text[start:end])
    for code in codes_of(analysis):
        words = analysis.session[code.turn].text.replace("\r\n", " \n").replace("\r", "\n")
        for piece in code.evidence:
            covers = piece.span.of(words)
            shown = re.sub(
                "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", code.name
            )
            assert any(covers in each for each in selected[shown])


@given(testing.session_analyses())
def test_a_project_keeps_the_rules_of_its_form(analysis: am.SessionAnalysis) -> None:
    """
    Ids are GUIDs and unique, whatever is referred to is there, and the file is always the same.
    """
    root, _ = project(analysis)
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(set(guids)) == len(guids)
    assert all(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(g)) for g in guids)
    targets = {element.get("targetGUID") for element in root.iter(f"{QDA}CodeRef")}
    assert targets <= {code.get("guid") for code in root.iter(f"{QDA}Code")}
    assert [child.tag for child in root] == [
        f"{QDA}{name}" for name in ("Users", "CodeBook", "Sources")
    ]
    assert written(analysis, ".qdpx") == written(analysis, ".qdpx")


def test_several_sessions_share_their_codes() -> None:
    """
    One project holds each session as a document, and each code once.
    """
    coded = [
        am.SessionAnalysis.from_codes(id=name, valence=[0, 1], techniques=[["values"]])
        for name in "ab"
    ]
    root, texts = project(coded)
    assert len(texts) == 2
    names = [code.get("name") for code in root.iter(f"{QDA}Code")]
    assert names == ["behaviour", "other", "technique", "values"]


def test_elan_has_talk_and_codes_beneath_it(tmp_path: Path) -> None:
    """
    Talk is read back as it was, and each code hangs on the annotation of its turn.
    """
    talk = [
        ("patient", "I feel so tired & sad."),
        ("therapist", "That makes sense."),
        ("patient", "Yes."),
    ]
    analysis = timed(am.analyze(am.Session.from_pairs(talk, id="s")))
    path = tmp_path / "s.eaf"
    am.write_codings(analysis, path)
    back = am.read(path)
    assert [(turn.role.value, turn.text) for turn in back] == talk
    assert [(turn.start, turn.end) for turn in back] == [(0.0, 2.0), (2.0, 4.0), (4.0, 4.001)]
    root = fromstring(path.read_bytes())  # noqa: S314  # our own
    words = {
        each.get("ANNOTATION_ID"): each.findtext("ANNOTATION_VALUE")
        for each in root.iter("ALIGNABLE_ANNOTATION")
    }
    tiers = {tier.get("TIER_ID"): tier for tier in root.iter("TIER")}
    (technique,) = tiers["technique@2 Therapist"].iter("REF_ANNOTATION")
    assert words[technique.get("ANNOTATION_REF")] == "That makes sense."
    assert "validation" in (technique.findtext("ANNOTATION_VALUE") or "")
    valences = [
        each.findtext("ANNOTATION_VALUE")
        for each in tiers["valence@1 Patient"].iter("REF_ANNOTATION")
    ]
    assert valences == [f"{affect.valence:.2f}" for affect in analysis.affect]


@given(testing.session_analyses(), st.sampled_from([0.0, 0.5]))
def test_elan_files_are_sound(analysis: am.SessionAnalysis, step: float) -> None:
    """
    Any session that can be placed in time is sound XML with unique ids; others are refused.
    """
    analysis = timed(analysis, step)
    try:
        root = fromstring(written(analysis, ".eaf"))  # noqa: S314  # our own
    except ModelError as error:
        assert "begins before" in str(error)  # noqa: PT017  # one of two ways
        assert step == 0.0
        return
    ids = [each.get("ANNOTATION_ID") for each in root.iter() if each.get("ANNOTATION_ID")]
    assert len(set(ids)) == len(ids)
    slots = {
        slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE", "")) for slot in root.iter("TIME_SLOT")
    }
    aligned = list(root.iter("ALIGNABLE_ANNOTATION"))
    assert len(aligned) == len(analysis.session)
    assert all(slots[a.get("TIME_SLOT_REF1")] < slots[a.get("TIME_SLOT_REF2")] for a in aligned)
    tiers = [tier.get("TIER_ID") for tier in root.iter("TIER")]
    assert len(set(tiers)) == len(tiers)
    assert all(tier.get("PARENT_REF", tiers[0]) in tiers for tier in root.iter("TIER"))


def test_overlapping_turns_of_one_speaker_are_refused_for_elan() -> None:
    """
    A tier of ELAN's holds no two annotations at one time; those of two speakers may overlap.
    """
    talk = [
        ("patient", "I", 0.0, 2.0),
        ("therapist", "Yes?", 1.0, 3.0),
        ("patient", "so", 1.5, 4.0),
    ]
    turns = [
        am.Turn(index=i, speaker=am.Speaker(role, role), text=text, start=start, end=end)
        for i, (role, text, start, end) in enumerate(talk)
    ]
    written(am.analyze(am.Session(id="s", turns=turns[:2])), ".eaf")
    with pytest.raises(ModelError, match="turn 2: begins before the speaker's last turn ends"):
        written(am.analyze(am.Session(id="s", turns=turns)), ".eaf")


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """
    Each error is ours and tells what to do instead.
    """
    coded = am.SessionAnalysis.from_codes(id="s", valence=[0, 1], techniques=[[]])
    for value in ([], ["s"], [coded, coded]):
        with pytest.raises(ModelError, match="write_codings"):
            am.write_codings(value, tmp_path / "a.qdpx")  # type: ignore[arg-type]  # refused
    with pytest.raises(ModelError, match="turn 0: tells no start"):
        am.write_codings(coded, tmp_path / "a.eaf")
    other = am.SessionAnalysis.from_codes(id="t", valence=[], techniques=[])
    with pytest.raises(ModelError, match="one session to a file"):
        am.write_codings([coded, other], tmp_path / "a.eaf")
    with pytest.raises(UnknownNameError, match=r"known: \.eaf, \.qdpx"):
        am.write_codings(coded, tmp_path / "a.txt")
    with pytest.raises(FileAccessError, match="check the path"):
        am.write_codings(coded, tmp_path / "missing" / "a.qdpx")
