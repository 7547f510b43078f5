"""
The command that analyses sessions one by one.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from aftermove.analysis import analyze
from aftermove.cli.reading import ReadAll, console_ready, reading_options, say, writable
from aftermove.cli.report import show
from aftermove.errors import AftermoveError, FileAccessError
from aftermove.storage import dumps

__all__ = ["analyse"]


@click.command("analyse")
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
@click.option("--words", is_flag=True, help="Print the words that show each technique and feeling.")
@click.option("--quiet", is_flag=True, help="Print nothing but what went wrong.")
@reading_options
def analyse(
    files: Sequence[Path],
    html: Path | None,
    json_: Path | None,
    read_all: ReadAll,
    *,
    words: bool,
    quiet: bool,
) -> None:
    """
    Analyse transcripts: what the therapist does, what the patient shows, what follows what.

    Exits with 0 if every file was analysed, with 1 if one couldn't be read or written, with 2 if
    the command's own words are off.
    """
    if (html or json_) and len({file.stem for file in files}) < len(files):
        raise click.UsageError("two FILES share a name; write their reports one by one")
    if html is not None and html == json_ and not html.is_dir() and len(files) == 1:
        raise click.UsageError("--html and --json are the same path; write them apart")
    console_ready()
    console = Console(quiet=quiet)
    failed = False
    for file in files:
        try:
            sessions = list(read_all(str(file)))
            for number, session in enumerate(sessions, start=1):
                analysis = analyze(session)
                show(console, analysis, words=words)
                name = file.stem if len(sessions) == 1 else f"{file.stem}-{number}"
                several = len(files) > 1 or len(sessions) > 1
                for path, suffix, content in (
                    (html, ".html", analysis.to_html),
                    (json_, ".json", partial(dumps, analysis, indent=1)),
                ):
                    if path is not None:
                        target = path / (name + suffix) if several or path.is_dir() else path
                        _write(writable(target, files), content())
                        console.print(Text(f"wrote {target}", style="dim"))
        except AftermoveError as error:
            say(file, error)
            failed = True
    if failed:
        raise SystemExit(1)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileAccessError(str(path), error.strerror or "can't be written") from None
