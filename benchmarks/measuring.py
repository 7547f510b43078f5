"""
How time, memory and the machine are told, the same in all benchmarks.
"""

import gc
import multiprocessing
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any


def seconds(action: Callable[[], object], runs: int = 3) -> float:
    """
    The best of some runs.

    What lives before the first is put out of the garbage collector's sight, so that no run pays
    for the inputs of others.
    """
    gc.collect()
    gc.freeze()
    times = []
    for _ in range(runs):
        began = perf_counter()
        action()
        times.append(perf_counter() - began)
    return min(times)


def peak() -> float:
    """
    This process's peak memory, in MB.

    Not that of `resource`, which counts a parent's memory too.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def growth_of(action: Callable[..., object], *arguments: object) -> float:
    """
    By how much a call raises the peak of this process, in MB.
    """
    before = peak()
    action(*arguments)
    return peak() - before


def memory(action: Callable[..., object], *arguments: object) -> float:
    """
    By how much a call raises the peak of a process of its own, in MB.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return float(pool.apply(growth_of, (action, *arguments)))


def provenance(*packages: str) -> str:
    """
    The day, the versions and the machine that figures hold for.
    """
    versions = []
    for package in ("aftermove", *packages):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"{package} missing")
    return (
        f"{datetime.now(UTC).date().isoformat()}: {', '.join(versions)}, "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{_cpu()}"
    )


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}" if names else "processor unknown"


def table(heading: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """
    Markdown.
    """
    lines = [heading, ("---",) * len(heading), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
