"""
How fast each form of transcript is read, beside the libraries that read it, on the same text.

Usage: formats.py [TURNS] [--memory]

The sessions are made up, so no data are needed.  With ``--memory``, a labelled file of 100 MB is
read in a process of its own, and its peak memory told.
"""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import aftermove as am
from aftermove.parsing import WRITERS

WORDS = (
    "I you we it was is the a so then maybe work sleep mother week tired calm afraid better that "
    "this not and but because when what how really just home again nothing something think feel"
).split()


def made_up(n_turns: int, seed: int = 1) -> am.Session:
    """
    A session of plain words with a time for each turn.
    """
    random = Random(seed)  # noqa: S311  # words, no secrets
    speakers = (am.Speaker("Therapist", "therapist"), am.Speaker("Client", "patient"))
    turns = []
    for index in range(n_turns):
        words = random.choices(WORDS, k=random.randint(3, 30))
        ending = "?" if index % 4 == 0 else "."
        text = " ".join(words).capitalize() + ending
        start = 5.0 * index
        turns.append(
            am.Turn(index=index, speaker=speakers[index % 2], text=text, start=start, end=start + 4)
        )
    return am.Session(id="made-up", turns=turns)


def seconds(action: Callable[[], object]) -> float:
    """
    The best of three runs.
    """
    times = []
    for _ in range(3):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def peers(form: str, text: str, folder: Path) -> dict[str, Callable[[], object]]:
    """
    The other readers of a form that are installed.
    """
    found: dict[str, Callable[[], object]] = {}
    path = folder / "peer"
    path.write_text(text, encoding="utf-8")
    if form == "captions":
        with suppress(ImportError):
            import webvtt

            found["webvtt-py"] = lambda: webvtt.from_string(text)
        with suppress(ImportError):
            import pysubs2

            found["pysubs2"] = lambda: pysubs2.SSAFile.from_string(text)
    if form == "chat":
        try:
            import pylangacq
        except ImportError:
            return found
        found["pylangacq"] = lambda: pylangacq.Reader.from_strs([text]).utterances()
    if form == "tabular":
        import csv

        found["csv alone"] = lambda: list(csv.reader(text.splitlines()))
    if form == "messages":
        import json

        found["json alone"] = lambda: json.loads(text)
    return found


def peak() -> float:
    """
    This process's peak memory, in MB.

    Not that of `resource`, which counts a parent's memory too.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak_of_reading(path: str) -> float:
    """
    The peak memory of a process that reads the file, less what it has before, in MB.
    """
    before = peak()
    am.read(path)
    return peak() - before


def main() -> None:
    """
    Prints the table, and with ``--memory`` the peak.
    """
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    n_turns = numbers[0] if numbers else 10_000
    session = made_up(n_turns)
    print(f"{n_turns} turns\n{'form':<12}{'reader':<14}{'MB/s':>8}{'turns/s':>12}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form, write in WRITERS.items():
            text = write(session)
            path = folder / "session"
            path.write_text(text, encoding="utf-8")
            readers = {"aftermove": lambda path=path, form=form: am.read(path, format=form)}
            for reader, action in {**readers, **peers(form, text, folder)}.items():
                taken = seconds(action)
                size = len(text.encode()) / 1e6
                print(f"{form:<12}{reader:<14}{size / taken:>8.1f}{n_turns / taken:>12,.0f}")
        if "--memory" in sys.argv:
            block = "".join(f"{t.speaker.name}: {t.text}\n\n" for t in session)
            path = folder / "big.txt"
            path.write_text(block * (100_000_000 // len(block)), encoding="utf-8")
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                began = time.perf_counter()
                peak = pool.apply(peak_of_reading, [str(path)])
                size = path.stat().st_size / 1e6
                taken = time.perf_counter() - began
            print(f"labelled, {size:.0f} MB: {taken:.0f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
