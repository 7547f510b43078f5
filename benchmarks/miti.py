"""
Measures `MitiSummary` of the detector's findings against that of AnnoMI's experts, by session.

    python benchmarks/miti.py FOLDER

The experts' summary is made of what they said of each turn: a question, a reflection, their kinds.
The shipped weights were fitted on the tuning sessions; nothing was on the held-back ones.
"""

from pathlib import Path
from typing import Any

import annotated

from aftermove import Affect, MitiSummary, Move, SessionAnalysis, agreement, analyze
from aftermove.model import Intervention, Role

SCORES = ("reflection_to_question", "complex_share", "open_share")


def coded_by_experts(told: annotated.Annotated) -> SessionAnalysis:
    """
    The session with the techniques that the experts' labels stand for.
    """
    session, gold = told
    return SessionAnalysis(
        session=session,
        moves=[_move(turn.index, gold[turn.index]) for turn in session.by_role(Role.THERAPIST)],
        affect=[Affect(turn=turn.index, valence=0.0) for turn in session.by_role(Role.PATIENT)],
        shifts=(),
    )


def _move(turn: int, gold: dict[str, Any]) -> Move:
    named = []
    if gold.get("question_exists"):
        named.append(f"{gold['question_subtype']}_question")
    if gold.get("reflection_exists"):
        named.append(f"{gold['reflection_subtype']}_reflection")
    found = [Intervention(turn=turn, technique=name) for name in named]
    return Move(turn=turn, behaviour="other", interventions=found)


def summaries(folder: Path, *, held_back: bool) -> list[tuple[MitiSummary, MitiSummary]]:
    """
    For each session of a split the experts' summary and ours.
    """
    return [
        (
            MitiSummary.from_analysis(coded_by_experts(told)),
            MitiSummary.from_analysis(analyze(told.session)),
        )
        for told in annotated.sessions(folder / "annomi_dev.jsonl")
        if annotated.is_validation(told.session.id) is held_back
    ]


def main() -> None:
    """
    Print a row for each score and split.
    """
    folder = annotated.folder()
    print("| score | split | sessions | Pearson's r | alpha | mean, experts | mean, ours |")
    print("|---|---|---|---|---|---|---|")
    for split in ("tuning", "held back"):
        pairs = summaries(folder, held_back=split == "held back")
        for score in SCORES:
            rows = [tuple(getattr(each, score) for each in pair) for pair in pairs]
            told = [(a, b) for a, b in rows if a is not None and b is not None]
            theirs, ours = zip(*told, strict=True)
            found = agreement(theirs, ours, level="interval")
            means = [sum(values) / len(values) for values in (theirs, ours)]
            print(
                f"| {score} | {split} | {len(told)} | {found.correlation} | {found.alpha} "
                f"| {means[0]:.2f} | {means[1]:.2f} |"
            )


if __name__ == "__main__":
    main()
