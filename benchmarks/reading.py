"""
How often the roles of voices whose names tell nothing are told by what they say.

Usage: reading.py FOLDER [FILE...]

Each session is written as labelled text with names that tell nothing, and read.  Sessions of more
than two voices are put together from several: the therapist and the patient of one, with the
patients of the next, or with one patient's turns shared by two names, or with two therapists.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

import annotated

import aftermove as am

FILES = ("annomi_dev", "authored_dev", "esconv_dev", "esconv_failed_dev")
NAMES = ("Alba", "Bruno", "Carla", "Dario", "Elena")

Voices = dict[str, list[str]]
"""What each says; the key begins with the role."""


def voices_of(session: am.Session, n_turns: int | None) -> Voices:
    """
    The talk of each role in the first turns, neighbours joined.
    """
    voices: defaultdict[str, list[str]] = defaultdict(list)
    last = None
    for turn in session.turns[:n_turns]:
        if turn.role is last:
            voices[turn.role.value][-1] += " " + turn.text
        else:
            voices[turn.role.value].append(turn.text)
        last = turn.role
    return dict(voices)


def couple(sessions: Sequence[Voices], nth: int) -> Voices:
    """
    The patient of the next session besides.
    """
    return sessions[nth] | {"patient 2": sessions[(nth + 1) % len(sessions)]["patient"]}


def group(sessions: Sequence[Voices], nth: int) -> Voices:
    """
    The patients of the next two.
    """
    third = sessions[(nth + 2) % len(sessions)]["patient"]
    return couple(sessions, nth) | {"patient 3": third}


def split(sessions: Sequence[Voices], nth: int) -> Voices:
    """
    The patient's turns shared by two names, as software that tells voices apart may have it.
    """
    talk = sessions[nth]["patient"]
    return sessions[nth] | {"patient": talk[::2], "patient 2": talk[1::2]}


def pair(sessions: Sequence[Voices], nth: int) -> Voices:
    """
    The therapist and the patient of the next session besides.
    """
    following = sessions[(nth + 1) % len(sessions)]
    return couple(sessions, nth) | {"therapist 2": following["therapist"]}


SETTINGS: dict[str, Callable[[Sequence[Voices], int], Voices]] = {
    "2: as it is": lambda sessions, nth: sessions[nth],
    "3: two patients": couple,
    "3: a patient with two names": split,
    "4: three patients": group,
    "4: two therapists": pair,
}


def written(voices: Voices) -> str:
    """
    The voices by turns, under names that tell nothing.
    """
    labels = dict(zip(voices, NAMES, strict=False))
    rounds = zip_longest(
        *([f"{labels[v]}: {_line(t)}" for t in talk] for v, talk in voices.items())
    )
    return "\n\n".join(line for each in rounds for line in each if line)


def _line(text: str) -> str:
    return " ".join(text.split()) or "…"


def outcomes(voices: Voices) -> Iterator[str]:
    """
    For each voice, whether its role is read right, wrong or left open.
    """
    session = am.parse(written(voices), "labelled", join=False)
    role_by_name = {speaker.name: speaker.role for speaker in session.speakers}
    for voice, name in zip(voices, NAMES, strict=False):
        role = role_by_name.get(name, am.Role.UNKNOWN)
        right = role.value == voice.partition(" ")[0]
        yield "open" if role is am.Role.UNKNOWN else "right" if right else "wrong"


def main() -> None:
    """
    Print a table for each file.
    """
    wanted = [each for each in sys.argv[2:] if each in FILES] or FILES
    for name in wanted:
        sessions = [
            each.session for each in annotated.sessions(annotated.folder() / f"{name}.jsonl")
        ]
        print(f"{name}: {len(sessions)} sessions, voices right / wrong / left open")
        for n_turns in (8, 20, None):
            talk = [voices_of(session, n_turns) for session in sessions]
            talk = [
                each for each in talk if len(each) == 2 and all(len(x) > 2 for x in each.values())
            ]
            for setting, made_of in SETTINGS.items():
                counts = Counter(
                    outcome for nth in range(len(talk)) for outcome in outcomes(made_of(talk, nth))
                )
                told = " / ".join(str(counts[each]) for each in ("right", "wrong", "open"))
                print(f"  first {n_turns or 'all':>3} turns, {setting:<28} {told}")


if __name__ == "__main__":
    main()
