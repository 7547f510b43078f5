"""
Hypothesis strategies for every model class, codebook and lexicon, for tests that build on them.

Needs the `testing` extra.  Each strategy gives valid values, awkward ones among them: empty
texts, scripts that run right to left, marks that touch, turns of nobody known.

Example:
    >>> from hypothesis import given
    >>> @given(sessions())
    ... def test_turns_know_their_position(session):
    ...     assert [turn.index for turn in session] == list(range(len(session)))
    >>> test_turns_know_their_position()
"""

from itertools import pairwise

from hypothesis import strategies as st

from aftermove import model
from aftermove.affect import Entry, Lexicon
from aftermove.model import Role
from aftermove.sequence import find_shifts
from aftermove.sequence.coded import CodedSession
from aftermove.studies import Study, StudyProblem
from aftermove.techniques import Codebook, Cue, Technique

__all__ = [
    "affect_shifts",
    "affects",
    "arc_points",
    "char_spans",
    "code_sequences",
    "codebooks",
    "coded_sessions",
    "cues",
    "entries",
    "evidence",
    "interventions",
    "lexicons",
    "marks",
    "metadata",
    "moves",
    "problems",
    "roles",
    "session_analyses",
    "sessions",
    "shown_states",
    "speakers",
    "studies",
    "study_problems",
    "technique_summaries",
    "techniques",
    "texts",
    "time_spans",
    "turns",
]

# Talk as it comes: plain words, and what breaks careless code.
_TALK = (
    "I don't know",
    "it's heavy",
    "Mm-hmm.",
    "How was the week?",
    "<b>but</b> & “then”",
    "עברית",
    "日本語",
    "[laughs]",
    "—",
    "\n\n- a list",
    "İ",
    "\u200b",
    "😶‍🌫️",
)
_seconds = st.floats(0.0, 1e6)
_valences = st.floats(-1.0, 1.0)
_shares = st.floats(0.0, 1.0)
_names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)


def texts() -> st.SearchStrategy[str]:
    """
    What a turn may say: any Unicode text without lone surrogates, the empty text too.
    """
    talk = st.lists(st.sampled_from(_TALK), max_size=6).map(" ".join)
    return talk | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def roles() -> st.SearchStrategy[Role]:
    """
    The roles, the two that matter most often.
    """
    return st.sampled_from([Role.PATIENT, Role.THERAPIST, *Role])


def speakers(role: st.SearchStrategy[Role] | None = None) -> st.SearchStrategy[model.Speaker]:
    """
    Speakers, of the roles given or of all.
    """
    return st.builds(model.Speaker, _names, roles() if role is None else role)


@st.composite
def char_spans(draw: st.DrawFn, length: int = 40) -> model.CharSpan:
    """
    Spans within a text of *length* characters, which must be at least 1.
    """
    start = draw(st.integers(0, length - 1))
    return model.CharSpan(start, draw(st.integers(start + 1, length)))


@st.composite
def time_spans(draw: st.DrawFn) -> model.TimeSpan:
    """
    Spans of seconds, empty ones too.
    """
    start, end = sorted((draw(_seconds), draw(_seconds)))
    return model.TimeSpan(start, end)


@st.composite
def marks(draw: st.DrawFn, length: int = 40) -> tuple[model.Mark, ...]:
    """
    The marks of one text of *length* characters: in order, without overlap, some touching.
    """
    kinds = st.sampled_from(model.MarkKind)
    return tuple(model.Mark(span, draw(kinds)) for span in draw(_disjoint_spans(length)))


@st.composite
def _disjoint_spans(draw: st.DrawFn, length: int) -> list[model.CharSpan]:
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
    return [model.CharSpan(a, b) for a, b in pairwise(cuts) if draw(st.booleans())]


@st.composite
def turns(
    draw: st.DrawFn,
    index: int = 0,
    speaker: st.SearchStrategy[model.Speaker] | None = None,
) -> model.Turn:
    """
    Turns that stand at *index*, by any speaker or by one of those given.
    """
    text = draw(texts())
    times = sorted((draw(_seconds), draw(_seconds)))
    return model.Turn(
        index=index,
        speaker=draw(speakers() if speaker is None else speaker),
        text=text,
        start=draw(st.sampled_from([None, times[0]])),
        end=draw(st.sampled_from([None, times[1]])),
        marks=draw(marks(len(text))) if text else (),
    )


