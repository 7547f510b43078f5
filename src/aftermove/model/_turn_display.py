"""
How one turn looks in a transcript, with what was found in it.
"""

from collections.abc import Iterable
from zlib import crc32

from aftermove import markup
from aftermove.markup import Highlight, Html, element, isolated, local_id
from aftermove.model.findings import Affect, AffectShift, Evidence, Move, Stance, State
from aftermove.model.transcript import CharSpan, Role, Turn

__all__ = [
    "clock",
    "direction",
    "dot_id",
    "figure",
    "swatch",
    "technique_kind",
    "turn_id",
    "turn_item",
    "worded",
]

_BRIGHT = frozenset({State.RELIEF, State.HOPE, State.JOY, State.CONNECTION, State.WILLINGNESS})

# Hues that a colour-blind reader can tell apart, times kinds of line.
_HUES, _LINES = 8, 4
# Of many tried, one that gives no look to three techniques of the default codebook, and few of
# the frequent ones a look that another has.
_SALT = 48755
# More cues than this on one piece of text say nothing to a reader, and cost room.
_CUES_SHOWN = 3


def turn_item(turn: Turn, finding: Move | Affect | None, shift: AffectShift | None) -> Html:
    """
    The turn as an item of the transcript's list, with what was found in it.

    Args:
        turn: What was said.
        finding: The therapist's move or the patient's affect; `None` where there is neither.
        shift: The one around the move, if it has one.
    """
    if isinstance(finding, Move):
        highlights, chips, side = _move_highlights(finding), _move_chips(finding), _change(shift)
    elif isinstance(finding, Affect):
        highlights, chips, side = (
            _affect_highlights(finding),
            _affect_chips(finding),
            _affect(finding),
        )
    else:
        highlights, chips, side = [], Html(), Html()
    asides = [Highlight(mark.span.start, mark.span.end, "aside") for mark in turn.marks]
    words = markup.marked(turn.text, [*highlights, *asides])
    return element(
        "li",
        _who(turn, linked=finding is not None),
        element("div", element("div", words, class_="words", dir="auto"), chips),
        element("div", side, class_="side") if side else "",
        id=turn_id(turn.index),
        class_="therapist" if turn.role is Role.THERAPIST else None,
    )


def _who(turn: Turn, *, linked: bool) -> Html:
    number: str = f"turn {turn.index}"
    if linked:
        number = element("a", number, href=dot_id(turn.index, link=True))
    name = turn.speaker.name
    known = name.casefold() == turn.role.value
    return element(
        "div",
        element("b", turn.role.value.capitalize()),
        "" if known else markup.joined((isolated(name), " · ")),
        number,
        "" if turn.start is None else f" · {clock(turn.start)}",
        class_="who",
    )


def _move_highlights(move: Move) -> list[Highlight]:
    highlights: list[Highlight] = []
    for number, each in enumerate(move.interventions, start=1):
        highlights += _highlights(
            each.evidence,
            technique_kind(each.technique),
            f"{number} {worded(each.technique)} {_share(each.confidence)}",
            note=str(number),
            refers=_chip_id(move.turn, number),
        )
    # What a technique marks already speaks for the behaviour too; marked twice, it reads worse.
    rest = [piece for piece in move.evidence if not _covered(piece.span, highlights)]
    return highlights + _highlights(rest, "flat", f"{move.behaviour} {_share(move.confidence)}")


def _covered(span: CharSpan, highlights: Iterable[Highlight]) -> bool:
    return any(each.start <= span.start and span.end <= each.end for each in highlights)


def _highlights(
    evidence: Iterable[Evidence], kind: str, said: str, *, note: str = "", refers: str = ""
) -> list[Highlight]:
    """
    One highlight for each stretch that a finding's evidence covers, with the cues in it.

    Evidence of one finding often overlaps; marked piece by piece, it would only be hard to read.
    """
    stretches: list[tuple[int, int, list[Evidence]]] = []
    for piece in sorted(evidence, key=lambda piece: (piece.span.start, piece.span.end)):
        start, end, pieces = piece.span.start, piece.span.end, [piece]
        if stretches and start <= stretches[-1][1]:
            start, reached, before = stretches.pop()
            end, pieces = max(end, reached), before + pieces
        stretches.append((start, end, pieces))
    return [
        Highlight(start, end, kind, said, note, refers, f": {_cues(pieces)}")
        for start, end, pieces in stretches
    ]


