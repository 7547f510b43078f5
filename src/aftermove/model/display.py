"""
How sessions and analyses look on a page.

Knows nothing of how findings are made: a technique's colour comes from its id alone, so that it
is the same in every report, for techniques of a user's own too.
"""

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path

from aftermove import markup
from aftermove.errors import FileAccessError
from aftermove.markup import Html, element, isolated, local_id
from aftermove.model._turn_display import (
    clock,
    direction,
    dot_id,
    figure,
    swatch,
    technique_kind,
    turn_id,
    turn_item,
    worded,
)
from aftermove.model.analysis import SessionAnalysis, TechniqueSummary
from aftermove.model.findings import Affect, AffectShift, Move
from aftermove.model.session import Session

__all__ = ["analysis_box", "analysis_page", "session_box", "write"]

_CAUTION = (
    "One session proves little. The changes are plain differences, adjusted for nothing, and "
    "therapists choose a move by how the patient feels: read them as what came after, not as "
    "what a move did."
)

# More links than this in a row of the summary would bury its figures.
_LINKS_SHOWN = 12
# Characters of a header that are shown.
_LONG = 200


def analysis_page(analysis: SessionAnalysis) -> str:
    """
    A whole page for a browser, a printer or a supervision meeting.
    """
    return markup.document(_title(analysis.session), _analysis(analysis, "page"))


def analysis_box(analysis: SessionAnalysis) -> str:
    """
    The same content in a box that scrolls within a notebook.
    """
    return _analysis(analysis, "box")


def session_box(session: Session) -> str:
    """
    The transcript alone, in a box that scrolls within a notebook.
    """
    return markup.fragment(
        _header(session),
        _problems(session),
        _transcript(session, {}, {}),
        kind="box plain",
        label=_title(session),
    )