def problems() -> st.SearchStrategy[model.Problem]:
    """
    Problems of every shape.
    """
    return st.builds(
        model.Problem,
        code=_names,
        reason=_names,
        line=st.none() | st.integers(0, 10**6),
        column=st.none() | st.integers(0, 10**6),
        text=texts(),
    )


def metadata() -> st.SearchStrategy[model.Metadata]:
    """
    Headers, few or none.
    """
    return st.dictionaries(texts(), texts(), max_size=3).map(model.Metadata)


@st.composite
def sessions(
    draw: st.DrawFn,
    max_turns: int = 8,
    role: st.SearchStrategy[Role] | None = None,
) -> model.Session:
    """
    Sessions of up to *max_turns* turns, by speakers of the roles given or of all.
    """
    voices = st.sampled_from(draw(st.lists(speakers(role), min_size=1, max_size=4)))
    return model.Session(
        id=draw(_names),
        turns=[draw(turns(i, voices)) for i in range(draw(st.integers(0, max_turns)))],
        problems=draw(st.lists(problems(), max_size=2)),
        metadata=draw(metadata()),
    )


def evidence(length: int = 40) -> st.SearchStrategy[model.Evidence]:
    """
    Evidence within a text of *length* characters, which must be at least 1.
    """
    return st.builds(model.Evidence, char_spans(length), _names, st.floats(-10.0, 10.0))


def _evidence_tuples(length: int) -> st.SearchStrategy[tuple[model.Evidence, ...]]:
    pieces = st.lists(evidence(max(length, 1)), max_size=3 if length else 0)
    return pieces.map(tuple)


def interventions(turn: int = 1, length: int = 40) -> st.SearchStrategy[model.Intervention]:
    """
    Interventions in the turn of that index, whose text is of *length* characters.
    """
    return st.builds(
        model.Intervention,
        turn=st.just(turn),
        technique=st.sampled_from(["defusion", "encourager", "open_question", "validation"])
        | _names,
        confidence=_shares,
        evidence=_evidence_tuples(length),
    )


@st.composite
def moves(draw: st.DrawFn, turn: int = 1, length: int = 40) -> model.Move:
    """
    Moves in the turn of that index, whose text is of *length* characters.
    """
    each_once = st.lists(
        interventions(turn, length), max_size=3, unique_by=lambda found: found.technique
    )
    return model.Move(
        turn=turn,
        behaviour=draw(st.sampled_from(model.Behaviour)),
        interventions=draw(each_once),
        confidence=draw(_shares),
        evidence=draw(_evidence_tuples(length)),
    )


def shown_states(length: int = 40) -> st.SearchStrategy[model.ShownState]:
    """
    States with evidence within a text of *length* characters.
    """
    return st.builds(
        model.ShownState,
        state=st.sampled_from(model.State),
        strength=_shares,
        evidence=_evidence_tuples(length),
    )


def arc_points(
    span: st.SearchStrategy[model.CharSpan] | None = None,
) -> st.SearchStrategy[model.ArcPoint]:
    """
    Points of a within-turn arc, at any of the spans given.
    """
    return st.builds(
        model.ArcPoint,
        span=char_spans() if span is None else span,
        valence=_valences,
        weight=st.floats(0.0, 100.0),
    )


@st.composite
def affects(draw: st.DrawFn, turn: int = 0, length: int = 40) -> model.Affect:
    """
    Affect in the turn of that index, whose text is of *length* characters.
    """
    states = st.lists(shown_states(length), max_size=3, unique_by=lambda shown: shown.state)
    return model.Affect(
        turn=turn,
        valence=draw(_valences),
        arousal=draw(_valences),
        shown=draw(states),
        stance=draw(st.sampled_from(model.Stance)),
        arc=[draw(arc_points(st.just(span))) for span in draw(_disjoint_spans(length))],
        evidence=draw(_evidence_tuples(length)),
    )


@st.composite
def affect_shifts(draw: st.DrawFn) -> model.AffectShift:
    """
    Shifts around a move, over stretches of one turn or more.
    """
    path = sorted(draw(st.sets(st.integers(0, 100), min_size=3, max_size=7)))
    middle = draw(st.integers(1, len(path) - 2))
    return model.AffectShift(
        move=draw(moves(path[middle])),
        before=path[:middle],
        after=path[middle + 1 :],
        valence_before=draw(_valences),
        valence_after=draw(_valences),
    )


