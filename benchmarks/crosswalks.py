"""
Measures `CueDetector` on the labels of other schemes, through the crosswalks.

    python benchmarks/crosswalks.py FOLDER

Nothing is fitted on these sets.  Intervals are by session where there are sessions.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import annotated

from aftermove import Agreement, Crosswalk, CueDetector, Move, Session, agreement

Pairs = Iterator[tuple[Any, Move]]


def item_moves(rows: Sequence[dict[str, Any]], detector: CueDetector) -> list[Move]:
    """
    The move of each single reply, with what the patient wrote before it where that is told.
    """
    moves = []
    for row in rows:
        before = [("patient", row["context"])] if row.get("context") else []
        session = Session.from_pairs([*before, ("therapist", row["text"])])
        moves.append(detector.detect(session)[-1])
    return moves


def esconv(folder: Path, detector: CueDetector) -> Agreement:
    """
    The strategy of each of a supporter's turns.
    """
    crosswalk = Crosswalk.load("esconv")
    gold, found, sessions = [], [], []
    for session, told in annotated.sessions(folder / "esconv_dev.jsonl"):
        for move in detector.detect(session):
            if strategy := told[move.turn].get("strategy"):
                gold.append("Others" if strategy == "Other" else strategy)
                found.append(crosswalk.of(move)[0])
                sessions.append(session.id)
    return agreement(gold, found, sessions=sessions)


def bolt(folder: Path, detector: CueDetector) -> Agreement:
    """
    The behaviours of each turn.
    """
    rows = list(annotated.rows(folder / "bolt_therapist_dev.jsonl"))
    crosswalk = Crosswalk.load("bolt")
    found = [crosswalk.of(move) for move in item_moves(rows, detector)]
    return agreement([row["gold"]["labels"] for row in rows], found)


def epitome(folder: Path, detector: CueDetector) -> Agreement:
    """
    Which mechanisms of empathy a reply has, at any level.
    """
    rows = list(annotated.rows(folder / "epitome_dev.jsonl"))
    crosswalk = Crosswalk.load("epitome")
    names = [label.id for label in crosswalk]
    gold = [[name for name in names if row["gold"][name]] for row in rows]
    return agreement(gold, [crosswalk.of(move) for move in item_moves(rows, detector)])


def migold(folder: Path, detector: CueDetector) -> Agreement:
    """
    The label of each reply, by a crosswalk file as a user would write it.
    """
    rows = list(annotated.rows(folder / "migold_dev.jsonl"))
    crosswalk = Crosswalk.load(Path(__file__).with_name("migold.toml"))
    gold = [row["gold"]["miti"] for row in rows]
    return agreement(gold, [crosswalk.of(move)[0] for move in item_moves(rows, detector)])


def main() -> None:
    """
    Print a table for each set, and the F1 of each label.
    """
    folder, detector = annotated.folder(), CueDetector()
    for measure in (esconv, bolt, epitome, migold):
        found = measure(folder, detector)
        print(f"\n## {measure.__name__}, {found.n_items} turns\n")
        print(f"kappa {found.kappa}; F1 micro {found.f1_micro}; F1 macro {found.f1_macro}\n")
        print("| label | given by raters | by us | F1 |\n|---|---|---|---|")
        for code in found:
            print(f"| {code.code} | {code.counts[0]} | {code.counts[1]} | {code.f1} |")


if __name__ == "__main__":
    main()