def write(page: str, path: str | PathLike[str]) -> None:
    """
    Write the page as UTF-8.

    Raises:
        FileAccessError: If the file can't be written.
    """
    try:
        Path(path).write_text(page, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        # A path with a NUL or a lone surrogate is a ValueError.
        reason = getattr(error, "strerror", None) or "can't be written"
        raise FileAccessError(ascii(fspath(path))[1:-1], reason) from None


def _analysis(analysis: SessionAnalysis, kind: str) -> Html:
    session = analysis.session
    shift_by_turn = {shift.move.turn: shift for shift in analysis.shifts}
    return markup.fragment(
        element("a", "Skip to the transcript", class_="skip", href=local_id("talk", link=True)),
        _header(session),
        _arc(analysis, shift_by_turn),
        _summary(analysis),
        _problems(session),
        _transcript(session, analysis.findings_by_turn, shift_by_turn),
        kind=kind,
        label=_title(session),
    )


def _title(session: Session) -> str:
    return f"Session {session.id}"


def _header(session: Session) -> Html:
    words_by_role = session.word_count_by_role
    facts = [(_counted(len(session), "turn"), "")] if not words_by_role else []
    for role, words in words_by_role.items():
        turns = _counted(len(session.by_role(role)), "turn")
        facts.append((role.value.capitalize(), f"{turns}, {_counted(words, 'word')}"))
    if session.duration is not None:
        facts.append(("Duration", clock(session.duration)))
    facts += [(name, _shortened(value)) for name, value in session.metadata.items()]
    pairs = (
        element("div", element("dt", isolated(name)), element("dd", isolated(value)))
        for name, value in facts
    )
    return element("header", element("h1", isolated(_title(session))), element("dl", *pairs))


def _shortened(value: str) -> str:
    """
    A header's value: those of tables may hold a code for each turn, which would bury the report.
    """
    if len(value) <= _LONG:
        return value
    return f"{value[:_LONG]}… ({len(value):,} characters; see session.metadata)"


def _problems(session: Session) -> Html:
    if not session.problems:
        return Html()
    items = (
        element("li", "" if each.line is None else f"Line {each.line}: ", isolated(each.reason))
        for each in session.problems
    )
    return element(
        "section", element("h2", "Problems in the source"), element("ul", *items, class_="soft")
    )


def _arc(analysis: SessionAnalysis, shift_by_turn: Mapping[int, AffectShift]) -> Html:
    findings = sorted(analysis.findings_by_turn.items())
    if not findings:
        return Html()
    dots = [
        _affect_dot(finding) if isinstance(finding, Affect) else _move_dot(finding, shift_by_turn)
        for _, finding in findings
    ]
    said = _arc_in_words([affect.valence for affect in analysis.affect])
    drawing = markup.arc(
        dots, length=len(analysis.session), title="Valence of each patient turn", description=said
    )
    # No section around them: the figure sticks to the top for as long as its parent is in view.
    return markup.joined(
        (
            element("h2", "The patient’s affect over the session"),
            element(
                "p",
                f"Valence, from −1 (worst) to +1 (best). {said} Each dot is a patient turn, each "
                "diamond a move; each leads to its turn.",
                class_="soft",
            ),
            element(
                "figure",
                element(
                    "div",
                    drawing,
                    class_="scroll",
                    tabindex="0",
                    role="group",
                    aria_label="Affect arc",
                ),
                class_="over",
            ),
        )
    )


def _arc_in_words(valences: Sequence[float]) -> str:
    if not valences:
        return "There is no patient turn."
    mean = markup.signed(sum(valences) / len(valences))
    low, high = markup.signed(min(valences)), markup.signed(max(valences))
    first, last = markup.signed(valences[0]), markup.signed(valences[-1])
    return f"Mean {mean}, lowest {low}, highest {high}, first {first}, last {last}."


def _affect_dot(affect: Affect) -> markup.Dot:
    states = ", ".join(affect.states) or "no state shown"
    return markup.Dot(
        at=affect.turn,
        value=affect.valence,
        label=f"Turn {affect.turn}, patient: valence {markup.signed(affect.valence)}; {states}",
        href=turn_id(affect.turn, link=True),
        id=dot_id(affect.turn),
        kind=direction(affect.valence),
    )


def _move_dot(move: Move, shift_by_turn: Mapping[int, AffectShift]) -> markup.Dot:
    said = ", ".join([move.behaviour, *map(worded, move.techniques)])
    shift = shift_by_turn.get(move.turn)
    change = "" if shift is None else f"; change after it {markup.signed(shift.change)}"
    kind = technique_kind(move.techniques[0]) if move.techniques else ""
    return markup.Dot(
        at=move.turn,
        value=None,
        label=f"Turn {move.turn}, therapist: {said}{change}",
        href=turn_id(move.turn, link=True),
        id=dot_id(move.turn),
        kind="small" if move.is_minimal else kind,
    )


def _summary(analysis: SessionAnalysis) -> Html:
    rows = analysis.summary()
    if not rows:
        return Html()
    turns_by_technique: dict[str, list[int]] = {}
    for move in analysis.moves:
        for technique in move.techniques:
            turns_by_technique.setdefault(technique, []).append(move.turn)
    return element(
        "section",
        element("h2", "Techniques"),
        element("p", _CAUTION),
        markup.table(
            ("Technique", "Moves", "Shifts", "Mean change", "Turns"),
            (_summary_row(row, turns_by_technique[row.technique]) for row in rows),
            "A shift is a move with patient talk on both sides; its change, from −2 to +2, is the "
            "valence after it minus the valence before it.",
        ),
    )


def _summary_row(row: TechniqueSummary, turns: Sequence[int]) -> Sequence[str]:
    mean = "–" if row.mean_change is None else figure(row.mean_change)
    links = [
        element("a", str(turn), href=turn_id(turn, link=True)) for turn in turns[:_LINKS_SHOWN]
    ]
    more = len(turns) - len(links)
    listed = Html(", ".join(links) + (f" and {more} more" if more else ""))
    name = markup.joined((swatch(row.technique), isolated(worded(row.technique))))
    return name, str(row.n_moves), str(row.n_shifts), mean, listed


def _transcript(
    session: Session,
    findings: Mapping[int, Move | Affect],
    shift_by_turn: Mapping[int, AffectShift],
) -> Html:
    items = (
        turn_item(turn, findings.get(turn.index), shift_by_turn.get(turn.index)) for turn in session
    )
    return element(
        "section",
        element("h2", "Transcript", id=local_id("talk")),
        _legend() if findings else "",
        element("ol", *items, class_="turns"),
    )


def _legend() -> Html:
    samples = (
        (
            "mark",
            "k0",
            "1",
            "a technique, numbered as beneath the turn; each has its colour and line",
        ),
        ("mark", "pos", "+", "words that speak for a better feeling"),
        ("mark", "neg", "−", "words that speak for a worse one"),
        ("mark", "flat", "", "other evidence"),
    )
    pairs = (
        element(
            "div",
            element("dt", element(name, "words", class_=kind, data_n=note)),
            element("dd", said),
        )
        for name, kind, note, said in samples
    )
    hint = (
        "Point at marked words, or reach them with the Tab key, to see what they were taken for. "
        "Valence that is carried is taken over from the patient's last turn; that of other words "
        "is of words too weak to be marked one by one."
    )
    return markup.joined((element("dl", *pairs), element("p", hint, class_="soft")))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