def _cues(pieces: Iterable[Evidence]) -> str:
    """
    The cues that some words met, the strongest first; the rest are counted.
    """
    ranked = sorted(pieces, key=lambda piece: -abs(piece.weight))
    cues = list(dict.fromkeys(piece.cue for piece in ranked))
    more = f" and {len(cues) - _CUES_SHOWN} more" if len(cues) > _CUES_SHOWN else ""
    return ", ".join(cues[:_CUES_SHOWN]) + more


def _chip_id(turn: int, number: int) -> Html:
    return local_id(f"c{turn}-{number}")


def _move_chips(move: Move) -> Html:
    behaviour = _chip(element("b", move.behaviour), move.confidence)
    techniques = (
        _chip(
            markup.joined((f"{number} ", isolated(worded(each.technique)))),
            each.confidence,
            _chip_id(move.turn, number),
            technique_kind(each.technique),
        )
        for number, each in enumerate(move.interventions, start=1)
    )
    return element("ul", behaviour, *techniques, class_="chips")


def _chip(said: str, share: float, chip_id: Html | None = None, kind: str = "") -> Html:
    return element("li", said, " ", element("small", _share(share)), id=chip_id, class_=kind)


def _change(shift: AffectShift | None) -> Html:
    if shift is None:
        return Html()
    before, after = markup.signed(shift.valence_before), markup.signed(shift.valence_after)
    return markup.joined(
        (
            element("div", "change", figure(shift.change)),
            element("div", f"{before} → {after}"),
        )
    )


def _affect_highlights(affect: Affect) -> list[Highlight]:
    highlights: list[Highlight] = []
    for shown in affect.shown:
        kind = "pos" if shown.state in _BRIGHT else "neg"
        highlights += _highlights(shown.evidence, kind, f"{shown.state} {_share(shown.strength)}")
    for piece in affect.evidence:
        if not (piece.is_carried or piece.is_diffuse):
            weight = f"weight {markup.signed(piece.weight)}"
            highlights += _highlights([piece], direction(piece.weight), weight)
    return highlights


def _affect_chips(affect: Affect) -> Html:
    chips = [_chip(shown.state, shown.strength) for shown in affect.shown]
    if affect.stance is not Stance.NEUTRAL:
        chips.append(element("li", element("b", f"{affect.stance} talk")))
    return element("ul", *chips, class_="chips") if chips else Html()


def _affect(affect: Affect) -> Html:
    arc = [point.valence for point in affect.arc]
    carried = round(sum(piece.weight for piece in affect.evidence if piece.is_carried), 2)
    others = round(sum(piece.weight for piece in affect.evidence if piece.is_diffuse), 2)
    within = "Within the turn: " + ", ".join(map(markup.signed, arc))
    return markup.joined(
        (
            element("div", "valence", figure(affect.valence)),
            element("div", "carried", element("span", markup.signed(carried))) if carried else "",
            element("div", "other words", element("span", markup.signed(others))) if others else "",
            element("div", "arousal", element("span", markup.signed(affect.arousal))),
            markup.sparkline(arc, within) if len(arc) > 1 else "",
        )
    )


def technique_kind(technique: str) -> str:
    """
    The classes of a technique's hue and line, which come from its id alone.
    """
    code = crc32(f"{_SALT}{technique}".encode())
    return f"k{code % _HUES} s{code // _HUES % _LINES}"


def swatch(technique: str) -> Html:
    """
    A sample of a technique's hue and line.
    """
    return element("span", class_=f"swatch {technique_kind(technique)}")


def worded(technique: str) -> str:
    """
    A technique's id as words.
    """
    return technique.replace("_", " ")


def _share(value: float) -> str:
    return f"{value:.0%}"


def direction(value: float) -> str:
    """
    The class for a better, a worse or an even value, by what is shown: 0.00 is even.
    """
    return {"+": "pos", "−": "neg"}.get(markup.signed(value)[0], "flat")


def figure(value: float) -> Html:
    """
    A valence or a change, coloured by its direction.
    """
    return element("b", markup.signed(value), class_=direction(value))


def clock(seconds: float) -> str:
    """
    Seconds as minutes, and hours if there are any.
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def turn_id(turn: int, *, link: bool = False) -> Html:
    """
    The id of a turn of the transcript, or its address.
    """
    return local_id(f"t{turn}", link=link)


def dot_id(turn: int, *, link: bool = False) -> Html:
    """
    The id of a turn's dot on the arc, or its address.
    """
    return local_id(f"d{turn}", link=link)
