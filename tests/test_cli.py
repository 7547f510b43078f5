import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aftermove import __main__, loads
from aftermove.cli import main
from aftermove.model import SessionAnalysis
from aftermove.parsing import read
from aftermove.studies import Study

TALK = """Therapist: How has the week been?

Patient: I was terrified of the interview, and then I went. I'm proud of that.

Therapist: Mm-hmm.

Patient: I feel hopeful.
"""


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """
    A short session in a file.
    """
    path = tmp_path / "week.txt"
    path.write_text(TALK, encoding="utf-8")
    return path


def run(*words: str | Path, command: str = "analyse") -> Result:
    """
    What the command makes of its words.
    """
    return CliRunner().invoke(main, [command, *map(str, words)])


def test_a_session_is_reported_without_its_words(transcript: Path) -> None:
    """
    The report tells findings and, unless asked to, none of the words.
    """
    result = run(transcript)
    assert result.exit_code == 0
    assert "4 turns (2 patient, 2 therapist)" in result.stdout
    assert "question" in result.stdout
    assert "proves little" in result.stdout
    assert "interview" not in result.stdout
    assert "proud" not in result.stdout


def test_an_example_is_reported_with_its_shifts() -> None:
    """
    A whole session shows each move's change, and each turn's stance and valence.
    """
    example = Path(__file__).parent.parent / "examples" / "borrowed_room.txt"
    said = run(example).stdout
    assert "change talk" in said
    assert re.search(r"\+0\.\d\d$", said, re.MULTILINE)


def test_a_folder_in_the_place_of_a_page_is_named(transcript: Path, tmp_path: Path) -> None:
    """
    A page that can't be written, though its folder is there, ends in a message with its path.
    """
    (tmp_path / "pages" / "week.html").mkdir(parents=True)
    result = run(transcript, "--html", tmp_path / "pages")
    assert result.exit_code == 1
    assert "week.html" in result.stderr


def test_words_are_shown_when_asked_for(transcript: Path) -> None:
    """
    The option for words quotes what shows a finding.
    """
    assert "hopeful" in run(transcript, "--words").stdout


def test_words_that_earlier_talk_speaks_through_are_not_quoted(tmp_path: Path) -> None:
    """
    A turn that only goes on from the one before shows no words of its own.
    """
    path = tmp_path / "a.txt"
    path.write_text(
        "Therapist: So?\nPatient: I am terrified.\nTherapist: Mm.\nPatient: It rained.\n"
    )
    said = run(path, "--words").stdout
    assert "“terrified”" in said
    assert "“It”" not in said


def test_page_and_document_are_written(transcript: Path, tmp_path: Path) -> None:
    """
    The page holds the talk, and the document loads as the analysis.
    """
    page, document = tmp_path / "new" / "report.html", tmp_path / "analysis.json"
    assert run(transcript, "--html", page, "--json", document).exit_code == 0
    assert "interview" in page.read_text(encoding="utf-8")
    analysis = loads(document.read_text(encoding="utf-8"))
    assert isinstance(analysis, SessionAnalysis)
    assert analysis.session.id == "week"


def test_several_files_go_into_folders(transcript: Path, tmp_path: Path) -> None:
    """
    Each of several files has a page of its own, and one that fails stops no other.
    """
    empty = tmp_path / "empty.txt"
    empty.write_text("", encoding="utf-8")
    result = run(empty, tmp_path / "none.txt", transcript, "--html", tmp_path / "pages")
    assert result.exit_code == 1
    assert "none.txt" in result.stderr
    assert "empty.txt" in result.stderr
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["week.html"]


def test_a_file_that_cant_be_written_is_named(transcript: Path) -> None:
    """
    A page or document that can't be written ends in a message with its path.
    """
    for option in ("--html", "--json"):
        result = run(transcript, option, transcript / "below-a-file")
        assert result.exit_code == 1
        assert "below-a-file" in result.stderr


def test_a_transcript_is_never_overwritten(transcript: Path) -> None:
    """
    A report that would take the place of a transcript given is refused.
    """
    result = run(transcript, "--json", transcript)
    assert result.exit_code == 1
    assert transcript.read_text(encoding="utf-8") == TALK


