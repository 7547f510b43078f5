"""
Transcripts as people may write them, with what they hold.
"""

from typing import NamedTuple

from hypothesis import strategies as st

__all__ = ["STYLES", "Written", "texts", "written"]

# What readers stumble over, more often than chance has it.
texts = st.text(
    st.sampled_from("TPCab Q:：-–*_#>[](){}\n\n\t\r\f 0123.,\u00a0\u2028\ufeff\0")
    | st.characters(exclude_categories=["Cs"]),
    max_size=300,
)

STYLES = (
    "{}: ",
    "{}:\n",
    "{}： ",
    "{}\u00a0:",
    "{}:\t",
    "{}\t",
    "{} - ",
    "{} — ",
    "**{}:** ",
    "**{}**: ",
    "__{}__: ",
    "### {}\n",
    "**{}**\n",
    "- {}: ",
    "12. {}: ",
    "[00:12:31] {}: ",
    "{} (00:12): ",
    "00:12 {}: ",
    "{} 00:12\n",
    "{} [00:00:04.5]: ",
    "{}: (12:31) ",
    "\f  {}: ",
)
_PAIRS = (
    ("Therapist", "Patient"),
    ("T", "C"),
    ("COUNSELOR", "client"),
    ("Dr. Okoye", "Wanda"),
    ("Coach", "Wanda Bell"),
    ("Thérapeute", "Klientin"),
)
_SENTENCES = (
    "I walked home in the rain.",
    "What was that like?",
    "Well, the usual: rain (again) and the dog.",
    "- one thing\n- another: “thing”",
    "So here is what I said:\n\n“Stop it,” and *nothing* more.",
    "No…",
    "[sighs] At 12:30 I left; she hadn’t called.",
    "Here is the thing: I can't.\nNote: I tried.",
    '"Therapist: no" is what it says.',
)


class Written(NamedTuple):
    """
    A transcript, and what its turns are.
    """

    text: str
    turns: list[tuple[str, str]]
    """Role and talk."""


@st.composite
def written(draw: st.DrawFn) -> Written:
    """
    Transcripts of two voices in one layout, each voice at least twice.
    """
    style = draw(st.sampled_from(STYLES))
    therapist, patient = draw(st.sampled_from(_PAIRS))
    talk = st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=3).map("\n\n".join)
    rest = draw(st.lists(st.tuples(st.booleans(), talk), max_size=12))
    said = [(draw(st.just(first)), draw(talk)) for first in (True, False, True, False)] + rest
    blank = draw(st.sampled_from(["\n\n", "\n", "\n \n\n"]))
    text = blank.join(
        style.format(therapist if first else patient) + words for first, words in said
    )
    return Written(text, [("therapist" if first else "patient", words) for first, words in said])
