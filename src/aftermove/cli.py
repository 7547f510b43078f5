"""
The command: analyse files, and print or write what was found.

Needs the `cli` extra.  What it prints holds none of the speakers' words unless ``--words`` asks
for them; the files that ``--html`` and ``--json`` ask for hold all of them.
"""

import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aftermove.analysis import analyze
from aftermove.errors import AftermoveError, FileAccessError
from aftermove.model import Affect, Evidence, Move, Role, SessionAnalysis
from aftermove.parsing import READERS, read
from aftermove.storage import dumps

__all__ = ["main"]

_CAUTION = (
    "One session proves little: these changes are unadjusted, and therapists choose moves by how "
    "the patient feels."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="aftermove")
def main() -> None:
    """What happens in the patient after each therapist move."""


def _roles(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    role_by_name = {}
    for value in values:
        name, equals, role = value.rpartition("=")
        if not equals or not name.strip():
            raise click.BadParameter("write it as NAME=ROLE, as in 'Dr. A.=therapist'")
        if role.strip() not in tuple(Role):
            raise click.BadParameter(f"the role must be one of {', '.join(Role)}")
        role_by_name[name.strip()] = role.strip()
    return role_by_name


@main.command("analyse")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    help="Write the report as a page, or into a folder, as for several FILES.",
)
@click.option(
    "--json",
    "json_",
    type=click.Path(path_type=Path),
    help="Write the analysis as a document for aftermove.loads, or into a folder.",
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="NAME=ROLE",
    callback=_roles,
    help="The role of a speaker that the file names, as in 'Dr. A.=therapist'. Repeatable.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted(READERS)),
    help="Told by the content by default.",
)
@click.option("--encoding", metavar="NAME", help="The encoding of the file; told by default.")
@click.option(
    "--join/--no-join",
    default=True,
    help="Whether neighbouring turns of one speaker become one; they do by default.",
)
@click.option("--strict", is_flag=True, help="Refuse a file with any problem, and list them all.")
@click.option("--words", is_flag=True, help="Print the words that show each technique and feeling.")
def analyse(  # noqa: PLR0913  # one parameter for each option
    files: Sequence[Path],
    html: Path | None,
    json_: Path | None,
    roles: dict[str, str],
    format_: str | None,
    encoding: str | None,
    *,
    join: bool,
    strict: bool,
    words: bool,
) -> None:
    """
    Analyse transcripts: what the therapist does, what the patient shows, what follows what.

    Exits with 0 if every file was analysed, with 1 if one couldn't be read or written, with 2 if
    the command's own words are off.
    """
    if (html or json_) and len({file.stem for file in files}) < len(files):
        raise click.UsageError("two FILES share a name; write their reports one by one")
    _replace_signs_that_terminals_lack()
    console = Console()
    failed = False
    for file in files:
        try:
            session = read(
                file,
                format=format_,
                roles=roles,
                encoding=encoding,
                join=join,
                strict=strict,
            )
            analysis = analyze(session)
            _show(console, analysis, words=words)
            for path, suffix, content in (
                (html, ".html", analysis.to_html),
                (json_, ".json", partial(dumps, analysis, indent=1)),
            ):
                if path is not None:
                    target = _target(path, file.stem + suffix, several=len(files) > 1)
                    _write(target, content(), files)
                    console.print(Text(f"wrote {target}", style="dim"))
        except AftermoveError as error:
            click.echo(f"aftermove: {_named(file, error)}", err=True)
            failed = True
    if failed:
        raise SystemExit(1)