def test_a_narrow_encoding_is_no_error(transcript: Path) -> None:
    """
    A terminal without block characters gets question marks.
    """
    command = [sys.executable, "-m", "aftermove", "analyse", str(transcript)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(command, capture_output=True, env=environment, check=True)  # noqa: S603  # ours
    assert b"Valence ?" in ended.stdout


def test_a_folder_takes_one_file_too(transcript: Path, tmp_path: Path) -> None:
    """
    The page of a single file goes into a folder that is there.
    """
    assert run(transcript, "--html", tmp_path).exit_code == 0
    assert (tmp_path / "week.html").exists()


def test_reports_never_overwrite_one_another(transcript: Path, tmp_path: Path) -> None:
    """
    Two files of one name are refused where their reports would share a path.
    """
    result = run(transcript, transcript, "--html", tmp_path)
    assert result.exit_code == 2
    assert "share a name" in result.stderr


def test_a_role_can_be_told(tmp_path: Path) -> None:
    """
    Roles of named speakers are taken from the command's words.
    """
    path = tmp_path / "named.txt"
    path.write_text("Ola: So?\n\nBo: I am sad.\n\nOla: And?\n\nBo: Still sad.\n", encoding="utf-8")
    result = run(path, "--role", "Ola=therapist", "--role", "Bo=patient")
    assert "4 turns (2 patient, 2 therapist)" in result.stdout


def test_one_side_alone_is_reported(tmp_path: Path) -> None:
    """
    A session without patient talk has no valence and no change, and its problems are told.
    """
    path = tmp_path / "half.txt"
    path.write_text("A stray line here.\n\nTherapist: Welcome.\n\nTherapist:\n", encoding="utf-8")
    result = run(path)
    assert result.exit_code == 0
    assert "line " in result.stdout
    assert "Valence" not in result.stdout


def test_neighbouring_turns_are_kept_apart_when_asked(tmp_path: Path) -> None:
    """
    Without joining, the same label twice in a row makes two turns; another's turn shows nothing.
    """
    path = tmp_path / "three.txt"
    talk = "Therapist: A?\n\nTherapist: B?\n\nPatient: Yes, it was.\n\nInterpreter: Yes.\n"
    path.write_text(talk, encoding="utf-8")
    assert "4 turns" in run(path, "--no-join").stdout
    assert "3 turns" in run(path).stdout


def test_page_and_document_share_no_path(transcript: Path, tmp_path: Path) -> None:
    """
    One path for both reports is a wrong use; a folder for both is none.
    """
    assert run(transcript, "--html", tmp_path / "a", "--json", tmp_path / "a").exit_code == 2
    assert run(transcript, "--html", tmp_path, "--json", tmp_path).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"week.txt", "week.html", "week.json"}


def test_remedies_are_told_as_options(tmp_path: Path) -> None:
    """
    What a problem proposes is told in the command's own words; a quiet run tells no finding.
    """
    path = tmp_path / "named.txt"
    path.write_text("Ola: So?\n\nBo: I am sad.\n\nOla: And?\n\nBo: Still sad.\n", encoding="utf-8")
    assert "--role NAME=ROLE" in " ".join(run(path).stdout.split())
    assert run(path, "--quiet").stdout == ""


def test_a_transcript_is_converted(transcript: Path, tmp_path: Path) -> None:
    """
    The written file reads back as what was read; problems and refusals are told.
    """
    out = tmp_path / "new" / "week.json"
    assert run(transcript, out, command="convert").exit_code == 0
    assert [t.text for t in read(out)] == [t.text for t in read(transcript)]
    for words in (
        [transcript, transcript],
        [transcript, tmp_path / "week.pdf"],
        [out, tmp_path / "a.vtt"],
    ):
        result = run(*words, command="convert")
        assert result.exit_code == 1
        assert result.stderr.startswith("aftermove: ")
    assert transcript.read_text(encoding="utf-8") == TALK


def test_problems_of_a_converted_transcript_are_told(tmp_path: Path) -> None:
    """
    What can't be placed is told on the error stream, and the rest is written.
    """
    path = tmp_path / "week.txt"
    path.write_text("Kestrel day.\n\n" + TALK, encoding="utf-8")
    result = run(path, tmp_path / "week.json", command="convert")
    assert result.exit_code == 0
    assert result.stderr.startswith("line 1: ")
    assert "estrel" not in result.stderr


