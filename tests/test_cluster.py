import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("distributed")

# A program of its own: workers import what they run, and a cluster is no part of this process.
PROGRAM = """
import os, signal, sys, time
import distributed
import aftermove as am

def slow(session):
    time.sleep(0.05)  # long enough for a worker to be lost in the middle
    return am.analyze(session)

def kill(_):
    if victims:
        os.kill(victims.pop(), signal.SIGKILL)

if __name__ == "__main__":
    folder = sys.argv[1]
    here = am.study(folder)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        executor = client.get_executor()
        print(am.study(folder, executor, batch_size=4) == here)
        victims = [next(iter(client.run(os.getpid).values()))]
        print(am.study(folder, executor, analyze=slow, batch_size=2, progress=kill) == here)
        print(len(victims), len(here))
"""
TALK = "P: Bad, {0}.\nT: What is it like?\nP: Tired {0}.\nT: That makes sense.\nP: Relieved.\n"


def test_a_cluster_gives_the_same_study(tmp_path: Path) -> None:
    """
    Two worker processes give what one process gives, also when one is killed in the middle.
    """
    folder = tmp_path / "sessions"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(TALK.format(number))
    program = tmp_path / "run.py"
    program.write_text(PROGRAM)
    ended = subprocess.run(  # noqa: S603  # our own words alone
        [sys.executable, str(program), str(folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    assert ended.stdout.split() == ["True", "True", "0", "40"]
