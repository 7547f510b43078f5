import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftermove as am
from aftermove import testing
from aftermove._run_study import study, study_in_parts
from aftermove._study_files import HEADER, from_lines
from aftermove.errors import (
    DocumentError,
    FileAccessError,
    MissingExtraError,
    ModelError,
    TranscriptError,
    UnknownNameError,
)
from aftermove.sequence.coded import CodedMove, CodedSession, Talk
from aftermove.sequence.codes import sequences_of
from aftermove.sequence.simulation import Simulation
from aftermove.studies import Study, StudyProblem

TALK = "Therapist: How was the week?\nPatient: A kestrel.\n"

TALK = "P: Bad, {0}.\nT: What is it like?\nP: Tired {0}.\nT: That makes sense.\nP: Relieved.\n"
LINE = "{{'id': 'a', 'patient': null, 'source': null, 'moves': {0}, 'talk': {1}}}"
MOVE = "[[1, 'other', [], 0, null]]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A folder with five transcripts, one of them no transcript, and what no study reads.
    """
    for number in range(5):
        (tmp_path / f"week {number}.txt").write_text(TALK.format(number))
    (tmp_path / "week 3.txt").write_text("A kestrel hovered.")
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "week 9.txt").write_text(TALK.format(9))
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "week 8.txt").write_text(TALK.format(8))
    (tmp_path / ".week 7.txt").write_text(TALK.format(7))
    return tmp_path


class Refusing:
    """
    A model of a user's own that quotes the talk as it fails.
    """

    def score(self, session: am.Session) -> Sequence[am.Affect]:
        """
        Never anything.
        """
        raise RuntimeError(session[0].text)


def test_a_folder_is_read_file_by_file(folder: Path) -> None:
    """
    Files come in order, from folders within too; one that can't be read is a problem.
    """
    whole = study(folder)
    names = [Path(session.source or "").name for session in whole.sessions]
    assert names == ["week 0.txt", "week 1.txt", "week 2.txt", "week 4.txt", "week 9.txt"]
    assert [session.id for session in whole.sessions] == [Path(name).stem for name in names]
    (problem,) = whole.problems
    assert problem.source == str(folder / "week 3.txt")
    assert "label" in problem.reason
    assert "kestrel" not in problem.reason
    assert repr(whole) == "<Study: 5 sessions of 5 patients, 10 moves, 1 problem>"


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same(folder: Path, kind: type[Executor]) -> None:
    """
    Wherever the items are analysed, and however many at a time, the study is the same.
    """
    with kind() as executor:
        assert study(folder, executor, batch_size=2) == study(folder)


def test_only_so_many_batches_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Items are taken as there is room for them, not all at once.
    """
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    taken = 0

    def items() -> Iterator[am.SessionAnalysis]:
        nonlocal taken
        for taken in range(1, 41):
            yield am.SessionAnalysis.from_codes(id=str(taken), valence=[0.0], techniques=[])

    with ThreadPoolExecutor(1) as executor:
        parts = study_in_parts(items(), executor, batch_size=2)
        assert len(next(parts)) == 2
        assert taken <= 10
        assert len(Study.total(parts)) == 38


def test_what_fails_can_end_the_run(folder: Path) -> None:
    """
    With on_error="raise" the first failure is raised, from an executor too.
    """
    with pytest.raises(TranscriptError, match=r"week 3\.txt"):
        study(folder, on_error="raise")
    with ThreadPoolExecutor(1) as executor, pytest.raises(TranscriptError, match=r"week 3\.txt"):
        study(folder, executor, on_error="raise", batch_size=1)


def test_failures_of_models_show_no_words() -> None:
    """
    What a user's model raises is told by its class alone; what is no item is told by its class.
    """
    session = am.Session.from_pairs([("patient", "kestrel")], id="s1")
    failing = partial(am.analyze, scorer=Refusing())
    items = [session, 3]
    problems = study(items, analyze=failing).problems  # type: ignore[arg-type]  # 3 is refused
    assert [problem.source for problem in problems] == ["3", "s1"]
    assert "not int" in problems[0].reason
    assert problems[1].reason.startswith("RuntimeError")
    assert "kestrel" not in str(problems)


def test_arguments_are_checked() -> None:
    """
    What is no collection of items, no way of failing and no size is refused.
    """
    for arguments in ({"items": 3}, {"on_error": "ignore"}, {"batch_size": 0}, {"batch_size": 2.0}):
        with pytest.raises(ModelError, match="study"):
            list(study_in_parts(**{"items": [], **arguments}))  # type: ignore[arg-type]  # tested
    with pytest.raises(TypeError):
        Study() + 1


