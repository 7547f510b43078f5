"""
How fast and how large a study of many files grows, in one process and in two.

Usage: study.py [TURNS]

The sessions are made up, so no data are needed.
"""

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import formats

import aftermove as am

TURNS_PER_SESSION = 100


def main() -> None:
    """
    Prints turns a second and memory.
    """
    n_turns = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    n_files = n_turns // TURNS_PER_SESSION
    with tempfile.TemporaryDirectory() as name:
        for number in range(n_files):
            session = formats.made_up(TURNS_PER_SESSION, seed=number)
            talk = "".join(f"{turn.speaker.name}: {turn.text}\n\n" for turn in session)
            Path(name, f"{number:06}.txt").write_text(talk, encoding="utf-8")
        text = sum(path.stat().st_size for path in Path(name).iterdir()) / 2**20
        am.study(str(next(Path(name).iterdir())))  # what is loaded once
        before = formats.peak()
        began = time.perf_counter()
        alone = am.study(name)
        one = time.perf_counter() - began
        grown = formats.peak() - before
        with ProcessPoolExecutor(2) as executor:
            began = time.perf_counter()
            together = am.study(name, executor)
            two = time.perf_counter() - began
        assert alone == together
        began = time.perf_counter()
        effects = alone.effects()
        table = time.perf_counter() - began
    print(f"{n_turns:,} turns in {n_files:,} files, {text:.0f} MB of text, {alone.n_moves:,} moves")
    print(f"one process: {n_turns / one:,.0f} turns/s; two: {one / two:.2f} times that")
    print(
        f"memory grows by {grown:.0f} MB, {grown * 2**20 / max(alone.n_moves, 1):.0f} bytes a move"
    )
    print(f"effects of {len(effects)} techniques: {table:.2f} s")


if __name__ == "__main__":
    main()
