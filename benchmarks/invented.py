"""
Reads the folder `invented`: talk written for fitting, one turn a line.

- ``== name`` opens a session, or, as ``== alone: name``, turns that have nothing to do with each
  other.
- ``q techniques | words`` is the therapist's turn, with its behaviour, question, reflection, input
  or other, told by its first letter, and its techniques.
- ``P words`` is the patient's, and ``P valence arousal states stance | words`` one that is rated:
  states by commas or ``-``, and the stance by its first letter.
- ``#`` opens a remark.

Whoever wrote a turn coded or rated it by the codebook, so these are examples, not ratings.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import annotated

from aftermove.model import Behaviour, Stance
from aftermove.techniques.shape import Before

ALONE = "alone"
"""How the ids of sessions begin that are a turn without its session."""
ANYWHERE = Before(patient_words=12, from_start=10, from_end=10)
"""The middle of a session of which nothing else is known."""
INVENTED = Path(__file__).with_name("invented")
_LETTERS = {str(each)[0]: str(each) for kind in (Behaviour, Stance) for each in kind}
_RATED: Final = re.compile(r"(?P<valence>\S+) (?P<arousal>\S+) (?P<states>.+?) (?P<stance>[csn])")

Said = tuple[str, str, dict[str, Any]]


def sessions() -> list[annotated.Annotated]:
    """
    The sessions written for this project; turns that stand alone are a session each.
    """
    return [each for path in sorted(INVENTED.glob("*.txt")) for each in _sessions_of(path)]


def _sessions_of(path: Path) -> Iterator[annotated.Annotated]:
    name = path.stem
    said: list[Said] = []
    lines = [each for each in path.read_text(encoding="utf-8").splitlines() if each]
    for number, line in enumerate([*lines, "== end"]):
        is_opening, is_alone = line.startswith("=="), name.startswith(ALONE)
        # A patient's turn without its session keeps the therapist's that it answers.
        if said and (is_opening or (is_alone and (said[-1][0] == "patient" or line[0] != "P"))):
            yield annotated.annotated(f"{name} {path.stem} {number}", said)
            said = []
        if is_opening:
            name = line.removeprefix("==").strip()
        elif line[0] != "#":
            said.append(_said(line))


def _said(line: str) -> Said:
    kind, _, rest = line.partition(" ")
    codes, bar, words = rest.partition("| ")
    if kind == "P":
        rated = _RATED.fullmatch(codes.strip()) if bar else None
        return ("patient", words, _rating(rated)) if rated else ("patient", rest, {})
    techniques = [code for code in codes.strip().split(", ") if code]
    return "therapist", words, {"behaviour": _LETTERS[kind], "techniques": techniques}


def _rating(rated: re.Match[str]) -> dict[str, Any]:
    return {
        "valence": float(rated["valence"]),
        "arousal": float(rated["arousal"]),
        "states": [] if rated["states"] == "-" else rated["states"].split(", "),
        "stance": _LETTERS[rated["stance"]],
    }