def test_a_run_goes_on_where_it_ended(folder: Path) -> None:
    """
    Files of an earlier run aren't read again, and what it couldn't read is tried anew.
    """
    kept = folder / ".kept.jsonl"

    def interrupt(part: Study) -> None:
        if part.problems:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study(folder, batch_size=2, progress=interrupt, checkpoint=kept)
    assert len(Study.load(kept)) == 3
    kept.write_bytes(kept.read_bytes()[:-9])
    (folder / "week 3.txt").write_text(TALK.format(3))
    parts: list[Study] = []
    whole = study(folder, checkpoint=kept, progress=parts.append)
    assert sum(map(len, parts)) == 3
    assert whole == study(folder)
    assert Study.load(kept) == whole
    assert study(folder, checkpoint=kept, progress=parts.append) == whole
    assert len(parts) == 1


def test_a_checkpoint_is_never_another_s_file(folder: Path) -> None:
    """
    A file that isn't a study is refused as a checkpoint, and left as it is.
    """
    notes = folder / "week 3.txt"
    before = notes.read_bytes()
    with pytest.raises(DocumentError, match=r"week 3\.txt"):
        study([], checkpoint=notes)
    assert notes.read_bytes() == before


def test_a_study_keeps_no_words(folder: Path) -> None:
    """
    What is saved of a study holds names of files and codes, and nothing that was said.
    """
    study(folder).save(folder / "study.jsonl")
    saved = (folder / "study.jsonl").read_text()
    assert "Tired" not in saved
    assert "week 9" in saved


@given(testing.studies(), testing.studies(), testing.studies())
def test_studies_add_up(first: Study, second: Study, third: Study) -> None:
    """
    Sums are associative and commutative, and the empty study changes nothing.
    """
    assert (first + second) + third == first + (second + third)
    assert first + second == second + first
    assert first + Study() == first
    assert Study.total([third, first, second]) == first + second + third
    assert (first + second).n_moves == first.n_moves + second.n_moves


@pytest.mark.parametrize("name", ["study.jsonl", "study.parquet"])
def test_a_study_loads_as_it_was_saved(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """
    Each kind of file gives back an equal study, and leaves nothing beside it.
    """
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    path = tmp_path_factory.mktemp("saved") / name

    @given(testing.studies())
    def check(value: Study) -> None:
        value.save(path)
        assert Study.load(path) == value
        assert [each.name for each in path.parent.iterdir()] == [name]

    check()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("kestrel", "isn't as save"),
        ("[" * 100_000, "isn't as save"),
        ('{"problem": ["a"]}', "isn't as save"),
        ('{"problem": [" ", "a"]}', "blank"),
        ('{"id": "a", "patient": 3, "source": null, "moves": [], "talk": []}', "patient"),
        (LINE.format("[[1, 'other', [], 0, null]]", "[]"), "must stand between"),
        (LINE.format("[]", "[[0, 0, 0, []]]"), "beside a move"),
        (
            LINE.format("[[3, 'other', [], null, null], [1, 'other', [], null, null]]", "[]"),
            "order",
        ),
        (LINE.format(MOVE, "[[0, 0, 0, [['anxiety', 2]]]]"), "from 0 to 1"),
        (LINE.format(MOVE, "[[0, 0, 0, [['hope', 0.1], ['hope', 0.2]]]]"), "once"),
    ],
)
def test_lines_that_are_off_are_all_told(tmp_path: Path, line: str, reason: str) -> None:
    """
    Each line that a study can't be made of is refused with its number, and none of its words.
    """
    path = tmp_path / "study.jsonl"
    Study(problems=[StudyProblem("a.txt", "torn")]).save(path)
    line = line.replace("'", '"')
    path.write_text(path.read_text() + line + "\n" + line + "\n")
    with pytest.raises(DocumentError, match=reason) as refusal:
        Study.load(path)
    assert [place for place, _ in refusal.value.problems] == ["line 3", "line 4"]
    assert "kestrel" not in str(refusal.value)


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b'{"aftermove": 2, "kind": "Study"}'])
def test_files_that_are_no_study_are_refused(tmp_path: Path, raw: bytes) -> None:
    """
    An empty file, another document, no text and no Parquet are refused by our errors.
    """
    for name in ("study.jsonl", "study.parquet"):
        path = tmp_path / name
        path.write_bytes(raw)
        with pytest.raises(DocumentError):
            Study.load(path)


