"""
Writes the documentation's page of mutants: which small changes to the code the tests notice.

    python benchmarks/mutants.py FOLDER [--parts sequence model] [--out docs/explanation/mutants.md]

The mutants are mutmut's, in copies of the project in FOLDER.  Where these hold an earlier run,
only changed functions and the mutants that lived are tried again.  `mutmut show NAME`, run in a
copy, shows a mutant.
"""

import argparse
import ast
import json
import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

PAGE: Final = """\
# What the tests notice

Written by `benchmarks/mutants.py` on {date}: mutmut {mutmut}, aftermove {aftermove}, Python {python}, {machine}.
Run it to write the table anew.

Coverage tells which code the tests run, not whether they would notice if it were wrong.
So mutmut changes the code in one small way after another: a `<` becomes a `<=`, an argument `None`, a word other letters.
Each changed form is a mutant, and the module's own tests are run on it; where one fails, the mutant is killed.
A mutant on which the tests never end hangs, and is noticed as well.

{table}
## What is left out

Annotations, docstrings, decorators, constants, the declarations of fields and calls of `len` and `isinstance` aren't mutated, which is mutmut's choice.
The wording of errors and of problems isn't either, which is ours: `[tool.mutmut]` in `pyproject.toml` passes over `raise` and over reasons.
Properties and validators are mutated: the script makes them below their functions, where mutmut sees them.

Property tests draw 25 examples each, always the same (profile `mutants`), so a longer run of them may notice more.
Doctests aren't run, nor are the tests of how long things take, which is longer where each call may be mutated.
Only the tests of a module's own package are run; what others would notice doesn't count.
Where tests were added, those mutants are tried again that had lived, and not all; what isn't tried again counts as before.
All of it takes about an hour and a half in one process.

## What may live

Most of those that live were read, though not those of `_identifiers.py` and the last of `privacy.py`, where a gap may be left.
Those read are of these kinds.

- **The same to all callers.** `zip` without `strict` on rows made together; `dtype=None` where the values decide it; `>=` for `>` where equal values give the same or come never; an initial value that is overwritten; a search that begins elsewhere and ends at the same place; a guard whose limit isn't met, as `max(n, 2)` for `max(n, 1)`.
- **Words that people read.** Headings, captions, labels and classes of style of pages, beyond those that a test reads off them; names of arguments in errors.
- **Defaults that any value would serve.** A seed of 1 for 0, 10,001 orders for 10,000.
- **Chance turned over.** In `Simulation`, noise of the opposite sign or from another seed is as good as that drawn.
- **Faster, not other.** A search that begins twenty characters before the end, a block of codes that fits a core's cache: without them results are the same, only later.
- **Nets below nets.** A check that another one behind it makes again, or a tolerance for rounding errors that data so small don't bring about.

## What is never run

The tests run all branches of these modules.
In the whole project, `[tool.coverage]` in `pyproject.toml` and comments in the code leave out of the measurement:

- `if TYPE_CHECKING:` and the bodies `...` of protocols and overloads, which are for type checkers and never run;
- the last `case` of `storage/structuring.py`, which no error that we know of reaches, and which keeps one that we don't know of from quoting a value;
- the last lines of `__main__.py`, which a test runs in a process of its own, where coverage doesn't see them.
"""  # noqa: E501  # one sentence a line, as in all the pages

_ROOT: Final = Path(__file__).parent.parent


class Part(NamedTuple):
    """
    What is mutated together, and the tests that are to notice.
    """

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    """As arguments of pytest."""


# Nearly all tests of the package call these, and a fraction that never settles hangs in each.
_APART: Final = ("distributions", "panel")

_PARTS: Final[Mapping[str, Part]] = {
    "sequence": Part(
        tuple(
            f"src/aftermove/sequence/{path.name}"
            for path in sorted((_ROOT / "src/aftermove/sequence").glob("*.py"))
            if path.stem not in _APART
        ),
        ("tests/sequence",),
    ),
    **{
        name: Part((f"src/aftermove/sequence/{name}.py",), (f"tests/sequence/test_{name}.py",))
        for name in _APART
    },
    # Without the tests of how long things take, which is longer where each call may be mutated.
    "model": Part(
        ("src/aftermove/model/*.py",), ("tests/model", "-k", "not no_longer and not stays_small")
    ),
    "labelled": Part(
        ("src/aftermove/parsing/labelled.py",),
        ("tests/parsing/test_labelled.py", "tests/parsing/test_breaks.py"),
    ),
}


