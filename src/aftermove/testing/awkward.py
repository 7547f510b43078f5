"""
Sessions that break careless code, each named by what is awkward in it.
"""

from aftermove.model import CharSpan, Mark, MarkKind, Role, Session, Speaker, Turn

__all__ = ["awkward_sessions", "talk_of"]

# So that most models have something to find wherever they look.
_ASKED = "How do you feel when that happens? It makes sense, and you could try to breathe."
_SAID = "I feel hopeless, but I'm a bit calmer than I was. I want to try."

_TEXTS = {
    "silent": ("", ""),
    "blank": (" \n\t ", "\u00a0\u200b\u3000"),
    "one word": ("Why?", "Sad."),
    "unpunctuated": ("so um how do you do you feel", "i i feel hopeless um but calmer"),
    # Lower case is longer here, so that spans found in it lie beyond the text's end.
    "letters that grow": (f"{'İ' * 40} {_ASKED}", f"{'İ' * 40} {_SAID}"),
    "other scripts": ("איך הרגשת? كيف حالك؟ どう感じましたか。", "नमस्ते, मैं दुखी हूँ। 我很难过。"),
    "combined signs": (f"e\u0301\u0323 {_ASKED} 😶‍🌫️🇵🇹", f"😞 {_SAID} 👩‍👩‍👧"),
    "controls": (f"\x00\x07{_ASKED}\r\n\u2028\x1b[0m", f"\x0b{_SAID}\x85"),
    "markup": (f"<b>{_ASKED}</b> &amp; “so” ‘then’", f"<!-- {_SAID} --> {{}} %s \\1"),
    "signs alone": ("?!…—" * 500, "(((" * 700),
    "one endless word": ("a" * 20_000, "no" * 10_000),
    "figures": ("0–10? 7/10, 3.5%", "1e309 ½ ٣ VII"),
}


def talk_of(name: str, n_pairs: int, n_sentences: int = 1) -> Session:
    """
    A session of so many pairs of turns, each of so many times the same sentences.
    """
    asked, said = " ".join([_ASKED] * n_sentences), " ".join([_SAID] * n_sentences)
    pairs = [(Role.THERAPIST, asked), (Role.PATIENT, said)] * n_pairs
    return Session.from_pairs(pairs, id=name)


def awkward_sessions() -> list[Session]:
    """
    The sessions, each with a name of what is awkward for its id.
    """
    made = [
        Session(id=name, turns=[_turn(0, Role.THERAPIST, one), _turn(1, Role.PATIENT, other)])
        for name, (one, other) in _TEXTS.items()
    ]
    marked = f"[sighs] {_ASKED} (pause)"
    marks = [
        Mark(CharSpan(0, 7), MarkKind.SOUND),
        Mark(CharSpan(len(marked) - 7, len(marked)), MarkKind.PAUSE),
    ]
    roles = [*Role, Role.PATIENT, Role.PATIENT, Role.THERAPIST, Role.THERAPIST]
    return [
        Session(id="no turns", turns=()),
        talk_of("plain talk", 3),
        talk_of("two turns", 1),
        Session(id="no patient", turns=[_turn(0, Role.THERAPIST, _ASKED)]),
        Session(id="no therapist", turns=[_turn(0, Role.PATIENT, _SAID)]),
        Session(id="every role", turns=[_turn(i, role, _SAID) for i, role in enumerate(roles)]),
        Session(
            id="marks",
            turns=[
                Turn(index=i, speaker=Speaker(role.value, role), text=marked, marks=marks)
                for i, role in enumerate((Role.THERAPIST, Role.PATIENT))
            ],
        ),
        *made,
        talk_of("long turns", 1, 300),
        talk_of("many turns", 200),
    ]


def _turn(index: int, role: Role, text: str) -> Turn:
    return Turn(index=index, speaker=Speaker(role.value, role), text=text)