def test_strange_tables_are_refused(tmp_path: Path) -> None:
    """
    A Parquet table of something else, or with a value that isn't allowed, is refused.
    """
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "study.parquet"
    study([am.SessionAnalysis.from_codes(id="a", valence=[0, 0.5], techniques=[[]])]).save(path)
    table = parquet.read_table(path)
    column = table.schema.get_field_index("valence_after")
    loud = table.set_column(column, "valence_after", pa.array([7.0]))
    parquet.write_table(loud, path)
    with pytest.raises(DocumentError, match="from -1 to 1"):
        Study.load(path)
    parquet.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(DocumentError, match="no study"):
        Study.load(path)


@pytest.mark.parametrize("name", ["", "none/study.jsonl", "a\0b"])
def test_files_that_cant_be_had_are_named(tmp_path: Path, name: str) -> None:
    """
    A folder, a missing file and an impossible path are refused, for saving and loading.
    """
    for action in (Study().save, Study.load):
        with pytest.raises(FileAccessError):
            action(f"{tmp_path}/{name}")


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without pyarrow, a study in Parquet is refused with the extra that brings it.
    """
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for action in (Study().save, Study.load):
        with pytest.raises(MissingExtraError, match=r"aftermove\[parquet\]"):
            action(tmp_path / "study.parquet")


@given(testing.session_analyses())
def test_numbers_of_a_session_are_those_of_its_shifts(analysis: am.SessionAnalysis) -> None:
    """
    Each shift's move stands between talk of the shift's own valences.
    """
    coded = am.study(analysis).sessions[0]
    move_by_turn = {move.turn: move for move in coded.moves}
    for shift in analysis.shifts:
        move = move_by_turn[shift.move.turn]
        assert move.techniques == shift.techniques
        assert move.before is not None
        assert move.after is not None
        assert coded.talk[move.before].valence == shift.valence_before
        assert coded.talk[move.after].valence == shift.valence_after
    assert set(move_by_turn) >= {m.turn for m in analysis.moves if not m.is_minimal}


def test_people_s_codes_are_kept_as_they_are() -> None:
    """
    A coded go-ahead keeps its shift, and stance and states are averaged by words.
    """
    coded = am.SessionAnalysis.from_codes(
        id="a",
        patient="p",
        valence=[0.0, 0.5],
        techniques=[["encourager"]],
        stance=["change", "sustain"],
        states=[["hope"], []],
        arousal=[0.1, 0.2],
    )
    (session,) = am.study([coded]).sessions
    assert (len(session.moves), session.patient) == (1, "p")
    assert [talk.stance for talk in session.talk] == [1.0, -1.0]
    assert [talk.arousal for talk in session.talk] == [0.1, 0.2]
    assert session.talk[0].strengths == ((am.State.HOPE, 1.0),)


def test_any_collection_of_sessions_has_one_order() -> None:
    """
    Sessions of one name sort by what is in them, also where talk is missing.
    """
    coded = [
        CodedSession(
            id="a",
            moves=[CodedMove(turn=1, behaviour="other", before=before, after=after)],
            talk=[Talk(valence=0.0)],
        )
        for before, after in ((None, 0), (0, None))
    ]
    assert Study(sessions=coded).sessions == Study(sessions=coded[::-1]).sessions
    assert [each.moves[0].before for each in Study(sessions=coded).sessions] == [None, 0]


def test_lines_are_json(folder: Path) -> None:
    """
    Each line that is saved can be read by any JSON reader.
    """
    path = folder / "all.jsonl"
    study(folder / "later").save(path)
    header, session = map(json.loads, path.read_text().splitlines())
    assert header == {"aftermove": 1, "kind": "Study"}
    assert session["id"] == "week 9"


@given(st.binary(max_size=60))
def test_any_bytes_load_or_are_refused(raw: bytes) -> None:
    """
    Whatever a line holds, it is loaded or refused by our error.
    """
    with suppress(DocumentError):
        from_lines([HEADER, raw.decode("latin-1")], "a")


def test_transitions_follow_the_order_of_the_talk() -> None:
    """
    Moves and talk take turns; each side alone follows itself; sides that don't fit are refused.
    """
    coded = [
        am.SessionAnalysis.from_codes(
            id=str(number),
            valence=[-0.9, 0.0, 0.9],
            techniques=[["values"], []],
            behaviours=["question", "reflection"],
            states=[["sadness"], [], ["hope"]],
            stance=["sustain", "neutral", "change"],
        )
        for number in range(3)
    ]
    whole = study(coded)
    table = whole.transitions()
    assert table["sadness", "values"]["count"] == 3
    assert table["values", "no state"]["count"] == 3
    assert not table.allowed[table.codes.index("hope"), table.codes.index("sadness")]
    assert whole.transitions("valence", "valence", lag=2)["low", "high"]["count"] == 3
    assert whole.transitions("behaviour", "behaviour")["question", "reflection"]["count"] == 3
    later = whole.transitions("technique", "stance", lag=2)
    assert later["values", "no technique"]["count"] == 3
    with pytest.raises(ModelError, match="one of moves and one of talk"):
        whole.transitions("technique", "behaviour")
    with pytest.raises(UnknownNameError, match="valence"):
        whole.transitions("mood", "state")


def test_turns_are_parted_where_talk_is_missing() -> None:
    """
    Of moves in a row the first counts, and what stands before or behind all talk has one side.
    """
    talk = [
        ("therapist", "How was the week?"),
        ("patient", "Tired."),
        ("therapist", "What makes you tired?"),
        ("therapist", "Since when has it been so?"),
        ("patient", "Monday."),
        ("therapist", "And how is it now?"),
    ]
    (session,) = study(am.Session.from_pairs(talk)).sessions
    sequences, sides = sequences_of([session], "behaviour", "valence")
    assert [len(sequence) for sequence in sequences] == [5]
    assert sides is not None
    alone = am.Session.from_pairs([("therapist", "How was it?"), ("therapist", "How is it now?")])
    assert [len(s) for s in sequences_of(study(alone).sessions, "behaviour", "state")[0]] == [1]


def test_effects_are_those_of_the_sessions() -> None:
    """
    A study's effects are the table over its sessions' moves, by technique and by behaviour.
    """
    panel = Simulation(patients=6, sessions=1, exchanges=30).panel(seed=1)
    coded = []
    for number in sorted(set(panel.session.tolist())):
        chosen = panel.session == number
        after = panel.after[chosen]
        valence = [float(panel.before[chosen][0]), *after.tolist()]
        uses = [[panel.codes[i] for i in row.nonzero()[0]] for row in panel.uses[chosen]]
        valence = [max(-1.0, min(1.0, value)) for value in valence]
        coded.append(
            am.SessionAnalysis.from_codes(id=str(number), valence=valence, techniques=uses)
        )
    whole = study(coded)
    table = whole.effects()
    assert [effect.technique for effect in table] == sorted(panel.codes)
    assert table.n_moves == whole.n_moves == len(panel)
    assert any(effect.shift is not None for effect in table)
    assert len(whole.effects(by="behaviour", outcome="arousal")) == 0


def test_a_study_shows_itself() -> None:
    """
    In a notebook a study tells what it holds and lacks; no name acts, and long lists are cut.
    """
    evil = "<script>x</script>"
    coded = am.SessionAnalysis.from_codes(
        id=evil, valence=[0, 0.5, 1], techniques=[[evil, *map(str, range(13))], [evil]]
    )
    problems = [am.StudyProblem(f"{evil} {number}", "unread") for number in range(15)]
    html = (am.study([coded]) + am.Study(problems=problems))._repr_html_()
    assert "<script" not in html
    assert "<td>2</td><td>100%</td><td>1</td>" in html
    assert "and 2 more techniques" in html
    assert "and 3 more problems" in html
    assert "<table" not in am.Study()._repr_html_()


@given(testing.studies())
def test_any_study_shows_itself(study: am.Study) -> None:
    """
    Whatever is in a study, its box is made, the same at each call.
    """
    assert study._repr_html_() == study._repr_html_()


@pytest.mark.parametrize("times", [1, 500])
def test_a_text_in_the_place_of_a_path_is_not_told(times: int) -> None:
    """
    A text where a path belongs is refused with the way to read it, and without the words.
    """
    with pytest.raises(ModelError, match="parse") as caught:
        am.study([TALK * times])
    assert "kestrel" not in str(caught.value)


def test_a_path_too_long_is_a_problem() -> None:
    """
    A path that no system has is told as any other that can't be read.
    """
    assert len(am.study("a" * 5_000).problems) == 1