def test_a_file_of_many_sessions_is_analysed_whole(tmp_path: Path) -> None:
    """
    Each session of a table has a numbered page, and each is written to a file of its own.
    """
    path = tmp_path / "all.csv"
    rows = "".join(f"{s},{who},So it is.\n" for s in "ab" for who in ("Therapist", "Client"))
    path.write_text("session,speaker,said so\n" + rows, encoding="utf-8")
    pages = tmp_path / "pages"
    column = ["--column", "text=said so"]
    assert run(path, *column, "--html", pages).exit_code == 0
    assert sorted(each.name for each in pages.iterdir()) == ["all-1.html", "all-2.html"]
    assert run(path, tmp_path / "out.txt", *column, command="convert").exit_code == 0
    assert (tmp_path / "out-2.txt").exists()
    (tmp_path / "file").write_text("")
    assert run(path, *column, "--html", tmp_path / "file").exit_code == 1


@pytest.mark.parametrize("name", ["study.jsonl", "study.parquet"])
def test_a_folder_is_studied(transcript: Path, tmp_path: Path, name: str) -> None:
    """
    The numbers of all files are kept, a file that fails is told, and nothing is left beside them.
    """
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    empty = transcript.parent / "empty.txt"
    empty.write_text("", encoding="utf-8")
    out = tmp_path / "out" / name
    for workers in ("1", "2"):
        result = run(transcript.parent, "--out", out, "--workers", workers, command="study")
        assert result.exit_code == 1
        assert "empty.txt" in result.stderr
        assert "1 session of 1 patient" in result.stdout
        empty.unlink()
        assert run(transcript, "--out", out, "--quiet", command="study").exit_code == 0
        assert [path.name for path in out.parent.iterdir()] == [name]
        assert len(Study.load(out)) == 1
        empty.write_text("", encoding="utf-8")
        out.unlink()
    assert run(transcript, "--out", transcript, command="study").exit_code == 1
    assert run(transcript, command="study").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["--column", "text"],
        ["--role", "Ola"],
        ["--role", "=patient"],
        ["--role", "Ola=boss"],
        ["--format", "pdf"],
        [],
    ],
)
def test_wrong_words_exit_with_2(words: list[str], transcript: Path) -> None:
    """
    A role without its name, or no file at all, is a wrong use of the command.
    """
    files = [str(transcript)] if words else []
    assert run(*files, *words).exit_code == 2


def test_without_the_extra_the_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where click is missing, the command names the extra that brings it.
    """
    monkeypatch.delitem(sys.modules, "aftermove.cli", raising=False)
    monkeypatch.delattr("aftermove.cli", raising=False)
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit, match=r"aftermove\[cli\]"):
        __main__.main()


def test_other_missing_modules_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A module missing for another reason is told as it is.
    """
    for name in ("aftermove.cli", "aftermove.cli.analyse"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delattr("aftermove.cli", raising=False)
    monkeypatch.setitem(sys.modules, "aftermove.storage", None)
    with pytest.raises(ModuleNotFoundError, match="storage"):
        __main__.main()


def test_python_dash_m_runs_the_command() -> None:
    """
    The package can be run as a module.
    """
    command = [sys.executable, "-m", "aftermove", "--version"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert "aftermove" in ended.stdout


def test_the_module_runs_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    ``python -m aftermove`` is the command.
    """
    monkeypatch.setattr(sys, "argv", ["aftermove", "--version"])
    with pytest.raises(SystemExit) as stop:
        __main__.main()
    assert stop.value.code == 0


def test_a_study_of_nothing_has_no_table(tmp_path: Path) -> None:
    """
    Where no file can be read, what went wrong is told, and no empty table.
    """
    result = run(tmp_path / "none.txt", command="study")
    assert result.exit_code == 1
    assert "none.txt" in result.stderr
    assert result.stdout.splitlines() == ["Study: 0 sessions of 0 patients, 0 moves, 1 problem"]


def test_what_has_no_interval_shows_none(transcript: Path) -> None:
    """
    A technique of too few moves has one dash in the place of its interval.
    """
    result = run(transcript, command="study")
    assert "No shift for" in result.stdout
    assert "– to" not in result.stdout
