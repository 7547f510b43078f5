"""
Strategies for what was said.
"""

from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

from aftermove import model
from aftermove.errors import UnknownNameError
from aftermove.model import Role

__all__ = [
    "char_spans",
    "disjoint_spans",
    "marks",
    "metadata",
    "names",
    "problems",
    "pseudonym_keys",
    "roles",
    "sessions",
    "speakers",
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
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)


# Letters and a mark of the end of a sentence, by the script's name.
_SCRIPTS: Final = {
    "arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "؟"),
    "cyrillic": ("абвгдежзийклмнопрстуфхцчшщъыьэюя", "."),
    "devanagari": ("अआइईउऊकखगघचछजझटठडढतथदधनपफबभमयरलवशषसह", "।"),
    "greek": ("αβγδεζηθικλμνξοπρστυφχψω", ";"),
    "han": ("我你他她们的一是在不有这来到大说好心里难过想知道", "。"),
    "hebrew": ("אבגדהוזחטיכלמנסעפצקרשת", "."),
    "latin": ("abcdefghijklmnopqrstuvwxyzäéñøß", "."),
}


def texts(script: str | None = None) -> st.SearchStrategy[str]:
    """
    What a turn may say.

    Args:
        script: "arabic", "cyrillic", "devanagari", "greek", "han", "hebrew" or "latin" for
            sentences of made-up words in it; `None` for any Unicode text without lone surrogates,
            the empty text too.

    Raises:
        UnknownNameError: If there is no such script.

    Example:
        >>> texts("runes")
        Traceback (most recent call last):
        aftermove.errors.UnknownNameError: no script is called 'runes'; known: arabic, cyrillic, ...
    """
    if script is not None:
        if script not in _SCRIPTS:
            raise UnknownNameError("script", str(script), tuple(_SCRIPTS))
        letters, end = _SCRIPTS[script]
        words = st.text(letters, min_size=1, max_size=9)
        gap = "" if script == "han" else " "
        return st.lists(words, min_size=1, max_size=9).map(lambda said: gap.join(said) + end)
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
    return st.builds(model.Speaker, names, roles() if role is None else role)


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
    return tuple(model.Mark(span, draw(kinds)) for span in draw(disjoint_spans(length)))


@st.composite
def disjoint_spans(draw: st.DrawFn, length: int) -> list[model.CharSpan]:
    """
    Spans in order, some of which touch, none of which overlap.
    """
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
    return [model.CharSpan(a, b) for a, b in pairwise(cuts) if draw(st.booleans())]


@st.composite
def turns(
    draw: st.DrawFn,
    index: int = 0,
    speaker: st.SearchStrategy[model.Speaker] | None = None,
    text: st.SearchStrategy[str] | None = None,
    *,
    marked: bool = True,
) -> model.Turn:
    """
    Turns that stand at *index*, by any speaker or by one of those given.

    Args:
        draw: Hypothesis' own, which callers leave out.
        index: The turn's position in its session.
        speaker: Who may speak; `None` for anybody.
        text: What may be said, as ``texts("hebrew")``; `None` for any text.
        marked: Whether parts of the text may be marked as no words.
    """
    said = draw(texts() if text is None else text)
    times = sorted((draw(_seconds), draw(_seconds)))
    return model.Turn(
        index=index,
        speaker=draw(speakers() if speaker is None else speaker),
        text=said,
        start=draw(st.sampled_from([None, times[0]])),
        end=draw(st.sampled_from([None, times[1]])),
        marks=draw(marks(len(said))) if said and marked else (),
    )


def problems() -> st.SearchStrategy[model.Problem]:
    """
    Problems of every shape.
    """
    return st.builds(
        model.Problem,
        code=names,
        reason=names,
        line=st.none() | st.integers(0, 10**6),
        column=st.none() | st.integers(0, 10**6),
        text=texts(),
    )


def pseudonym_keys() -> st.SearchStrategy[model.PseudonymKey]:
    """
    Keys of up to three placeholders.
    """
    placeholders = st.from_regex(r"\{(NAME|DATE)_[0-9]{1,3}[a-z]?\}", fullmatch=True)
    words = st.lists(names, max_size=3, unique=True)
    return words.flatmap(
        lambda said: st.lists(
            placeholders, min_size=len(said), max_size=len(said), unique=True
        ).map(lambda keys: model.PseudonymKey(dict(zip(keys, said, strict=True))))
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
    text: st.SearchStrategy[str] | None = None,
    *,
    min_turns: int = 0,
    marked: bool = True,
) -> model.Session:
    """
    Sessions of *min_turns* to *max_turns* turns.

    Args:
        draw: Hypothesis' own, which callers leave out.
        max_turns: The most there are.
        role: What speakers may be; `None` for every role.
        text: What may be said, as ``texts("hebrew")``; `None` for any text.
        min_turns: The fewest there are.
        marked: Whether parts of the texts may be marked as no words.
    """
    voices = st.sampled_from(draw(st.lists(speakers(role), min_size=1, max_size=4)))
    return model.Session(
        id=draw(names),
        turns=[
            draw(turns(index, voices, text, marked=marked))
            for index in range(draw(st.integers(min_turns, max_turns)))
        ],
        problems=draw(st.lists(problems(), max_size=2)),
        metadata=draw(metadata()),
    )
