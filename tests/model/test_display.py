import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given

from aftermove import analyze, testing
from aftermove.errors import FileAccessError
from aftermove.model import (
    Affect,
    ArcPoint,
    CharSpan,
    Evidence,
    Intervention,
    Mark,
    Metadata,
    Move,
    Problem,
    Session,
    SessionAnalysis,
    ShownState,
    Speaker,
    Turn,
)
from aftermove.sequence import find_shifts

ENCOURAGER = Intervention(turn=3, technique="encourager")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")


class Report(HTMLParser):
    """
    A report's tags, and the words of each turn; unbalanced tags fail.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self._words_depth: int | None = None
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102  # html.parser's
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)
        if dict(attrs).get("class") == "words":
            self.words.append("")
            self._words_depth = len(self._open)

    def handle_endtag(self, tag: str) -> None:  # noqa: D102  # html.parser's
        if len(self._open) == self._words_depth:
            self._words_depth = None
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:  # noqa: D102  # html.parser's
        if self._open and self._open[-1] != "style":
            self.text += data
        if self._words_depth is not None:
            self.words[-1] += data

    def values(self, attribute: str) -> list[str]:
        """
        The values of one attribute, in order.
        """
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


def example() -> SessionAnalysis:
    """
    A session with one of everything that a report shows.
    """
    patient, therapist = Speaker("P.", "patient"), Speaker("Dr. Amari", "therapist")
    session = Session(
        id="s1",
        turns=[
            Turn(index=0, speaker=patient, text="Dull week. [sighs] Then calm.", start=3725.0,
                 marks=[Mark(CharSpan(11, 18), "sound")]),
            Turn(index=1, speaker=therapist, text="What did calm feel like?", end=3790.0),
            Turn(index=2, speaker=patient, text="Quiet. Kind."),
            Turn(index=3, speaker=therapist, text="Mm-hmm."),
            Turn(index=4, speaker=Speaker("Observer", "other"), text="Time."),
        ],
        problems=[Problem(code="odd", reason="one line fits nowhere", line=7, text="???"),
                  Problem(code="odd", reason="no end is told")],
        metadata=Metadata({"site": "North"}),
    )  # fmt: skip
    piece, open_question = CharSpan(0, 8), "emotion_exploration"
    moves = [
        Move(
            turn=1,
            behaviour="question",
            interventions=[
                Intervention(
                    turn=1,
                    technique=open_question,
                    confidence=0.8,
                    evidence=[Evidence(CharSpan(4, 13), "b"), Evidence(piece, "a"),
                              Evidence(CharSpan(14, 18), "c")],
                )
            ],
            evidence=[Evidence(piece, "inside"), Evidence(CharSpan(19, 24), "shape.mark")],
        ),
        Move(turn=3, behaviour="other", interventions=[ENCOURAGER]),
    ]  # fmt: skip
    dull, quiet = [Evidence(CharSpan(0, 4), "dull")], [Evidence(CharSpan(0, 5), "quiet")]
    affect = [
        Affect(
            turn=0,
            valence=-0.25,
            shown=[ShownState(state="numbness", strength=0.5, evidence=dull)],
            stance="sustain",
            arc=[ArcPoint(span=CharSpan(0, 10), valence=-0.5),
                 ArcPoint(span=CharSpan(19, 29), valence=0.25)],
            evidence=[Evidence(CharSpan(24, 28), "calm", 0.5)],
        ),
        Affect(turn=2, valence=0.5, shown=[ShownState(state="relief", evidence=quiet)]),
    ]  # fmt: skip
    return SessionAnalysis(
        session=session, moves=moves, affect=affect, shifts=find_shifts(session, moves, affect)
    )


def check_sound(html: str, session: Session) -> None:
    """
    What must hold of each report, page or box.
    """
    report = Report(html)
    assert report.words == [UNSEEN.sub("\ufffd", turn.text) for turn in session]
    ids = report.values("id")
    assert len(set(ids)) == len(ids)
    targets = [value.removeprefix("#") for value in report.values("href")]
    targets += [each for name in ("aria-describedby", "aria-labelledby")
                for value in report.values(name) for each in value.split()]  # fmt: skip
    assert set(targets) <= set(ids)
    assert all(value.startswith("#") for value in report.values("href"))
    assert not {tag for tag, _ in report.tags} & {"script", "img", "iframe", "link", "object"}
    assert not [name for _, attrs in report.tags for name in attrs if name.startswith("on")]
    assert not report.values("src")


@given(testing.session_analyses())
def test_any_analysis_is_shown_whole_and_harmless(drawn: SessionAnalysis) -> None:
    """
    Words come back exactly, the markup is sound, and the same analysis gives the same bytes.
    """
    check_sound(drawn.to_html(), drawn.session)
    check_sound(drawn._repr_html_(), drawn.session)
    check_sound(drawn.session._repr_html_(), drawn.session)
    assert drawn.to_html() == drawn.to_html()


def test_hostile_words_never_act() -> None:
    """
    A session whose every string is hostile shows them all as text.
    """
    evil = '<script>alert(1)</script>"><img src=x onerror=a()>\u202e'
    session = Session(
        id=evil,
        turns=[Turn(index=0, speaker=Speaker(evil, "therapist"), text=evil)],
        problems=[Problem(code=evil, reason=evil)],
        metadata=Metadata({evil: evil}),
    )
    pieces = [Evidence(CharSpan(2, 9), evil)]
    found = Intervention(turn=0, technique=evil, evidence=pieces)
    move = Move(turn=0, behaviour="input", interventions=[found], evidence=pieces)
    analysis = SessionAnalysis(session=session, moves=[move], affect=[], shifts=[])
    check_sound(analysis.to_html(), session)
    assert "\u202e" not in analysis.to_html()


def outline(html: str) -> str:
    """
    A page's tags, each on a line of its own, without style sheet and what keeps ids apart.
    """
    unstyled = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\ba[0-9a-f]{6}-", "", unstyled).replace("<", "\n<").lstrip()


def plain() -> SessionAnalysis:
    """
    A session with what the example lacks: nobody named, nothing shown, carried and even figures.
    """
    said = [("patient", "Dull. Grey."), ("therapist", "Hm."), ("patient", "Dull. Grey. So what?")]
    session = Session.from_pairs(said)
    dull, grey = CharSpan(0, 5), CharSpan(5, 11)
    affect = [
        Affect(turn=0, valence=0.0),
        Affect(
            turn=2,
            valence=0.0,
            arousal=0.25,
            shown=[
                ShownState(state="numbness", evidence=[Evidence(dull, "a"), Evidence(grey, "b")]),
                ShownState(state="hope", evidence=[Evidence(CharSpan(12, 19), "c")]),
            ],
            evidence=[Evidence(CharSpan(0, 4), "talk.goes_on", -0.125)],
        ),
    ]
    moves = [Move(turn=1, behaviour="other")]
    return SessionAnalysis(
        session=session, moves=moves, affect=affect, shifts=find_shifts(session, moves, affect)
    )


@pytest.mark.parametrize(("name", "make"), [("report", example), ("plain", plain)])
def test_a_report_is_as_it_was(name: str, make: Callable[[], SessionAnalysis]) -> None:
    """
    Each page is that of its fixture, to be read and written anew when it changes.
    """
    fixture = Path(__file__).parent / "fixtures" / f"{name}.html"
    assert outline(make().to_html()) == fixture.read_text("utf-8")


def test_boxes_are_as_pages() -> None:
    """
    In a notebook a report is the same within a box, and a session's has no findings.
    """
    box = outline(example()._repr_html_())
    assert '<div class="aftermove box" role="region" aria-label="Session s1" ' in box
    assert outline(example().to_html()).count("<li") == box.count("<li")
    alone = outline(example().session._repr_html_())
    assert '<div class="aftermove box plain" role="region" aria-label="Session s1">' in alone
    assert "<li>Line 7: one line fits nowhere" in alone
    assert "evidence" not in alone
    silent = SessionAnalysis.from_codes(id="s", valence=[], techniques=[])._repr_html_()
    assert "evidence" not in silent


def test_a_report_names_what_was_found() -> None:
    """
    Techniques stand as words with their confidence, beside behaviour, states, stance and figures.
    """
    text = Report(example().to_html()).text
    for said in ("1 emotion exploration 80%", "question 100%", "numbness 50%", "sustain talk",
                 "valence−0.25", "change+0.75", "−0.25 → +0.50", "One session proves little",
                 "Line 7: one line fits nowhere", "no end is told", "Dr. Amari · turn 1",
                 "1:02:05", "Duration1:05", "siteNorth"):  # fmt: skip
        assert said in text


def test_evidence_is_marked_with_its_reason() -> None:
    """
    Evidence of one finding that touches is one mark; the behaviour's adds none to a technique's.
    """
    report = Report(example().to_html())
    reasons = report.values("data-why")
    assert "1 emotion exploration 80%: a, b" in reasons
    assert "1 emotion exploration 80%: c" in reasons
    assert "question 100%: shape.mark" in reasons
    assert "numbness 50%: dull" in reasons
    assert "relief 100%: quiet" in reasons
    assert "weight +0.50: calm" in reasons
    assert not any("inside" in reason for reason in reasons)


def test_of_many_cues_the_strongest_are_told() -> None:
    """
    A stretch tells three cues, the strongest first, and counts the others, where it ends.
    """
    session = Session.from_pairs([("therapist", "What was it like?")])
    pieces = [
        Evidence(CharSpan(0, 17 - i), f"cue{i}", weight) for i, weight in enumerate([1, -4, 2, 3])
    ]
    overlapping = [Evidence(CharSpan(5, 8), "other")]
    found = [
        Intervention(turn=0, technique="open_question", evidence=pieces),
        Intervention(turn=0, technique="values", evidence=overlapping),
    ]
    move = Move(turn=0, behaviour="question", interventions=found)
    analysis = SessionAnalysis(session=session, moves=[move], affect=[], shifts=[])
    reasons = Report(analysis.to_html()).values("data-why")
    assert reasons == [
        "1 open question 100%",
        "1 open question 100%\n2 values 100%: other",
        "1 open question 100%: cue1, cue3, cue2 and 1 more",
    ]


def test_dots_and_turns_lead_to_each_other() -> None:
    """
    Each finding has a dot on the arc that leads to its turn, and the turn leads back.
    """
    report = Report(example().to_html())
    prefix = next(value for value in report.values("id") if value.endswith("-t0"))[:-1]
    links = report.values("href")
    for turn in range(4):
        assert f"#{prefix}{turn}" in links
        assert f"#{prefix[:-1]}d{turn}" in links
    assert f"#{prefix[:-1]}d4" not in links


def test_a_technique_looks_the_same_in_every_report() -> None:
    """
    A technique's colour and line don't depend on what else is in the session.
    """

    def swatch(*techniques: str) -> str:
        coded = SessionAnalysis.from_codes(id="s", valence=[0, 0], techniques=[techniques])
        found = re.search(r'<li id="[^"]+" class="([^"]+)">1 own idea', coded.to_html())
        assert found
        return found[1]

    assert swatch("own_idea") == swatch("own_idea", "defusion", "values")


def test_a_long_row_of_turns_is_cut() -> None:
    """
    The summary links the first dozen turns of a technique and counts the rest.
    """
    coded = SessionAnalysis.from_codes(id="s", valence=[0.0] * 21, techniques=[["values"]] * 20)
    assert "21, 23 and 8 more" in Report(coded.to_html()).text


def test_an_empty_session_is_shown() -> None:
    """
    Without turns there is neither arc nor summary, and still a page.
    """
    session = Session(id="empty", turns=[])
    report = Report(SessionAnalysis(session=session, moves=[], affect=[], shifts=[]).to_html())
    assert "Session empty0 turns" in report.text
    assert "svg" not in dict(report.tags)


def test_reports_of_two_sessions_share_no_id() -> None:
    """
    Two reports in one notebook keep apart.
    """
    one = Report(example()._repr_html_()).values("id")
    other = Report(example().session._repr_html_()).values("id")
    assert not set(one) & set(other)


def test_the_file_holds_the_page(tmp_path: Path) -> None:
    """
    What is written is what is returned, as UTF-8.
    """
    page = example().to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_bytes() == page.encode()
    assert page.startswith("<!DOCTYPE html>")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """
    The error is ours and names the path.
    """
    with pytest.raises(FileAccessError, match="missing") as caught:
        example().to_html(tmp_path / "missing" / "report.html")
    assert caught.value.path == str(tmp_path / "missing" / "report.html")
    assert "No such file" in str(caught.value)
    with pytest.raises(FileAccessError, match="can't be written"):
        example().to_html("\0")


def test_a_long_session_stays_small() -> None:
    """
    Two thousand turns of ordinary talk make less than 2 MB, within seconds on a slow machine.
    """
    talk = [
        ("patient", "It was a dull week, and then on Sunday the calm came back for a while."),
        ("therapist", "What was it like when the calm came back on Sunday?"),
        ("patient", "Just a kind of quiet."),
        ("therapist", "A kind of quiet."),
    ] * 500
    session = Session.from_pairs(talk, id="long")
    piece = [Evidence(CharSpan(9, 18), "lexicon.some_cue", -0.5)]
    found = [("open_question", CharSpan(0, 12)), ("emotion_exploration", CharSpan(5, 16))]
    moves = [
        Move(turn=turn.index, behaviour="question",
             interventions=[Intervention(turn=turn.index, technique=name,
                                         evidence=[Evidence(span, f"{name}.some_cue")])
                            for name, span in found[: 1 + turn.index % 4 // 3]])
        for turn in session.by_role("therapist")
    ]  # fmt: skip
    affect = [
        Affect(turn=turn.index, valence=0.1,
               shown=[ShownState(state="numbness", evidence=piece)],
               arc=[ArcPoint(span=CharSpan(0, 18), valence=-0.5),
                    ArcPoint(span=CharSpan(18, 21), valence=0.5)],
               evidence=piece)
        for turn in session.by_role("patient")
    ]  # fmt: skip
    analysis = SessionAnalysis(
        session=session, moves=moves, affect=affect, shifts=find_shifts(session, moves, affect)
    )
    began = time.process_time()
    page = analysis.to_html()
    assert time.process_time() - began < 5
    assert len(page.encode()) < 2_000_000


def test_long_headers_dont_bury_the_report() -> None:
    """
    A header that holds a code for each turn is cut short, with its length.
    """
    talk = [("therapist", "So?"), ("patient", "Tired.")]
    session = Session.from_pairs(talk, metadata={"codes": "kestrel " * 1_000, "site": "North"})
    html = session._repr_html_()
    assert html.count("kestrel") == 25
    assert "8,000 characters" in html
    assert "North" in html


def test_what_is_carried_marks_no_words() -> None:
    """
    Evidence of earlier talk is told as a figure beside the turn; no word of the turn caused it.
    """
    session = Session.from_pairs(
        [("patient", "I am terrified."), ("therapist", "Mm."), ("patient", "It rained.")]
    )
    page = analyze(session).to_html()
    row = page[page.index("It rained.") :]
    assert ">carried<" in row
    assert "talk.goes_on" not in page


def test_what_many_words_add_marks_none_of_them() -> None:
    """
    Evidence that sums up a whole turn is told as a figure beside it, not as marks.
    """
    session = Session.from_pairs([("therapist", "So?"), ("patient", "The kestrel came again.")])
    spread = Evidence(CharSpan(0, 23), "word.others", -0.2)
    affect = Affect(turn=1, valence=-0.2, evidence=[spread])
    move = Move(turn=0, behaviour="question")
    page = SessionAnalysis(session=session, moves=[move], affect=[affect], shifts=()).to_html()
    assert ">other words<" in page
    assert "word.others" not in page
