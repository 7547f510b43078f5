"""
Feeds every reader torn and hostile files, and stops at the first error that isn't ours.

Usage: fuzz.py [SECONDS] [FORMAT...]

Needs atheris.  Begins from the fixtures of the tests and what the writers make; what it finds is
left in a file named crash-... or timeout-... for a case of its own.  An input that takes over
ten seconds counts as a hang.
"""

import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["aftermove"]):
    from aftermove.errors import AftermoveError
    from aftermove.parsing import READERS, WRITERS
    from aftermove.parsing.decoding import Source
    from aftermove.parsing.reader import _given, _sessions

import invented_files

FIXTURES = Path(__file__).parent.parent / "tests" / "parsing" / "fixtures"
NAMES = tuple(READERS)


def read(raw: bytes) -> None:
    """
    Reads bytes as the form that the first one chooses, or as whatever they look like.
    """
    if not raw:
        return
    choice, rest = raw[0] % (len(NAMES) + 1), raw[1:]
    name = NAMES[choice] if choice < len(NAMES) else None
    try:
        source = Source.from_bytes(rest)
        for session in _sessions(source, "a", name, _given(None, None), join=True, strict=False):
            assert len(session) > 0
    except AftermoveError as error:
        str(error)


def seeds_of(name: str) -> Iterator[bytes]:
    """
    What the form's writer makes, and the fixtures of its tests.
    """
    if name in WRITERS:
        yield WRITERS[name](invented_files.made_up(4)).encode()
    for path in sorted(FIXTURES.glob(f"{name}/**/*")):
        if path.is_file():
            yield path.read_bytes()
    for path in sorted(FIXTURES.glob("*.toml")) if name == "labelled" else ():
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            yield case.get("input", case.get("text")).encode()


def main() -> None:
    """
    Runs until the time is up.
    """
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    wanted = sys.argv[2:] or NAMES
    with tempfile.TemporaryDirectory() as corpus:
        seeds = {name: list(seeds_of(name)) for name in wanted}
        for name, files in seeds.items():
            for number, raw in enumerate(files):
                for choice in (NAMES.index(name), len(NAMES)):
                    Path(corpus, f"{name}-{number}-{choice}").write_bytes(bytes([choice]) + raw)
        arguments = [sys.argv[0], corpus, f"-max_total_time={seconds}", "-timeout=10"]
        arguments += ["-max_len=20000", "-rss_limit_mb=4000", "-print_final_stats=1"]
        atheris.Setup(arguments, read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
