"""
The command that studies many sessions.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from aftermove._run_study import files_in
from aftermove._run_study import study as study_sessions
from aftermove.cli.reading import ReadAll, console_ready, reading_options, say, writable
from aftermove.cli.report import as_options, signed
from aftermove.errors import AftermoveError
from aftermove.sequence.effect_table import Effect, EffectTable, chance
from aftermove.studies import Study

__all__ = ["study"]

_CAUTION = (
    "Shifts compare exchanges of one session at the same level before; they are associations, "
    "and no proof that the move caused them."
)


@click.command("study")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to keep the numbers: .parquet or .jsonl. An interrupted run goes on from there.",
)
@click.option(
    "--by",
    type=click.Choice(["technique", "behaviour"]),
    default="technique",
    help="Whose effects to print; techniques' by default.",
)
@click.option("--outcome", default="valence", help="Valence by default; arousal, stance, a state.")
@click.option("--workers", default=1, type=click.IntRange(1), help="Processes; 1 by default.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@reading_options
def study(
    paths: Sequence[Path],
    out: Path | None,
    by: Literal["technique", "behaviour"],
    outcome: str,
    workers: int,
    read_all: ReadAll,
    *,
    quiet: bool,
) -> None:
    """
    Study all sessions in PATHS, files or folders: what follows what, over all of them.

    Exits with 0 if every file was read, with 1 if not; the others are studied all the same.
    """
    console_ready()
    try:
        whole = _run(paths, out, workers, read_all, quiet=quiet)
        effects = whole.effects(by, outcome)
    except AftermoveError as error:
        say(out or paths[0], error)
        raise SystemExit(1) from None
    console = Console(quiet=quiet)
    console.print(Text(repr(whole).strip("<>"), style="bold"))
    if effects:
        for printed in (_effects_table(effects), _untold(effects), Text(_CAUTION, style="italic")):
            console.print(printed)
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


def _effects_table(effects: EffectTable) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("what")
    for name in ("moves", "sessions", "change", "shift", "95 % interval", "p", "q"):
        table.add_column(name, justify="right", no_wrap=True)
    for effect in effects:
        table.add_row(
            Text(_spaced(effect.technique)),
            str(effect.n_moves),
            str(effect.n_sessions),
            _told(effect.raw_change),
            _told(effect.shift),
            _interval(effect),
            chance(effect.p_value),
            chance(effect.q_value),
        )
    return table


def _told(value: float | None) -> Text:
    return Text("–") if value is None else signed(value)


def _interval(effect: Effect) -> Text:
    if effect.ci_low is None:
        return _told(None)
    return Text(" to ").join([_told(effect.ci_low), _told(effect.ci_high)])


def _untold(effects: EffectTable) -> Text:
    """
    Why some have no shift, reason by reason.
    """
    names_by_reason: dict[str, list[str]] = {}
    for effect in effects:
        if effect.reason is not None:
            names_by_reason.setdefault(effect.reason, []).append(_spaced(effect.technique))
    return Text("\n").join(
        Text(f"No shift for {', '.join(names)}: {reason}.")
        for reason, names in names_by_reason.items()
    )


def _spaced(technique: str) -> str:
    return technique.replace("_", " ")
