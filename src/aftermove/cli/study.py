"""
The command that studies many sessions.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from aftermove._run_study import files_in
from aftermove._run_study import study as study_sessions
from aftermove.cli.reading import ReadAll, console_ready, reading_options, say, writable
from aftermove.cli.report import as_options
from aftermove.errors import AftermoveError
from aftermove.studies import Study

__all__ = ["study"]


@click.command("study")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to keep the numbers: .parquet or .jsonl. An interrupted run goes on from there.",
)
@click.option("--workers", default=1, type=click.IntRange(1), help="Processes; 1 by default.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@reading_options
def study(
    paths: Sequence[Path], out: Path | None, workers: int, read_all: ReadAll, *, quiet: bool
) -> None:
    """
    Study all sessions in PATHS, files or folders: what follows what, over all of them.

    Exits with 0 if every file was read, with 1 if not; the others are studied all the same.
    """
    console_ready()
    try:
        whole = _run(paths, out, workers, read_all, quiet=quiet)
    except AftermoveError as error:
        say(out or paths[0], error)
        raise SystemExit(1) from None
    console = Console(quiet=quiet)
    console.print(Text(repr(whole).strip("<>"), style="bold"))
    for problem in whole.problems:
        click.echo(f"aftermove: {as_options(problem.reason)}", err=True)
    if whole.problems:
        raise SystemExit(1)


def _run(
    paths: Sequence[Path], out: Path | None, workers: int, read_all: ReadAll, *, quiet: bool
) -> Study:
    files = [file for path in paths for file in files_in(str(path))]
    checkpoint = None
    if out is not None:
        out = writable(out, files)
        # A table can't grow line by line, so a file beside it does until it is whole.
        checkpoint = out if out.suffix == ".jsonl" else out.with_name(f"{out.name}.part.jsonl")
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )
    with bar, ProcessPoolExecutor(workers) if workers > 1 else nullcontext() as executor:
        task = bar.add_task("sessions", total=len(files))
        whole = study_sessions(
            files,
            executor,
            read=read_all,
            checkpoint=checkpoint,
            progress=lambda part: bar.advance(task, len(part) + len(part.problems)),
        )
    if out is not None and checkpoint is not None:
        whole.save(out)
        if checkpoint != out:
            checkpoint.unlink()
    return whole
