"""
Writes the page of direct dependencies: why, bounds and licence of each.

    python benchmarks/dependencies.py [--page docs/explanation/dependencies.md]

Bounds come from pyproject.toml, licences from the metadata of what is installed.
"""

import argparse
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import measuring

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
WHY = {
    "ahocorasick-rs": "nothing yet",
    "attrs": "the model's classes",
    "build": "wheel and sdist",
    "cattrs": "model values to JSON and back",
    "click": "the command",
    "dask": "an executor of a cluster",
    "furo": "the documentation's look",
    "hypothesis": "the strategies of `aftermove.testing`",
    "import-linter": "keeps imports pointing one way",
    "jsonschema": "tries the schema of documents",
    "krippendorff": "a peer that agreement is tested against",
    "matplotlib": "figures",
    "msgspec": "nothing yet",
    "mypy": "checks types",
    "myst-nb": "runs the documentation's examples",
    "narwhals": "data frames of any library",
    "numpy": "effects and transitions",
    "openpyxl": "reads Excel workbooks",
    "pandas": "data frames",
    "polars": "data frames",
    "pyarrow": "studies as Parquet",
    "pylangacq": "a peer in benchmarks",
    "pysubs2": "a peer in benchmarks",
    "pytest": "runs the tests",
    "pytest-cov": "coverage",
    "pytest-xdist": "tests side by side",
    "regex": "patterns under a time limit",
    "rich": "the command's tables",
    "ruff": "style",
    "scikit-learn": "a peer, and a user's model in examples",
    "scipy": "a peer that statistics are tested against",
    "sphinx": "the documentation",
    "statsmodels": "a peer that statistics are tested against",
    "types-jsonschema": "types for mypy",
    "types-openpyxl": "types for mypy",
    "types-regex": "types for mypy",
    "vadersentiment": "a peer, and a scorer in examples",
    "webvtt-py": "a peer in benchmarks",
}


def requirements() -> Iterator[tuple[str, str, str]]:
    """
    The group, name and bounds of each direct dependency; the core's group is "core".
    """
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    for group, members in {
        "core": project["dependencies"],
        **project["optional-dependencies"],
    }.items():
        for member in members:
            found = re.match(r"([\w.-]+)(?:\[[\w,-]+\])?", member)
            assert found is not None
            name, bounds = found[1], member[found.end() :].strip()
            if name != "aftermove":
                yield group, name, bounds


def licence(name: str) -> str:
    """
    As the installed package's metadata tell it.
    """
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    if "License-Expression" in told:
        return told["License-Expression"]
    classified = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or []
        if each.startswith("License ::")
    ]
    # Some put the whole text of their licence into the field.
    short = str(told["License"] or "").strip().partition("\n")[0]
    return ", ".join(classified) or short or "not told"


def page() -> str:
    """
    The page, in Markdown.
    """
    rows: dict[str, tuple[list[str], list[str]]] = {}
    for group, name, bounds in requirements():
        groups, told = rows.setdefault(name, ([], []))
        groups.append(group)
        if bounds not in told:
            told.append(bounds)
    lines = [
        (
            f"`{name}`",
            ", ".join(groups),
            WHY[name.lower()],
            " ".join(f"`{b}`" for b in bounds),
            licence(name),
        )
        for name, (groups, bounds) in rows.items()
    ]
    return (
        "# Dependencies and their licences\n\n"
        "Who uses the library needs those of the core, and of the extras that they ask for.\n"
        "Licences are as the installed packages' metadata tell them.\n"
        f"Written by `benchmarks/dependencies.py`, {measuring.provenance()}.\n\n"
        + measuring.table(("package", "needed by", "for", "bounds", "licence"), lines)
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, default=Path("docs/explanation/dependencies.md"))
    parser.parse_args().page.write_text(page(), encoding="utf-8")
