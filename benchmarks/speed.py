"""
Speed and memory of each stage, beside its peers on the same input, and how costs grow.

    python benchmarks/speed.py [--out docs/explanation/speed.md] [--json FILE] [--turns 10000]

All talk is made up, so no data are needed.  A peer that isn't installed is left out.
"""

import argparse
import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import invented_files
import measuring
import numpy as np

import aftermove as am
from aftermove.parsing import WRITERS
from aftermove.sequence.effects import effects
from aftermove.sequence.transition_tests import permutation_p
from aftermove.testing import Simulation

PEERS = ("vaderSentiment", "webvtt-py", "pysubs2", "pylangacq", "pandas")
HEADING = """\
# Speed and memory

Written by `benchmarks/speed.py` on {provenance}.
All talk is made up; {turns:,} turns of 3 to 30 words; the best of three runs on one core.
Run `python benchmarks/speed.py` to write the page anew; the figures swing by a tenth from run to run.

"""  # noqa: E501  # one sentence a line, as in all the pages


class Stage(NamedTuple):
    """
    What one stage costs.
    """

    stage: str
    who: str
    turns_per_second: float
    megabytes_per_second: float | None = None


def readers(session: am.Session, folder: Path) -> Iterator[Stage]:
    """
    Each form of transcript, by us and by the others that read it.
    """
    for form, write in WRITERS.items():
        text = write(session)
        path = folder / "session"
        path.write_text(text, encoding="utf-8")
        found: dict[str, Callable[[], object]] = {
            "aftermove": partial(am.read, path, format=form),
            **peers(form, text),
        }
        for who, action in found.items():
            taken = measuring.seconds(action)
            size = len(text.encode()) / 1e6
            yield Stage(f"read {form}", who, len(session) / taken, size / taken)


def peers(form: str, text: str) -> dict[str, Callable[[], object]]:
    """
    The other readers of a form that are installed.
    """
    found: dict[str, Callable[[], object]] = {}
    with suppress(ImportError):
        if form == "captions":
            import pysubs2
            import webvtt

            found["webvtt-py"] = lambda: webvtt.from_string(text)
            found["pysubs2"] = lambda: pysubs2.SSAFile.from_string(text)
        elif form == "chat":
            import pylangacq

            found["pylangacq"] = lambda: pylangacq.Reader.from_strs([text]).utterances()
        elif form == "tabular":
            import pandas as pd

            found["csv alone"] = lambda: list(csv.reader(io.StringIO(text)))
            found["pandas"] = lambda: pd.read_csv(io.StringIO(text))
        elif form == "messages":
            found["json alone"] = lambda: json.loads(text)
    return found


def findings(session: am.Session) -> Iterator[Stage]:
    """
    Detection, scoring and the whole analysis, beside VADER on the same turns.
    """
    detector, scorer, n = am.CueDetector(), am.ClauseScorer(), len(session)
    n_moves = len(session.by_role(am.Role.THERAPIST))
    yield Stage(
        "detect", "aftermove", n_moves / measuring.seconds(lambda: detector.detect(session))
    )
    taken = measuring.seconds(lambda: scorer.score(session))
    yield Stage("score", "aftermove", (n - n_moves) / taken)
    yield Stage("analyze", "aftermove", n / measuring.seconds(lambda: am.analyze(session)))
    with suppress(ImportError):
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        taken = measuring.seconds(lambda: [vader.polarity_scores(turn.text) for turn in session])
        yield Stage("polarity of every turn", "VADER", n / taken)


def ways_out(session: am.Session) -> Iterator[Stage]:
    """
    Documents, pages and frames.
    """
    analysis = am.analyze(session)
    documents = {"session": am.dumps(session), "analysis": am.dumps(analysis)}
    actions: dict[str, Callable[[], object]] = {
        "dumps(session)": lambda: am.dumps(session),
        "loads(session)": lambda: am.loads(documents["session"]),
        "dumps(analysis)": lambda: am.dumps(analysis),
        "loads(analysis)": lambda: am.loads(documents["analysis"]),
        "to_html": analysis.to_html,
        "to_frame, pandas": lambda: am.to_frame(analysis, backend="pandas"),
    }
    for name, action in actions.items():
        yield Stage(name, "aftermove", len(session) / measuring.seconds(action))


def growth(n_turns: int) -> list[tuple[str, str, str, str]]:
    """
    What four times as much costs, by stage.
    """
    small, large = (invented_files.made_up(n) for n in (n_turns, 4 * n_turns))
    texts = [invented_files.labelled(session) for session in (small, large)]
    analyses = [am.analyze(session) for session in (small, large)]
    folders = [
        [am.analyze(invented_files.made_up(40, seed)) for seed in range(n)] for n in (25, 100)
    ]
    random = np.random.default_rng(0)
    events = [[random.choice(list("abcdefgh"), n).tolist()] for n in (n_turns, 4 * n_turns)]
    coded = [[random.choice(k, n_turns).astype(str).tolist()] for k in (10, 40)]
    panels = [Simulation(patients=n).panel(seed=1) for n in (50, 200)]
    stages: dict[str, tuple[Callable[[Any], object], Any]] = {
        "parse labelled, by text": (am.parse, texts),
        "detect, by turns": (am.CueDetector().detect, (small, large)),
        "score, by turns": (am.ClauseScorer().score, (small, large)),
        "analyze, by turns": (am.analyze, (small, large)),
        "report, by turns": (lambda analysis: analysis.to_html(), analyses),
        "document, by turns": (am.dumps, analyses),
        "study, by sessions": (am.study, folders),
        "effects, by moves": (effects, panels),
        "transitions, by events": (am.transition_table, events),
        "transitions, by codes (10, 40)": (am.transition_table, coded),
    }
    rows = []
    for name, (action, (less, more)) in stages.items():
        short, long = (measuring.seconds(partial(action, given)) for given in (less, more))
        rows.append((name, f"{short * 1000:.1f}", f"{long * 1000:.1f}", f"{long / short:.1f}"))
    return rows