def technique_summaries() -> st.SearchStrategy[model.TechniqueSummary]:
    """
    Rows of a session's summary.
    """
    return st.builds(
        model.TechniqueSummary,
        technique=_names,
        n_moves=st.integers(1, 100),
        n_shifts=st.integers(0, 100),
        mean_change=st.none() | st.floats(-2.0, 2.0),
    )


@st.composite
def session_analyses(draw: st.DrawFn, max_turns: int = 8) -> model.SessionAnalysis:
    """
    Analyses whose findings are drawn, not detected: whatever a user's own model might say.
    """
    session = draw(sessions(max_turns))
    found_moves = [
        draw(moves(turn.index, len(turn.text))) for turn in session.by_role(Role.THERAPIST)
    ]
    found_affect = [
        draw(affects(turn.index, len(turn.text))) for turn in session.by_role(Role.PATIENT)
    ]
    return model.SessionAnalysis(
        session=session,
        moves=found_moves,
        affect=found_affect,
        shifts=find_shifts(session, found_moves, found_affect),
    )


def coded_sessions() -> st.SearchStrategy[CodedSession]:
    """
    What a study keeps of sessions.
    """
    return st.builds(CodedSession.from_analysis, session_analyses(), source=st.none() | _names)


def code_sequences(codes: str = "abc") -> st.SearchStrategy[list[list[str]]]:
    """
    Sessions as sequences of codes, each a letter of *codes*; some are empty.
    """
    return st.lists(st.lists(st.sampled_from(codes), max_size=12), max_size=5)


def study_problems() -> st.SearchStrategy[StudyProblem]:
    """
    Problems of every shape.
    """
    return st.builds(StudyProblem, source=_names, reason=texts())


def studies() -> st.SearchStrategy[Study]:
    """
    Studies of up to three sessions.
    """
    return st.builds(
        Study,
        sessions=st.lists(coded_sessions(), max_size=3),
        problems=st.lists(study_problems(), max_size=2),
    )


_words = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
_phrases = st.lists(_words, min_size=1, max_size=3).map(" ".join)


@st.composite
def cues(draw: st.DrawFn, technique: str = "values") -> Cue:
    """
    Cues of a technique: phrases, or a word behind a gate.
    """
    name = f"{technique}.{draw(_words)}"
    weight = draw(st.floats(-10.0, 10.0))
    if draw(st.booleans()):
        phrases = draw(st.lists(_phrases, min_size=1, max_size=3))
        return Cue(id=name, phrases=phrases, weight=weight, match=draw(texts()))
    gate = draw(st.lists(_words, min_size=1, max_size=3))
    return Cue(id=name, pattern="(?:so )?<gate> ~ you", gate=gate, weight=weight)


@st.composite
def techniques(draw: st.DrawFn) -> Technique:
    """
    Techniques with few cues or none.
    """
    name = draw(_words)
    return Technique(
        id=name,
        name=name.capitalize(),
        family=draw(_words),
        definition=draw(texts()),
        source=draw(texts()),
        near_misses=draw(st.lists(texts(), max_size=2)),
        cues=draw(st.lists(cues(name), max_size=3, unique_by=lambda cue: cue.id)),
    )


def codebooks() -> st.SearchStrategy[Codebook]:
    """
    Codebooks of up to four techniques.
    """
    unique = st.lists(techniques(), max_size=4, unique_by=lambda technique: technique.id)
    return unique.map(Codebook)


def entries() -> st.SearchStrategy[Entry]:
    """
    Entries of a lexicon, of one to three phrases.
    """
    awkward = st.sampled_from("heavy lost wired can't|couldn't so-so don’t".split())
    return st.builds(
        Entry,
        id=st.sampled_from(["mine.one", "mine.two", "yours.three"]),
        phrases=st.lists(_phrases | awkward, min_size=1, max_size=3),
        valence=_valences,
        arousal=_valences,
        stance=_valences,
        states=st.dictionaries(st.sampled_from(model.State), _shares, max_size=3),
    )


def lexicons() -> st.SearchStrategy[Lexicon]:
    """
    Lexicons of up to five entries, none too.
    """
    return st.lists(entries(), max_size=5).map(Lexicon)
