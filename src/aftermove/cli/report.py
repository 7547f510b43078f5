"""
What the command prints of an analysis.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aftermove.model import Affect, Evidence, Move, SessionAnalysis

__all__ = ["as_options", "show", "signed"]

_CAUTION = (
    "One session proves little: these changes are unadjusted, and therapists choose moves by how "
    "the patient feels."
)

# What problems propose as arguments is an option here.
_OPTIONS = {
    "roles={name: role}": "--role NAME=ROLE",
    "roles={...}": "--role",
    "encoding=": "--encoding",
    "columns={...}": "--column",
}


def as_options(reason: str) -> str:
    """
    A problem's remedy in the command's own words.
    """
    for argument, option in _OPTIONS.items():
        reason = reason.replace(argument, option)
    return reason


def show(console: Console, analysis: SessionAnalysis, *, words: bool) -> None:
    """
    Prints what was found in a session; its words only if *words*.
    """
    session = analysis.session
    # The repr is what a session says of itself without its words.
    console.print(Text(repr(session).strip("<>"), style="bold"))
    for problem in session.problems:
        where = "" if problem.line is None else f"line {problem.line}: "
        console.print(Text(f"  {where}{as_options(problem.reason)}", style="yellow"))
    valences = [affect.valence for affect in analysis.affect]
    if valences:
        mean = sum(valences) / len(valences)
        console.print(Text(f"Valence {_sparkline(valences)} mean {mean:+.2f} (from -1 to 1)"))
    console.print(_turns_table(analysis, words=words))
    if analysis.summary():
        console.print(_summary_table(analysis))
        console.print(Text(_CAUTION, style="italic"))


def _sparkline(valences: Sequence[float]) -> str:
    blocks = "▁▂▃▄▅▆▇█"
    return "".join(blocks[min(int((valence + 1) * 4), 7)] for valence in valences)


def _turns_table(analysis: SessionAnalysis, *, words: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("turn", justify="right")
    table.add_column("who")
    table.add_column("what it shows", ratio=1, overflow="fold")
    table.add_column("valence", justify="right")
    table.add_column("change", justify="right")
    change_by_turn = {shift.move.turn: shift.change for shift in analysis.shifts}
    findings = analysis.findings_by_turn
    for turn in analysis.session:
        finding = findings.get(turn.index)
        shows, valence, change = Text(), Text(), Text()
        if isinstance(finding, Move):
            shows = _move_line(finding, turn.text, words=words)
            if turn.index in change_by_turn:
                change = signed(change_by_turn[turn.index])
        elif isinstance(finding, Affect):
            shows = _affect_line(finding, turn.text, words=words)
            valence = signed(finding.valence)
        table.add_row(Text(str(turn.index)), Text(str(turn.role)), shows, valence, change)
    return table


def _move_line(move: Move, text: str, *, words: bool) -> Text:
    line = Text(str(move.behaviour), style="bold")
    for intervention in move.interventions:
        name = intervention.technique.replace("_", " ")
        line.append(f" · {name} {intervention.confidence:.2f}", style="cyan not bold")
        if words:
            line.append(_quoted(intervention.evidence[:1], text), style="dim not bold")
    return line


def _affect_line(affect: Affect, text: str, *, words: bool) -> Text:
    said = [str(state) for state in affect.states]
    if affect.stance != "neutral":
        said.append(f"{affect.stance} talk")
    line = Text(" · ".join(said), style="magenta")
    if words:
        line.append(_quoted(_apart(affect.evidence)[:3], text), style="dim")
    return line


def _apart(evidence: Sequence[Evidence]) -> list[Evidence]:
    """
    What points at words of its own, the strongest first, without what overlaps with stronger.
    """
    kept: list[Evidence] = []
    for piece in evidence:
        is_own = not (piece.is_carried or piece.is_diffuse)
        if is_own and not any(
            piece.span.start < other.span.end and other.span.start < piece.span.end
            for other in kept
        ):
            kept.append(piece)
    return kept


def _quoted(evidence: Sequence[Evidence], text: str) -> str:
    return "".join(f" “{' '.join(piece.span.of(text).split())}”" for piece in evidence)


def signed(value: float) -> Text:
    """
    A number with its sign, coloured by it.
    """
    # Zero is written without a sign, so that "-0.00" never shows.
    rounded = round(value, 2) + 0.0
    style = "green" if rounded > 0 else "red" if rounded < 0 else "dim"
    return Text(f"{rounded:+.2f}" if rounded else "0.00", style=style)


def _summary_table(analysis: SessionAnalysis) -> Table:
    table = Table(title="\nTechniques", title_justify="left", box=None, pad_edge=False)
    table.add_column("technique")
    table.add_column("moves", justify="right")
    table.add_column("shifts", justify="right")
    table.add_column("mean change", justify="right")
    for row in analysis.summary():
        mean = Text("–") if row.mean_change is None else signed(row.mean_change)
        name = row.technique.replace("_", " ")
        table.add_row(Text(name), Text(str(row.n_moves)), Text(str(row.n_shifts)), mean)
    return table
