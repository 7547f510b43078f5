"""
Sources of pieces that each stand in them once, so that each can be looked for in what is read.
"""

import csv
import io
import json
import runpy
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.parsing import READERS
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Transcript

Form = Callable[[], st.SearchStrategy[tuple[str, list[str]]]]

STYLES = runpy.run_path(str(Path(__file__).with_name("layouts.py")))["STYLES"]

# Around the words, so that these are lost if a reader takes them for signs of its form.
_AROUND = ("{}", "“{}”", '"{}"', "'{}'", "({})", "*{}*", "_{}_", "//{}//", "°{}°", "[{}]", "#{}!")
_RULES = ("=====", "~~~~~~", "*-*-*-*")


class Pieces:
    """
    What gives another piece each time, and knows all that it gave: words with signs around.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.given = draw, list[str]()

    def __call__(self) -> str:
        """
        One more.
        """
        return self.plain(self.draw(st.sampled_from(_AROUND)))

    def plain(self, around: str = "{}") -> str:
        """
        One more, with the signs told, or with none.
        """
        self.given.append(around.format(f"w{len(self.given)}q"))
        return self.given[-1]

    def lines(self) -> str:
        """
        One to three lines of them.
        """
        shape = self.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        return "\n".join(" ".join(self() for _ in range(n)) for n in shape)


@st.composite
def labelled(draw: st.DrawFn) -> tuple[str, list[str]]:
    """
    Front matter, headers, headings, rules and prose above turns in one style, and a footer.
    """
    piece = Pieces(draw)
    style = draw(st.sampled_from(STYLES))
    top = (
        [f"---\nsite: north {piece.plain()}\nroom: {piece.plain()}\n---"]
        if draw(st.booleans())
        else []
    )
    makers: list[Callable[[int], str]] = [
        lambda n: f"Topic {chr(n + 97)}: {piece()}\nKey {chr(n + 97)}: {piece()}",
        lambda _: f"# {piece()}",
        lambda _: piece.lines(),
        lambda n: _RULES[n % 3],
    ]
    kinds = draw(st.lists(st.integers(0, 3), max_size=3))
    top += [makers[kind](n) for n, kind in enumerate(kinds)]
    names = draw(st.lists(st.sampled_from(["Therapist", "Patient"]), max_size=6))
    turns = [
        style.format(name) + piece.lines()
        for name in ["Therapist", "Patient", "Therapist", "Patient", *names]
    ]
    footer = f"[End of tape]\n\nTyped by {piece()}" if draw(st.booleans()) else ""
    rules = [rule for rule in _RULES if rule in top]
    return "\n\n".join([*top, *turns, footer]), [*piece.given, *rules]


@st.composite
def captions(draw: st.DrawFn) -> tuple[str, list[str]]:
    """
    WebVTT with headers, notes, styles and cues, some of which are broken.
    """
    piece = Pieces(draw)
    makers: list[Callable[[int], str]] = [
        lambda n: f"{clock(n)} --> {clock(n + 1)}\n<v Kim>{piece.lines()}</v>",
        lambda n: f"{clock(n)} --> {clock(n + 1)}\n<v Kim>{piece()}</v> <v Bo>{piece()}",
        lambda n: f"id {piece()}\n{clock(n)} --> {clock(n + 1)}\n{piece.lines()}",
        lambda n: f"{clock(n)} --> {clock(n + 1)} align:{piece.plain()}\nKim: {piece()}",
        lambda n: f"{clock(n)} --> late {piece()}\n{piece.lines()}",
        lambda n: f"{clock(n)} -> {clock(n + 1)}\n{piece.lines()}",
        lambda _: f"NOTE {piece.lines()}",
        lambda _: f"STYLE\n{piece.lines()}",
        lambda _: piece.lines(),
    ]
    head = "WEBVTT" if draw(st.booleans()) else f"WEBVTT - {piece()}\nKind: {piece()}\n{piece()}"
    kinds = [0, *draw(st.lists(st.integers(0, len(makers) - 1), max_size=6))]
    return "\n\n".join([head, *(makers[kind](n) for n, kind in enumerate(kinds))]), piece.given


def clock(n: int) -> str:
    """
    The nth second.
    """
    return f"00:{n:02}.000"


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[str]]:
    """
    Conversations with headers, and messages with fields of their own, or with none that is known.
    """
    piece = Pieces(draw)
    makers: list[Callable[[int], object]] = [
        lambda _: {"role": "user", "content": piece()},
        lambda _: {"role": "assistant", "content": piece(), "id": piece()},
        lambda _: {"role": "system", "content": piece(), piece(): [piece()]},
        lambda _: {"role": "user", "content": [{"type": "text", "text": piece()}, {"a": piece()}]},
        lambda _: {"speaker": {"name": piece(), "age": piece()}, "text": piece()},
        lambda _: {"role": "user", "start": piece(), "content": piece()},
        lambda _: {"role": piece(), "note": piece()},
        lambda _: piece(),
        lambda _: [piece()],
    ]

    def conversation() -> object:
        kinds = [0, 1, *draw(st.lists(st.integers(0, len(makers) - 2), max_size=4))]
        head: dict[str, object] = {}
        if draw(st.booleans()):
            head = {"id": piece(), piece(): piece(), "metadata": {"site": piece()}}
        return {**head, "messages": [makers[kind](0) for kind in kinds]}

    form = draw(st.sampled_from(["one", "list", "around", "lines"]))
    whole = [conversation() for _ in range(1 if form == "one" else draw(st.integers(1, 3)))]
    if form in ("one", "lines"):
        return "\n".join(json.dumps(each) for each in whole), piece.given
    # What stands around several is told of each of them.
    title = piece() if len(whole) == 1 else "all"
    around = {"title": title, "conversations": whole} if form == "around" else whole
    text = json.dumps(around, indent=1)
    return text, [each for each in piece.given if form == "around" or each != title]


@st.composite
def tabular(draw: st.DrawFn) -> tuple[str, list[str]]:
    """
    A table with rows above its headings, columns of its own, and cells that are no times or roles.
    """
    piece = Pieces(draw)
    makers: list[Callable[[int], list[str]]] = [
        lambda n: ["1", str(n), "Kim", "therapist", f"{n}.5", piece(), piece()],
        lambda n: ["1", str(n), "Bo", "patient", "", piece.lines(), ""],
        lambda n: ["2", str(n), "Bo", piece(), "", piece(), ""],
        lambda n: ["1", str(n), piece(), "", piece(), piece(), ""],
        lambda n: ["1", str(n), "Kim", "therapist", "", "", piece()],
        lambda n: ["1", str(n), "Kim", "therapist", "", piece(), "", piece()],
        lambda _: ["1", piece(), "Kim", "", "", piece(), piece()],
        lambda n: ["", str(n), "", "", "", piece(), piece()],
        lambda _: ["", "", "", "", "", "", piece()],
    ]
    above = [[piece()] for _ in range(draw(st.integers(0, 2)))]
    kinds = [0, 1, *draw(st.lists(st.integers(0, len(makers) - 1), max_size=6))]
    rows = [makers[kind](n) for n, kind in enumerate(kinds)]
    written = io.StringIO()
    headings = ["session", "turn", "speaker", "role", "start", "text", "note"]
    csv.writer(written).writerows([*above, headings, *rows])
    return written.getvalue(), piece.given


def told(transcripts: Iterable[Transcript]) -> Iterator[str]:
    """
    All that is read: talk, names, problems, headers and ids.
    """
    for each in transcripts:
        yield from (said.text for said in each.said)
        yield from {said.name for said in each.said}
        yield from (problem.text for problem in each.problems)
        yield from (f"{key} {value}" for key, value in each.metadata.items() if key != "patient")
        yield each.id or ""


@pytest.mark.parametrize("form", [labelled, captions, messages, tabular])
@given(st.data())
def test_each_piece_of_a_source_is_in_one_place(form: Form, data: st.DataObject) -> None:
    """
    What stands once in a source, with the signs around it, is once in what is read of it.
    """
    text, pieces = data.draw(form())
    transcripts = READERS[form.__name__].read(Source.from_text(text), Given({}, {}))
    # Values that aren't text are kept as JSON, which has signs of its own before quotation marks.
    read = "\n".join(told(transcripts)).casefold().replace('\\"', '"')
    assert {piece: read.count(piece) for piece in pieces} == dict.fromkeys(pieces, 1)
