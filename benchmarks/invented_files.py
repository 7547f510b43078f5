"""
Sessions and files of made-up talk of any size, for speed and memory, which hang on no data.
"""

from pathlib import Path
from random import Random

import aftermove as am

WORDS = (
    "I you we it was is the a so then maybe work sleep mother week tired calm afraid better that "
    "this not and but because when what how really just home again nothing something think feel"
).split()


def made_up(n_turns: int, seed: int = 1) -> am.Session:
    """
    A session of plain words with a time for each turn.
    """
    random = Random(seed)  # noqa: S311  # words, no secrets
    speakers = (am.Speaker("Therapist", "therapist"), am.Speaker("Client", "patient"))
    turns = []
    for index in range(n_turns):
        words = random.choices(WORDS, k=random.randint(3, 30))
        ending = "?" if index % 4 == 0 else "."
        text = " ".join(words).capitalize() + ending
        start = 5.0 * index
        turns.append(
            am.Turn(index=index, speaker=speakers[index % 2], text=text, start=start, end=start + 4)
        )
    return am.Session(id="made-up", turns=turns)


def labelled(session: am.Session) -> str:
    """
    The session as labelled text without times.
    """
    return "".join(f"{turn.speaker.name}: {turn.text}\n\n" for turn in session)


def files_of(folder: Path, n_files: int, turns_per_session: int) -> int:
    """
    Writes that many labelled files, and tells the bytes of all.
    """
    size = 0
    for number in range(n_files):
        content = labelled(made_up(turns_per_session, seed=number)).encode()
        (folder / f"{number:06}.txt").write_bytes(content)
        size += len(content)
    return size