def _replace_signs_that_terminals_lack() -> None:
    """
    A terminal that lacks a sign shows a question mark, rather than a traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _target(path: Path, name: str, *, several: bool) -> Path:
    return path / name if several or path.is_dir() else path


def _named(file: Path, error: AftermoveError) -> str:
    said = str(error)
    return said if str(file) in said else f"{file}: {said}"


def _write(path: Path, text: str, sources: Sequence[Path]) -> None:
    if path.resolve() in {source.resolve() for source in sources}:
        raise FileAccessError(str(path), "is a transcript given; write the report elsewhere")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileAccessError(str(path), error.strerror or "can't be written") from None


def _show(console: Console, analysis: SessionAnalysis, *, words: bool) -> None:
    session = analysis.session
    # The repr is what a session says of itself without its words.
    console.print(Text(repr(session).strip("<>"), style="bold"))
    for problem in session.problems:
        where = "" if problem.line is None else f"line {problem.line}: "
        console.print(Text(f"  {where}{problem.reason}", style="yellow"))
    valences = [affect.valence for affect in analysis.affect]
    if valences:
        mean = sum(valences) / len(valences)
        console.print(Text(f"Valence {_sparkline(valences)} mean {mean:+.2f} (from -1 to 1)"))
    console.print(_turns_table(analysis, words=words))
    if analysis.summary():
        console.print(_summary_table(analysis))
        console.print(Text(_CAUTION, style="italic"))


def _sparkline(valences: Sequence[float]) -> str:
    blocks = "▁▂▃▄▅▆▇█"
    return "".join(blocks[min(int((valence + 1) * 4), 7)] for valence in valences)


def _turns_table(analysis: SessionAnalysis, *, words: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("turn", justify="right")
    table.add_column("who")
    table.add_column("what it shows", ratio=1, overflow="fold")
    table.add_column("valence", justify="right")
    table.add_column("change", justify="right")
    change_by_turn = {shift.move.turn: shift.change for shift in analysis.shifts}
    findings = analysis.findings_by_turn
    for turn in analysis.session:
        finding = findings.get(turn.index)
        shows, valence, change = Text(), Text(), Text()
        if isinstance(finding, Move):
            shows = _move_line(finding, turn.text, words=words)
            if turn.index in change_by_turn:
                change = _signed(change_by_turn[turn.index])
        elif isinstance(finding, Affect):
            shows = _affect_line(finding, turn.text, words=words)
            valence = _signed(finding.valence)
        table.add_row(Text(str(turn.index)), Text(str(turn.role)), shows, valence, change)
    return table


def _move_line(move: Move, text: str, *, words: bool) -> Text:
    line = Text(str(move.behaviour), style="bold")
    for intervention in move.interventions:
        name = intervention.technique.replace("_", " ")
        line.append(f" · {name} {intervention.confidence:.2f}", style="cyan not bold")
        if words:
            line.append(_quoted(intervention.evidence[:1], text), style="dim not bold")
    return line


def _affect_line(affect: Affect, text: str, *, words: bool) -> Text:
    said = [str(state) for state in affect.states]
    if affect.stance != "neutral":
        said.append(f"{affect.stance} talk")
    line = Text(" · ".join(said), style="magenta")
    if words:
        line.append(_quoted(affect.evidence[:3], text), style="dim")
    return line


def _quoted(evidence: Sequence[Evidence], text: str) -> str:
    return "".join(f" “{' '.join(piece.span.of(text).split())}”" for piece in evidence)


def _signed(value: float) -> Text:
    # Zero is written without a sign, so that "-0.00" never shows.
    rounded = round(value, 2) + 0.0
    style = "green" if rounded > 0 else "red" if rounded < 0 else "dim"
    return Text(f"{rounded:+.2f}" if rounded else "0.00", style=style)


def _summary_table(analysis: SessionAnalysis) -> Table:
    table = Table(title="\nTechniques", title_justify="left", box=None, pad_edge=False)
    table.add_column("technique")
    table.add_column("moves", justify="right")
    table.add_column("shifts", justify="right")
    table.add_column("mean change", justify="right")
    for row in analysis.summary():
        mean = Text("–") if row.mean_change is None else _signed(row.mean_change)
        name = row.technique.replace("_", " ")
        table.add_row(Text(name), Text(str(row.n_moves)), Text(str(row.n_shifts)), mean)
    return table
