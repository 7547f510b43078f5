"""
How a study looks in a notebook.
"""

from collections import Counter

from aftermove import markup
from aftermove.markup import Html, element, isolated
from aftermove.studies import Study

__all__ = ["study_box"]

# Rows past this are counted, not shown: a study may hold hundreds of thousands.
_SHOWN = 12


def study_box(study: Study) -> str:
    """
    What a study holds, how often each technique comes up in it, and what isn't in it.
    """
    n_moves = study.n_moves
    counts = (
        ("Sessions", len(study)),
        ("Patients", study.n_patients),
        ("Moves", n_moves),
        ("Problems", len(study.problems)),
    )
    facts = (
        element("div", element("dt", name), element("dd", f"{count:,}")) for name, count in counts
    )
    return markup.fragment(
        element("header", element("h1", "Study"), element("dl", *facts)),
        _techniques(study, n_moves),
        _problems(study),
        kind="box plain",
        label="Study",
    )


def _techniques(study: Study, n_moves: int) -> Html:
    n_by_technique: Counter[str] = Counter()
    n_sessions_by_technique: Counter[str] = Counter()
    for session in study.sessions:
        found = [technique for move in session.moves for technique in move.techniques]
        n_by_technique.update(found)
        n_sessions_by_technique.update(set(found))
    if not n_by_technique:
        return Html()
    ranked = sorted(n_by_technique.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = (
        (
            isolated(name.replace("_", " ")),
            f"{n:,}",
            f"{n / n_moves:.0%}",
            f"{n_sessions_by_technique[name]:,}",
        )
        for name, n in ranked[:_SHOWN]
    )
    caption = "Techniques by moves; study.effects() tells what follows them."
    return markup.joined(
        (
            markup.table(("Technique", "Moves", "Share of moves", "Sessions"), rows, caption),
            _more(len(ranked), "techniques"),
        )
    )


def _problems(study: Study) -> Html:
    if not study.problems:
        return Html()
    items = (
        element("li", isolated(each.source), ": ", isolated(each.reason))
        for each in study.problems[:_SHOWN]
    )
    return element(
        "section",
        element("h2", "Not in the study"),
        element("ul", *items, class_="soft"),
        _more(len(study.problems), "problems"),
    )


def _more(n: int, noun: str) -> Html:
    return element("p", f"and {n - _SHOWN:,} more {noun}", class_="soft") if n > _SHOWN else Html()
