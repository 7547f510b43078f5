"""
Writes the documentation of techniques: the figures on their page, and a page for each of them.

    python benchmarks/technique_pages.py FOLDER [--docs docs]

Tables stand between marks, `% figures: name` and `% end`; the rest of the page is written by hand.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import techniques
from aftermove.techniques import Codebook, Cue, Technique
from aftermove.techniques.weights import Weights

PEOPLE = {
    "AnnoMI main behaviour, macro-F1 (experts)": ".80 / .86",
    "AnnoMI question present, macro-F1": ".93 / .96",
    "AnnoMI reflection present, macro-F1": ".83 / .88",
    "AnnoMI input present, macro-F1": ".82 / .88",
    "Coded AnnoMI turns, techniques, micro-F1": ".86 (models)",
}
"""One human against another, and against the consensus of nine."""
SETS = ("coded", "authored")
SPLITS = {"cross": "cross-validated", "validation": "held back"}
_MOST_PHRASES = 8
_MOST_SHAPES = 6

Coded = Sequence[techniques.Coded]
Measured = Mapping[str, Mapping[str, Mapping[str, list[techniques.Coded]]]]
"""By split, form of the text, and set."""


def measure_rows(sets: Mapping[str, Coded]) -> dict[str, float]:
    """
    The figures of one split and form, by their names in the table.
    """
    rows = {
        "AnnoMI main behaviour, macro-F1 (experts)": techniques.behaviour_figures(sets["annomi"])[
            "macro"
        ]
    }
    for name, value in techniques.presence_figures(sets["annomi"]).items():
        rows[f"AnnoMI {name} present, macro-F1"] = value
    for name, label in (("coded", "Coded AnnoMI turns"), ("authored", "Authored sessions")):
        rows[f"{label}, behaviour, macro-F1"] = techniques.behaviour_figures(sets[name])["macro"]
        figures = techniques.technique_figures(sets[name])
        for average in ("micro", "macro"):
            rows[f"{label}, techniques, {average}-F1"] = figures[average]
    return rows


def agreement_table(measured: Measured) -> str:
    """
    All measures in both splits, as written and unmarked, beside people.
    """
    columns = [measure_rows(measured[split][form]) for split in SPLITS for form in techniques.FORMS]
    lines = [
        "| measure | cross | cross, unmarked | held back | held back, unmarked | human |",
        "|---|---|---|---|---|---|",
    ]
    for name in columns[0]:
        values = " | ".join(f"{column[name]:.2f}" for column in columns)
        lines.append(f"| {name} | {values} | {PEOPLE.get(name, '')} |")
    return "\n".join(lines)


def reliability_table(measured: Measured) -> str:
    """
    What confidences are worth, cross-validated, on coded and authored turns together.
    """
    sets = measured["cross"]["as written"]
    rows = techniques.reliability([*sets["coded"], *sets["authored"]])
    lines = [
        "| confidence | interventions | mean confidence | share right |",
        "|---|---|---|---|",
    ]
    for band, (n, confidence, right) in rows.items():
        low = float(band)
        lines.append(f"| {low:.1f}–{low + 0.1:.1f} | {n} | {confidence:.2f} | {right:.2f} |")
    return "\n".join(lines)


def technique_table(measured: Measured) -> str:
    """
    F1 of each technique, cross-validated, with the number of turns that hold it.
    """
    sets = measured["cross"]["as written"]
    figures = {name: techniques.technique_figures(sets[name])["by_technique"] for name in SETS}
    lines = ["| technique | coded | authored |", "|---|---|---|"]
    for technique in sorted(Codebook.default()):
        cells = []
        for name in SETS:
            row = figures[name].get(technique)
            n = row["hits"] + row["misses"] if row else 0
            cells.append(f"{row['f1']:.2f} ({n})" if n else "–")
        link = f"[`{technique}`](../reference/techniques/{technique}.md)"
        lines.append(f"| {link} | {' | '.join(cells)} |")
    return "\n".join(lines)


def filled(page: str, tables: Mapping[str, str]) -> str:
    """
    The page with each table between its marks.
    """
    for name, table in tables.items():
        before, begins, rest = page.partition(f"% figures: {name}\n")
        _, ends, after = rest.partition("\n% end")
        if not (begins and ends):
            raise SystemExit(f"the page must hold the marks of {name}")
        page = f"{before}{begins}\n{table}\n{ends}{after}"
    return page


def technique_page(technique: Technique, measured: Measured) -> str:
    """
    What one technique is, what it is told by, how well, and what is missed.
    """
    lines = [
        f"# `{technique.id}`: {technique.name.lower()}",
        "",
        "Written by `benchmarks/technique_pages.py`.",
        "",
        technique.definition,
        "",
        f"Family: `{technique.family}`.",
        f"Source: {technique.source}.",
        "",
        f"Not: {' '.join(technique.near_misses)}",
        "",
        "## What it looks for",
        "",
        *(cue_line(cue) for cue in technique.cues),
        "",
        *shape_lines(technique.id),
        "## Agreement reached",
        "",
        *figure_lines(technique.id, measured),
        "",
        "## What it misses",
        "",
        *miss_lines(technique.id, measured),
    ]
    return "\n".join(lines) + "\n"


def cue_line(cue: Cue) -> str:
    """
    One cue, with its example and near miss.
    """
    name = cue.id.partition(".")[2].replace("_", " ")
    if cue.phrases:
        shown = ", ".join(f"“{phrase.replace('|', '/')}”" for phrase in cue.phrases[:_MOST_PHRASES])
        n_more = len(cue.phrases) - _MOST_PHRASES
        told = shown + (f" and {n_more} more" if n_more > 0 else "")
    else:
        told = "a pattern around " + ", ".join(f"“{word}”" for word in cue.gate[:_MOST_PHRASES])
    return (
        f"- *{name}* ({cue.weight:g}): {told}.\n  Met by “{cue.match}”; not by “{cue.near_miss}”."
    )


def shape_lines(technique: str) -> Iterator[str]:
    """
    What tells besides the technique's own cues, by the weights that ship.
    """
    weights = Weights.of(Codebook.default())
    head = weights.heads.index(technique)
    other = sorted(
        (row[head], name) for name, row in weights.by_feature.items() if name != technique
    )
    for said, chosen in (
        ("for", [pair for pair in reversed(other) if pair[0] > 0]),
        ("against", [pair for pair in other if pair[0] < 0]),
    ):
        if chosen:
            names = ", ".join(f"`{name}` ({weight:+.2f})" for weight, name in chosen[:_MOST_SHAPES])
            yield f"Besides, what speaks most {said} it: {names}."
    yield ""


def figure_lines(technique: str, measured: Measured) -> Iterator[str]:
    """
    How often it was found rightly, by set and split.
    """
    yield "At the default threshold; *coded* and *authored* turns were coded by a language model."
    yield ""
    yield "| turns | hold it | found | rightly | precision | recall | F1 |"
    yield "|---|---|---|---|---|---|---|"
    for split, told in SPLITS.items():
        for name in SETS:
            counts = _counts(technique, measured[split]["as written"][name])
            held, found = counts.hits + counts.misses, counts.hits + counts.extras
            shares = [
                f"{counts.hits / found:.2f}" if found else "–",
                f"{counts.hits / held:.2f}" if held else "–",
                f"{counts.f1:.2f}" if held else "–",
            ]
            row = " | ".join(map(str, (held, found, counts.hits, *shares)))
            yield f"| {name}, {told} | {row} |"


def _counts(technique: str, coded: Coded) -> techniques.Counts:
    pairs = [(frozenset(c.told["techniques"]), c.techniques()) for c in coded]
    return techniques.counts_by_code(pairs).get(technique, techniques.Counts(0, 0, 0))


def miss_lines(technique: str, measured: Measured) -> Iterator[str]:
    """
    What it is taken for, and what is taken for it, cross-validated.
    """
    sets = measured["cross"]["as written"]
    coded = [each for name in SETS for each in sets[name]]
    missed = [c for c in coded if technique in set(c.told["techniques"]) - c.techniques()]
    extra = [c for c in coded if technique in c.techniques() - set(c.told["techniques"])]
    instead = Counter(name for c in missed for name in c.techniques())
    instead -= Counter(name for c in missed for name in c.told["techniques"])
    told = Counter(name for c in extra for name in set(c.told["techniques"]) - c.techniques())
    yield f"Missed {len(missed)} times, cross-validated{_most('found there instead', instead)}."
    yield f"Found {len(extra)} times where it isn't coded{_most('coded there instead', told)}."


def _most(said: str, counts: Mapping[str, int]) -> str:
    common = Counter(counts).most_common(3)
    if not common:
        return ""
    return f"; {said}: " + ", ".join(f"`{name}` ({n})" for name, n in common)


def write(folder: Path, docs: Path) -> None:
    """
    Writes the figures and all pages.
    """
    measured: dict[str, Any] = {split: techniques.measured(folder, split) for split in SPLITS}
    page = docs / "explanation" / "techniques.md"
    tables = {
        "agreement": agreement_table(measured),
        "reliability": reliability_table(measured),
        "techniques": technique_table(measured),
    }
    page.write_text(
        filled(page.read_text(encoding="utf-8"), tables), encoding="utf-8", newline="\n"
    )
    for technique in Codebook.default().values():
        path = docs / "reference" / "techniques" / f"{technique.id}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(technique_page(technique, measured), encoding="utf-8", newline="\n")


def main() -> None:
    """
    Writes into the folder of documentation.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    arguments = parser.parse_args()
    write(arguments.folder, arguments.docs)


if __name__ == "__main__":
    main()
