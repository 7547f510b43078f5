"""
Writes the documentation's page of figures: agreement on annotated data, beside VADER and people.

    python benchmarks/accuracy.py FOLDER [--out docs/explanation/accuracy.md] [--json FILE]
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import measuring

import affect
import techniques

HEADING = """\
# How far the figures go

Written by `benchmarks/accuracy.py` on {provenance}.
Run it on the data's folder to write it anew.

*Held back* is the quarter of the sessions on which nothing is fitted and whose errors nobody reads.
*Tuning* is the rest, on which cues and lexicon were written, so it flatters; what is fitted is fitted anew without the sessions measured, five times for techniques and three times for affect.
The held-back sets are small, and figures on them swing.

Who rated:

- **AnnoMI** (Wu et al. 2022, 2023): motivational interviewing, coded by experts.
- **Rated turns**: 1,050 patient turns of AnnoMI, and **coded turns**: 600 therapist turns of it, rated by *a language model* that followed our coding manual; these are not human ratings.
- **Authored**: 16 fictional sessions of nine schools of therapy, written and rated by *a language model*.
- **EmoBank** (Buechel & Hahn 2017) and **VADER's own** ground truth (Hutto & Gilbert 2014): people's ratings of general English, shown for scale; EmoBank is never fitted on.

"""  # noqa: E501  # one sentence a line, as in all the pages


class Row(NamedTuple):
    """
    One measure on one set of data.
    """

    measure: str
    tuning: float
    held_back: float
    vader: float | None = None
    people: str = ""


def affect_rows(tuning: dict[str, Any], held_back: dict[str, Any]) -> Iterator[Row]:
    """
    Valence, arousal, states and stance.
    """
    labels = {
        "patient_affect": "Rated turns",
        "authored": "Authored",
        "annomi stance": "AnnoMI",
        "emobank": "EmoBank",
        "vadergt": "VADER's own",
    }
    people_by_place = {
        ("patient_affect", "valence_r"): ".93 (models)",
        ("annomi stance", "stance_macro_f1"): ".65 / .73",
    }
    names = {
        "valence_r": "valence, Pearson's r",
        "arousal_r": "arousal, Pearson's r",
        "stance_macro_f1": "stance, macro-F1",
    }
    for form, ours in tuning.items():
        other = held_back[form]
        for key, name in names.items():
            if key in ours:
                vader = other.get("vader_r") if key == "valence_r" else None
                people = people_by_place.get((form, key), "")
                yield Row(f"{labels[form]}: {name}", ours[key], other[key], vader, people)
        if "states" in ours:
            scores = [each["states"]["micro_f1"] for each in (ours, other)]
            yield Row(f"{labels[form]}: states, micro-F1", *scores)


def technique_rows(cross: dict[str, Any], held_back: dict[str, Any]) -> Iterator[Row]:
    """
    Behaviours and techniques.
    """
    ours, other = cross["as written"], held_back["as written"]
    people = {"question": ".93 / .96", "reflection": ".83 / .88", "input": ".82 / .88"}
    both = ours["annomi behaviour"]["macro"], other["annomi behaviour"]["macro"]
    yield Row("AnnoMI: main behaviour, macro-F1", *both, people=".80 / .86")
    for name, ceiling in people.items():
        both = ours["annomi present"][name], other["annomi present"][name]
        yield Row(f"AnnoMI: {name} present, macro-F1", *both, people=ceiling)
    for form, ceiling in (("coded", ".86 (models)"), ("authored", "")):
        label = {"coded": "Coded turns", "authored": "Authored"}[form]
        for average in ("micro", "macro"):
            key = f"{form} techniques"
            shown = ceiling if average == "micro" else ""
            name = f"{label}: techniques, {average}-F1"
            yield Row(name, ours[key][average], other[key][average], people=shown)


def table(title: str, rows: Iterator[Row]) -> str:
    """
    The rows as Markdown.
    """
    lines = [f"## {title}", "", "| measure | tuning | held back | VADER, held back | raters |"]
    lines.append("|---|---|---|---|---|")
    for row in rows:
        vader = "" if row.vader is None else f"{row.vader:.2f}"
        scores = f"{row.tuning:.2f} | {row.held_back:.2f} | {vader} | {row.people}"
        lines.append(f"| {row.measure} | {scores} |")
    return "\n".join([*lines, "", ""])


def measure(folder: Path) -> dict[str, Any]:
    """
    All figures of techniques and affect, on both splits.
    """
    return {
        "techniques": {s: techniques.report(folder, s) for s in ("cross", "validation")},
        "affect": {split: affect.report(folder, split) for split in ("tuning", "validation")},
    }


def page(figures: dict[str, Any]) -> str:
    """
    The whole page.
    """
    cross, spared = figures["techniques"].values()
    tuning, held_back = (dict(each) for each in figures["affect"].values())
    speeds = held_back.pop("turns_per_second")
    tuning.pop("turns_per_second")
    for split in (tuning, held_back):
        for key in [key for key, value in split.items() if not isinstance(value, dict)]:
            del split[key]
    heading = HEADING.format(provenance=measuring.provenance("vaderSentiment"))
    speed = (
        "## Speed\n\nTurns a second on one core, each alone on the same kind of turns: "
        f"detection {spared['turns_per_second']:,.0f}, scoring {speeds['ours']:,.0f}, "
        f"VADER's `polarity_scores` {speeds['vader']:,.0f}.\n"
    )
    return (
        heading
        + table("What the patient shows", affect_rows(tuning, held_back))
        + "Raters: for valence, three language-model raters among themselves; for stance, one "
        "human against another, and against the consensus of nine.\n\n"
        + table("What the therapist does", technique_rows(cross, spared))
        + 'Raters: one human against another, and against the consensus of nine; "models" marks '
        "language-model coders among themselves.\n\n" + speed
    )


def main() -> None:
    """
    Writes the page.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/explanation/accuracy.md"))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    figures = measure(arguments.folder)
    arguments.out.write_text(page(figures), encoding="utf-8", newline="\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
