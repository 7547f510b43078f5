import re
from html.parser import HTMLParser
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import markup
from aftermove.markup import Dot, Highlight, Html, element, escape, local_id, marked

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=a()>',
    "&amp;",
    "'",
    "</mark>",
    "\r\n",
)
words = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=6).map("".join)


class Page(HTMLParser):
    """
    What a browser would make of a page; unbalanced tags fail.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102  # html.parser's
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:  # noqa: D102  # html.parser's
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:  # noqa: D102  # html.parser's
        self.text += data


def visible(text: str) -> str:
    """
    The text with all that `escape` replaces replaced, told apart here by other means.
    """
    return "".join(
        "\ufffd"
        if (ord(c) < 32 and c not in "\t\n\r")
        or 0x7F <= ord(c) < 0xA0
        or 0xD800 <= ord(c) < 0xE000
        or c in "\u202d\u202e"
        else c
        for c in text
    )


@st.composite
def texts_with_highlights(draw: st.DrawFn) -> tuple[str, list[Highlight]]:
    """
    A text, and highlights anywhere in it, some over one another.
    """
    text = draw(words.filter(bool))
    ends = st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True).map(sorted)
    kinds = st.sampled_from(["k1", "pos", "aside"])
    highlights = [
        Highlight(start, end, draw(kinds), draw(words), draw(words))
        for start, end in draw(st.lists(ends, max_size=8))
    ]
    return text, highlights


@given(st.text(st.characters()) | words)
def test_escaped_words_are_text_and_nothing_else(text: str) -> None:
    """
    Escaped words bring no tag, and come back unchanged but for what can't be shown.
    """
    page = Page(f"<p>{escape(text)}</p>")
    assert page.text == visible(text)
    assert [tag for tag, _ in page.tags] == ["p"]


@given(words, words)
def test_hostile_attributes_stay_in_their_quotes(text: str, other: str) -> None:
    """
    An attribute's words come back as its value and make no other attribute.
    """
    page = Page(element("p", class_=text, data_why=Html(escape(other))))
    wanted = {"class": visible(text), "data-why": visible(other)}
    assert page.tags == [("p", {key: value for key, value in wanted.items() if value})]


@given(texts_with_highlights())
def test_marked_text_holds_the_words_once(drawn: tuple[str, list[Highlight]]) -> None:
    """
    Whatever the highlights, the text content is the source, and nothing but marks is in it.
    """
    text, highlights = drawn
    page = Page(marked(text, highlights))
    assert page.text == visible(text)
    assert {tag for tag, _ in page.tags} <= {"mark"}


def test_overlapping_highlights_share_their_words() -> None:
    """
    Where two highlights overlap, both colour the words and both tell their reasons.
    """
    highlights = [Highlight(0, 6, "k1", "one", "1", "a"), Highlight(3, 9, "k2", "two", "2", "b")]
    assert marked("abcdefghi", highlights) == (
        '<mark class="k1" data-why="one">abc</mark>'
        '<mark class="k1" tabindex="0" data-why="one\ntwo" data-n="1" aria-describedby="a">'
        '<mark class="k2">def</mark></mark>'
        '<mark class="k2" tabindex="0" data-why="two" data-n="2" aria-describedby="b">ghi</mark>'
    )


def test_a_crowd_of_highlights_tells_its_first_reasons() -> None:
    """
    Past four, reasons are left out, so that no tooltip covers the page.
    """
    page = Page(marked("word", [Highlight(0, 4, "k1", f"reason {i}") for i in range(50)]))
    assert page.tags[0][1]["data-why"] == "reason 0\nreason 1\nreason 2\nreason 3"


@pytest.mark.parametrize("is_nested", [True, False])
def test_a_crowd_of_highlights_costs_no_more_than_its_number(*, is_nested: bool) -> None:
    """
    Ten thousand highlights over one word are marked within seconds.
    """
    n = 10_000
    crowd = [Highlight(i, 3 * n - i if is_nested else i + 2 * n, "k1") for i in range(n)]
    began = process_time()
    assert marked("a" * 3 * n, crowd).count("</mark>") == 2 * n - 1
    assert process_time() - began < 3


def test_a_highlight_without_a_reason_takes_no_focus() -> None:
    """
    The keyboard stops only where there is something to tell.
    """
    assert marked("well [sighs]", [Highlight(5, 12, "aside")]) == (
        'well <mark class="aside">[sighs]</mark>'
    )


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0.00"), (-0.004, "0.00"), (-1.0, "−1.00"), (0.125, "+0.12")]
)
def test_numbers_are_signed_unless_zero(value: float, said: str) -> None:
    """
    A minus is a minus, not a hyphen, and what rounds to zero has no sign.
    """
    assert markup.signed(value) == said


def test_a_table_has_headings_for_columns_and_rows() -> None:
    """
    Each heading says what it heads, for a reader who hears the table.
    """
    page = Page(markup.table(["Technique", "Moves"], [("values", "3")], "What was done."))
    assert [attrs["scope"] for tag, attrs in page.tags if tag == "th"] == ["col", "col", "row"]
    assert page.text == "What was done.TechniqueMovesvalues3"


@given(st.integers(1, 3000), st.lists(st.floats(-1.0, 1.0) | st.none(), max_size=5))
def test_dots_of_an_arc_lie_within_the_drawing(length: int, values: list[float | None]) -> None:
    """
    However long the arc, each dot is drawn inside, and its label is its title.
    """
    dots = [
        Dot(min(at, length - 1), value, f"dot {at}", "#t", f"d{at}")
        for at, value in enumerate(values)
    ]
    page = Page(markup.arc(dots, length=length, title="Arc", description="Flat."))
    _, _, width, height = map(int, (page.tags[0][1]["viewbox"] or "").split())
    circles = [attrs for tag, attrs in page.tags if tag == "circle"]
    assert len(circles) == sum(value is not None for value in values)
    for circle in circles:
        assert 0 < float(circle["cx"] or "nan") < width
        assert 0 < float(circle["cy"] or "nan") < height
    assert all(f"dot {at}" in page.text for at in range(len(values)))


def test_a_sparkline_goes_up_for_better() -> None:
    """
    Higher on the page is a better feeling, and the label says the same in words.
    """
    page = Page(markup.sparkline([-1.0, 1.0], "From worst to best"))
    assert [attrs["points"] for tag, attrs in page.tags if tag == "polyline"] == ["3,24 87,2"]
    assert page.tags[0][1]["aria-label"] == "From worst to best"


def test_ids_follow_from_the_content() -> None:
    """
    The same fragment has the same ids each time, another has others, and links keep to their own.
    """

    def ids(words_said: str) -> tuple[str | None, str | None]:
        link = element("a", words_said, id=local_id("x"), href=local_id("x", link=True))
        page = Page(markup.fragment(link, kind="box", label="Session"))
        attrs = next(attrs for tag, attrs in page.tags if tag == "a")
        return attrs["id"], attrs["href"]

    one = ids("calm")
    assert one == ids("calm") != ids("tense")
    assert one[1] == f"#{one[0]}"


def test_styles_touch_nothing_else_on_a_page() -> None:
    """
    Every rule hangs under our own class, and loads nothing.
    """
    css = markup._style().removeprefix("<style>").removesuffix("</style>")
    assert "url(" not in css
    assert "@import" not in css
    # Comments and the frames of media queries out; what is left are selectors and their bodies.
    rules = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", css, flags=re.DOTALL)
    selectors = [rule.strip() for rule in re.findall(r"([^{}]+)\{", rules)]
    assert len(selectors) > 50
    assert all(
        ".aftermove" in part for rule in selectors for part in re.split(r",(?![^(]*\))", rule)
    )


def test_a_document_lets_nothing_act() -> None:
    """
    Its policy forbids scripts, frames and fetches, whatever its words say.
    """
    page = Page(markup.document("<b>Title", Html("<p></p>")))
    metas = [attrs for tag, attrs in page.tags if tag == "meta"]
    policy = next(m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy")
    assert (policy or "").startswith("default-src 'none'")
    assert "<b>Title" in page.text