def undecorated(source: str) -> str:
    """
    The source with properties and validators made below their functions, and without caches.

    The same to whoever uses it, save for speed; but mutmut passes over decorated functions.
    """
    lines = source.splitlines()
    below: dict[int, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        indent = " " * node.col_offset
        for decorator in node.decorator_list:
            name = ast.unparse(decorator)
            if name == "cache":
                lines[decorator.lineno - 1] = ""
            elif name in ("property", "cached_property") or name.endswith(".validator"):
                lines[decorator.lineno - 1] = ""
                target = "" if "." in name else f"{node.name} = "
                made = f"{indent}{target}{name}({node.name})"
                below.setdefault(node.end_lineno or 0, []).append(made)
    together = ((line, *below.get(number, ())) for number, line in enumerate(lines, 1))
    return "\n".join(line for some in together for line in some) + "\n"


def copied(folder: Path, part: Part) -> None:
    """
    Brings the copy in *folder* up to date, and leaves what hasn't changed as old as it was.
    """
    settings = "".join(
        f"{name} = {json.dumps(list(values))}\n"
        for name, values in (
            ("only_mutate", part.sources),
            ("pytest_add_cli_args_test_selection", part.tests),
        )
    )
    mutated = {path for pattern in part.sources for path in _ROOT.glob(pattern)}
    for path in (*_files("src"), *_files("tests"), _ROOT / "pyproject.toml"):
        content = path.read_bytes()
        if path in mutated:
            content = undecorated(content.decode()).encode()
        elif path.name == "pyproject.toml":
            content = content.replace(b"[tool.mutmut]\n", b"[tool.mutmut]\n" + settings.encode())
        there = folder / path.relative_to(_ROOT)
        if not there.exists() or there.read_bytes() != content:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)


def _files(name: str) -> Iterator[Path]:
    for path in (_ROOT / name).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def run(folder: Path) -> None:
    """
    Tries each mutant of the copy that isn't known to be noticed, one at a time.
    """
    for meta in folder.glob("mutants/**/*.meta"):
        told = json.loads(meta.read_text())
        for name, code in told["exit_code_by_key"].items():
            if _outcome(code) == "lived":
                told["exit_code_by_key"][name] = None
        meta.write_text(json.dumps(told))
    command = shutil.which("mutmut", path=str(Path(sys.executable).parent)) or "mutmut"
    environment = os.environ | {"HYPOTHESIS_PROFILE": "mutants"}
    # The copy is what is to be imported.
    environment.pop("PYTHONPATH", None)
    subprocess.run(  # noqa: S603  # our own command
        [command, "run", "--max-children", "1"], cwd=folder, env=environment, check=True
    )


def results(folder: Path) -> Iterator[tuple[str, Counter[str]]]:
    """
    By module, how many mutants were killed, hung or lived.
    """
    for meta in sorted(folder.glob("mutants/**/*.meta")):
        codes = json.loads(meta.read_text())["exit_code_by_key"].values()
        path = meta.relative_to(folder / "mutants/src/aftermove").with_suffix("")
        if codes:
            yield path.as_posix(), Counter(map(_outcome, codes))


def _outcome(code: int | None) -> str:
    """
    What mutmut's exit code tells of a mutant.
    """
    match code:
        # The tests pass; or none of them calls the function.
        case 0 | 5 | 33:
            return "lived"
        case 1 | 3:
            return "killed"
        # The limit of time.
        case -24 | 24 | 36 | 152 | 255:
            return "hung"
    return "untold"


def table(folder: Path) -> str:
    """
    The results of all parts as Markdown, with a sum for each package.
    """
    lines = ["| module | mutants | killed | hung | lived | noticed |", "|---|---|---|---|---|---|"]
    found = sorted(each for part in _PARTS for each in results(folder / part))
    for package, modules in groupby(found, key=lambda each: each[0].partition("/")[0]):
        whole: Counter[str] = Counter()
        for path, counts in modules:
            lines.append(_row(f"`{path}`", counts))
            whole += counts
        lines.append(_row(f"**{package}**", whole))
    return "\n".join([*lines, ""])


def _row(name: str, counts: Counter[str]) -> str:
    if counts["untold"]:
        raise SystemExit(f"{name}: {counts['untold']} mutants weren't tried; run again")
    n, noticed = counts.total(), counts["killed"] + counts["hung"]
    numbers = (n, counts["killed"], counts["hung"], counts["lived"])
    told = " | ".join(f"{number:,}" for number in numbers)
    return f"| {name} | {told} | {noticed / n:.0%} |"


def page(folder: Path) -> str:
    """
    The whole page.
    """
    return PAGE.format(
        date=datetime.now(UTC).date().isoformat(),
        mutmut=version("mutmut"),
        aftermove=version("aftermove"),
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}",
        table=table(folder),
    )


def main() -> None:
    """
    Tries the mutants of the parts chosen, and writes the page.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", nargs="*", choices=list(_PARTS), default=list(_PARTS))
    parser.add_argument("--out", type=Path, default=Path("docs/explanation/mutants.md"))
    arguments = parser.parse_args()
    for name in arguments.parts:
        copied(arguments.folder / name, _PARTS[name])
        run(arguments.folder / name)
    arguments.out.write_text(page(arguments.folder), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
