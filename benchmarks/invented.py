"""
Reads `invented_turns.txt`: talk written for fitting, whose form its first lines tell.
"""

from pathlib import Path
from typing import Any

import annotated

from aftermove.model import Behaviour
from aftermove.techniques.shape import Before

ALONE = "alone"
"""How the ids of sessions begin that are a turn without its session."""
ANYWHERE = Before(patient_words=12, from_start=10, from_end=10)
"""The middle of a session of which nothing else is known."""
INVENTED = Path(__file__).with_name("invented_turns.txt")
_LETTERS = {str(behaviour)[0]: str(behaviour) for behaviour in Behaviour}


def sessions() -> list[annotated.Annotated]:
    """
    The sessions written for this project; turns that stand alone are a session each.
    """
    made: list[annotated.Annotated] = []
    name = ""
    said: list[tuple[str, str, dict[str, Any]]] = []
    lines = INVENTED.read_text(encoding="utf-8").splitlines()
    for line in [*(each for each in lines if not each.startswith("#")), "== end"]:
        kind, _, rest = line.partition(" ")
        alone = name.startswith(ALONE)
        if (kind == "==" or alone) and said:
            made.append(annotated.annotated(f"{name} {len(made)}", said))
            said = []
        if kind == "==":
            name = rest
        elif kind == "P":
            said.append(("patient", rest, {}))
        else:
            codes, _, words = rest.partition("| ")
            techniques = [code for code in codes.strip().split(", ") if code]
            told = {"behaviour": _LETTERS[kind], "techniques": techniques}
            said.append(("therapist", words, told))
    return made
