"""
The command that writes a transcript in another form.
"""

from pathlib import Path

import click

from aftermove.cli.reading import ReadAll, console_ready, reading_options, say, writable
from aftermove.cli.report import as_options
from aftermove.errors import AftermoveError
from aftermove.parsing import WRITERS, write

__all__ = ["convert"]


@click.command("convert")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Choice(sorted(WRITERS)),
    help="The form to write; told by the suffix of OUT by default.",
)
@reading_options
def convert(file: Path, out: Path, to: str | None, read_all: ReadAll) -> None:
    """
    Write the transcript FILE in another form to OUT; of several sessions, each to its own file.

    Exits with 0 if all of it was written, with 1 if not.
    """
    console_ready()
    try:
        sessions = list(read_all(str(file)))
        for number, session in enumerate(sessions, start=1):
            name = out.name if len(sessions) == 1 else f"{out.stem}-{number}{out.suffix}"
            write(session, writable(out.with_name(name), [file]), to)
            for problem in session.problems:
                where = "" if problem.line is None else f"line {problem.line}: "
                click.echo(f"{where}{as_options(problem.reason)}", err=True)
    except AftermoveError as error:
        say(file, error)
        raise SystemExit(1) from None