def studies(n_files: int) -> list[tuple[str, str]]:
    """
    A study of many files, in one process and in two.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = invented_files.files_of(folder, n_files, 100)
        alone = am.study(name)
        one = measuring.seconds(lambda: am.study(name), runs=1)
        with ProcessPoolExecutor(2) as executor:
            two = measuring.seconds(lambda: am.study(name, executor), runs=1)
        grown = measuring.memory(am.study, name)
        table = measuring.seconds(alone.effects)
    return [
        ("files, text", f"{n_files:,}, {size / 1e6:.0f} MB"),
        ("turns a second, one process", f"{n_files * 100 / one:,.0f}"),
        ("two processes", f"{one / two:.2f} times that"),
        ("memory, what is loaded once included", f"{grown:.0f} MB for {alone.n_moves:,} moves"),
        ("table of effects", f"{table:.2f} s"),
    ]


def large_file(megabytes: int) -> list[tuple[str, str]]:
    """
    What one labelled file of that size takes, in a process of its own.
    """
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "big.txt")
        block = invented_files.labelled(invented_files.made_up(10_000))
        path.write_text(block * (megabytes * 1_000_000 // len(block)), encoding="utf-8")
        taken = measuring.seconds(lambda: am.read(path), runs=1)
        grown = measuring.memory(am.read, str(path))
    return [(f"a labelled file of {megabytes} MB", f"{taken:.1f} s, peak {grown:.0f} MB")]


def others() -> list[tuple[str, str]]:
    """
    The import, and the permutation test.
    """
    command = [sys.executable, "-c", "import aftermove"]
    bare = measuring.seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 5)
    full = measuring.seconds(lambda: subprocess.run(command, check=True), 5)  # noqa: S603
    random = np.random.default_rng(0)
    events = [random.choice(list("abcdefgh"), 2000).tolist()]
    table = am.transition_table(events)
    taken = measuring.seconds(lambda: permutation_p(events, table, n=10_000), 1)
    return [
        ("`import aftermove`, beyond Python's own start", f"{(full - bare) * 1000:.0f} ms"),
        ("10,000 permutations of 2,000 events, 8 codes", f"{taken:.2f} s"),
    ]


HOSTILE = {
    "one label over and over": "T: ",
    "unclosed brackets": "[",
    "quotation marks": '" ',
    "one word": "no ",
    "negations": "not never ",
    "clauses": "but I ",
    "sentences of a letter": "a. ",
    "question marks": "?",
    "letters without a blank": "a",
    "tabs and quotes": '"\t"',
    "angle brackets": "<v ",
    "braces": '{"a":',
}
"""Pieces that a megabyte is made of."""


def read_or_refused(text: str) -> None:
    """
    Parses what may be no transcript at all.
    """
    with suppress(am.AftermoveError):
        am.parse(text)


def hostile() -> list[tuple[str, str, str]]:
    """
    A megabyte of one piece, parsed where it can be, and analysed as one long turn of each role.
    """
    rows = []
    for name, piece in HOSTILE.items():
        text = piece * (1_000_000 // len(piece))

        session = am.Session.from_pairs([("patient", text), ("therapist", text), ("patient", text)])
        read = measuring.seconds(partial(read_or_refused, text), 1)
        analysed = measuring.seconds(partial(am.analyze, session), 1)
        rows.append((name, f"{read:.2f}", f"{analysed / 3:.2f}"))
    return rows


def measure(n_turns: int) -> dict[str, Any]:
    """
    All figures.
    """
    session = invented_files.made_up(n_turns)
    with tempfile.TemporaryDirectory() as name:
        stages = [*readers(session, Path(name)), *findings(session), *ways_out(session)]
    return {
        "provenance": measuring.provenance("attrs", "cattrs", "numpy", *PEERS),
        "turns": n_turns,
        "stages": [stage._asdict() for stage in stages],
        "growth": growth(n_turns // 5),
        "large": [*studies(n_turns // 100), *large_file(100), *others()],
        "hostile": hostile(),
    }


def page(figures: dict[str, Any]) -> str:
    """
    The figures as a page of the documentation.
    """
    stages = [
        (
            each["stage"],
            each["who"],
            f"{each['turns_per_second']:,.0f}",
            f"{each['megabytes_per_second']:.1f}" if each["megabytes_per_second"] else "",
        )
        for each in figures["stages"]
    ]
    return "\n".join(
        [
            HEADING.format(**figures)
            + "## Stages\n\n"
            + measuring.table(("stage", "by", "turns/s", "MB/s"), stages),
            "## Four times as much\n\nA cost that grows with the input and no faster grows by 4; "
            "the codes of a table fill its square.\n\n"
            + measuring.table(("stage", "ms", "ms, four times", "ratio"), figures["growth"]),
            "## Large inputs, import, permutations\n\n"
            + measuring.table(("what", "cost"), figures["large"]),
            "## Hostile text\n\nA megabyte made of one piece, parsed, and analysed as one turn.\n\n"
            + measuring.table(("pieces", "s to parse", "s to analyse"), figures["hostile"]),
        ]
    )


def main() -> None:
    """
    Writes the page.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/explanation/speed.md"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--turns", type=int, default=10_000)
    arguments = parser.parse_args()
    figures = measure(arguments.turns)
    arguments.out.write_text(page(figures), encoding="utf-8", newline="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
