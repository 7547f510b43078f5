"""
Runs the benchmarks that write pages of the documentation, each in a process of its own.

    python benchmarks FOLDER [--only accuracy techniques effects speed] [--json FILE]

FOLDER holds the annotated data; effects and speed need none.  With ``--json`` the figures of
accuracy and speed are written to one file, too.  All together take about half an hour.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
EFFECTS: Final = Path("docs/explanation/effects-measured.md")
NAMES: Final = ("accuracy", "techniques", "effects", "speed")


def commands(folder: str, figures: Path) -> dict[str, list[str]]:
    """
    What to run for each page, and where figures are left on the way.
    """
    return {
        "accuracy": ["accuracy.py", folder, "--json", str(figures / "accuracy.json")],
        "techniques": ["technique_pages.py", folder],
        "effects": ["effects.py", "400"],
        "speed": ["speed.py", "--json", str(figures / "speed.json")],
    }


def main() -> None:
    """
    Runs those asked for, or all.
    """
    parser = argparse.ArgumentParser(prog="python benchmarks", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        figures = Path(name)
        for page, (script, *given) in commands(arguments.folder, figures).items():
            if page in arguments.only:
                command = [sys.executable, str(HERE / script), *given]
                # Effects are printed; the others know their page.
                made = subprocess.run(  # noqa: S603  # our own scripts
                    command, check=True, stdout=subprocess.PIPE if page == "effects" else None
                )
                if made.stdout:
                    EFFECTS.write_bytes(made.stdout)
                print(f"{page}: written", flush=True)
        if arguments.json:
            told = {path.stem: json.loads(path.read_text("utf-8")) for path in figures.iterdir()}
            arguments.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
