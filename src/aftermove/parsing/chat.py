r"""
CHAT, TalkBank's form: talk in main tiers, ``*PAR:``, with headers above and codes below each.

Our own code: pylangacq 0.19 makes a ``@G`` that holds from its place on a header of the whole file,
tells no lines and no times of ``%snd`` bullets, and refuses a file for one ``%mor`` that fits its
talk ill; 0.23 makes of the ``@G`` an utterance of nobody.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from aftermove.errors import TranscriptError
from aftermove.model import Problem, Role
from aftermove.parsing.chat_signs import find_marks
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.labels import seconds
from aftermove.parsing.roles import key_of, part, short_part

__all__ = ["CHAT"]

_MAIN: Final = re.compile(r"\*([^\s:]{1,30}):(.*)", re.DOTALL)
_TIER: Final = re.compile(r"(%\w{1,30}):(.*)", re.DOTALL)
_HEADER: Final = re.compile(r"@([^\W_][^:\t\n]{0,60})(?::(.*))?", re.DOTALL)
_NEXT_SESSION: Final = re.compile(r"^@End[ \t]*+\n\s*+(?=@(?:UTF8|Begin)\b)", re.MULTILINE)
_TALK: Final = re.compile(r"^\*[^\s:]{1,30}:(?:\n?[ \t])*+[^\s\x15•]", re.MULTILINE)

# When the talk was recorded, in milliseconds.  Editors show the sign around it as a bullet, which
# some copies hold: •0_1200•.
_BULLET: Final = re.compile(
    r"""
    [\x15•] \ ?
    (?: %(?:snd|mov): "(?P<file> [^"\n]{1,200} )" _ )?+      # older: %snd:"week4"_0_1200
    (?P<start> [0-9]{1,12} ) _ (?P<end> [0-9]{1,12} ) -?
    \ ? [\x15•]
    """,
    re.VERBOSE,
)
# Older still, a tier of its own: "week4.aif" 0 1200
_SOUND_TIER: Final = re.compile(r'"?([^"\n]{1,200}?)"?[ _]([0-9]{1,12})[ _]([0-9]{1,12})')
_CLOCK: Final = re.compile(r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:\.[0-9]{1,3})?")
_NAME: Final = re.compile(r"name of (\S+): (.+)")

# What the project's own words for parts don't tell; TalkBank's list has these.
_ROLE_BY_WORD: Final = {
    "investigator": Role.THERAPIST,
    "informant": Role.PATIENT,
    "subject": Role.PATIENT,
    "visitor": Role.OTHER,
    "unidentified": Role.UNKNOWN,
}
# For files that declare nobody.
_ROLE_BY_CODE: Final = {
    "inv": Role.THERAPIST,
    "the": Role.THERAPIST,
    "cli": Role.PATIENT,
    "par": Role.PATIENT,
    "pat": Role.PATIENT,
}

# What is looked at to know the form.
_HEAD: Final = 10_000
_BEGIN: Final = re.compile(r"\s*+@(?:UTF8|Begin)(?!\w)")
_SURE_MAIN: Final = re.compile(r"\*[A-Z][A-Z0-9]{1,6}:\t")
_SURE_LINE: Final = re.compile(rf"{_SURE_MAIN.pattern}|%[a-z]{{3,8}}:\t|@[A-Z]")

_NO_TALK: Final = (
    "no main tier with talk was found, as in '*PAR:', a tab and talk; begin each turn with its "
    "speaker's code"
)


def _sniff(source: Source) -> float:
    head = (source.text or "")[:_HEAD]
    if _BEGIN.match(head):
        return 0.95
    lines = [line for line in head.split("\n") if line.strip() and line[0] not in " \t"]
    # Without its first lines; talk that quotes a tier or two has more lines of its own.
    is_chat = sum(map(bool, map(_SURE_LINE.match, lines))) * 2 > len(lines)
    return 0.9 if is_chat and any(map(_SURE_MAIN.match, lines)) else 0.0


def _read(source: Source, given: Given) -> Iterator[Transcript]:
    text = source.text or ""
    line = 1
    for start, end in pairwise([*_starts(text), len(text)]):
        scan = _Scan(text[start:end], line)
        line += text.count("\n", start, end)
        yield scan.transcript(given)


def _starts(text: str) -> list[int]:
    """
    Where the sessions of a text begin; what has no talk goes with the one before it.
    """
    places = [0, *(found.end() for found in _NEXT_SESSION.finditer(text)), len(text)]
    spoken = [start for start, end in pairwise(places) if _TALK.search(text, start, end)]
    return [0, *spoken[1:]]


class _Utterance(NamedTuple):
    """
    A main tier, and what the tiers below it tell of its time.
    """

    code: str
    text: str
    line: int
    start: float | None
    end: float | None


class _Participant(NamedTuple):
    """
    One who is declared, or who speaks undeclared.
    """

    name: str
    role: Role | None


class _Scan:
    """
    What one pass over a session finds.
    """

    def __init__(self, text: str, first_line: int) -> None:
        self._utterances: list[_Utterance] = []
        self._problems: list[Problem] = []
        self._kept: dict[str, list[str]] = {}
        self._declared: dict[str, _Participant] = {}
        self._role_by_id: dict[str, Role | None] = {}
        self._names: dict[str, str] = {}
        self._metadata: dict[str, str] = {}
        self._is_above_talk = True
        # Whether the last main tier made an utterance, which the tiers below it are of.
        self._has_main = False
        frame = set()
        for line, record in _records(text, first_line):
            if record in ("@UTF8", "@Begin", "@End"):
                frame.add(record)
            else:
                self._record(line, record)
        if "@Begin" in frame and "@End" not in frame:
            reason = "the session has no @End, so lines may be missing; see that it is whole"
            self._problems.append(Problem(code="torn", reason=reason))

    def transcript(self, given: Given) -> Transcript:
        """
        The session, with the speakers under their names where these tell them apart.
        """
        if not self._utterances:
            raise TranscriptError([_NO_TALK], [None])
        participants = self._participants()
        voice_by_code = _voices(participants, given)
        return Transcript(
            said=[
                Said(voice_by_code[code], participants[code].name, text, line, start, end)
                for code, text, line, start, end in self._utterances
            ],
            problems=self._problems,
            metadata={key: "\n".join(each) for key, each in self._kept.items()} | self._metadata,
            role_by_voice={
                voice_by_code[code]: each.role for code, each in participants.items() if each.role
            },
            glue=" ",
            find_marks=find_marks,
        )

    def _participants(self) -> dict[str, _Participant]:
        """
        By code: those declared, and those who speak.
        """
        participants = dict(self._declared)
        for code in dict.fromkeys(each.code for each in self._utterances):
            participants.setdefault(code, _Participant(code, None))
        return {
            code: _Participant(
                self._names.get(code, name),
                role or self._role_by_id.get(code) or _ROLE_BY_CODE.get(code.casefold()),
            )
            for code, (name, role) in participants.items()
        }

    def _record(self, line: int, record: str) -> None:
        if found := _MAIN.fullmatch(record):
            self._main(line, found[1], found[2])
        elif (found := _TIER.fullmatch(record)) and self._has_main:
            self._tier(line, found[1], found[2].strip())
        elif found := _HEADER.fullmatch(record):
            self._header(found[1].strip().casefold(), (found[2] or "").strip())
        else:
            reason = (
                "the lines are no header, and no tier of any talk; begin them with '@', '*XXX:', "
                "or a tab to go on"
            )
            self._problem("unplaced", reason, line, record)

    def _problem(self, code: str, reason: str, line: int, text: str = "") -> None:
        self._problems.append(Problem(code=code, reason=reason, line=line, text=text))

    def _keep(self, key: str, value: str) -> None:
        self._kept.setdefault(key, []).append(value)

    def _main(self, line: int, code: str, talk: str) -> None:
        self._is_above_talk = False
        bullets = list(_BULLET.finditer(talk))
        edges = [0, *(edge for bullet in bullets for edge in bullet.span()), len(talk)]
        pieces = [
            talk[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
        text = " ".join(filter(None, pieces))
        self._has_main = bool(text)
        if not text:
            reason = "the main tier has no talk, so it makes no turn; write what is missing"
            self._problem("empty-turn", reason, line, f"*{code}:{talk}")
            return
        self._utterances.append(_Utterance(code, text, line, None, None))
        if bullets:
            self._time(line, int(bullets[0]["start"]), int(bullets[-1]["end"]))
        if bullets[1:]:
            times = " ".join(f"{bullet['start']}_{bullet['end']}" for bullet in bullets)
            self._keep("times within", f"{len(self._utterances) - 1}: {times}")
        self._media([bullet["file"] for bullet in bullets])

    def _time(self, line: int, start: int, end: int) -> None:
        """
        Give the last utterance its times, in milliseconds.
        """
        if end < start:
            reason = "the end of the turn is before its start, and was left out; mend the times"
            self._problem("times-reversed", reason, line)
        last = self._utterances[-1]
        told = end / 1000 if end >= start else None
        self._utterances[-1] = last._replace(start=start / 1000, end=told)

    def _media(self, files: list[str | None]) -> None:
        known = self._kept.get("recordings", [])
        for file in filter(None, files):
            # Those of one session are few, and mostly one.
            if file not in known[-1:]:
                self._keep("recordings", file)

    def _tier(self, line: int, key: str, value: str) -> None:
        """
        Take up what stands below an utterance: its times, or else what is kept beside it.
        """
        last = self._utterances[-1]
        sound = _SOUND_TIER.fullmatch(value) if key in ("%snd", "%mov") else None
        if sound and last.start is None:
            self._time(line, int(sound[2]), int(sound[3]))
            self._media([sound[1]])
        elif key == "%tim" and last.start is None and _CLOCK.fullmatch(value):
            self._utterances[-1] = last._replace(start=seconds(value)[0])
        else:
            self._keep(key, f"{len(self._utterances) - 1}: {value}")

    def _header(self, key: str, value: str) -> None:
        if key == "participants":
            self._declare(value)
        elif key == "id":
            # Language, corpus, code, age, sex, group, status, role.
            fields = [*value.split("|"), *[""] * 8]
            self._role_by_id[fields[2].strip()] = _role(fields[7])
        elif key == "comment" and (found := _NAME.fullmatch(value)):
            # How our writer tells names that no list of participants holds.
            self._names[found[1]] = found[2]
        if key == "comment" and (pair := _told(value)):
            self._metadata |= pair
        elif self._is_above_talk:
            self._keep(key, value)
        else:
            self._keep(f"@{key}", f"{len(self._utterances)}: {value}")

    def _declare(self, value: str) -> None:
        for words in map(str.split, value.split(",")):
            if words:
                code, name = words[0], " ".join(words[1:-1])
                role = _role(words[-1]) if words[1:] else None
                self._declared[code] = _Participant(name or code, role)


def _told(comment: str) -> dict[str, str]:
    """
    The header that a comment of our writer's tells, or nothing.
    """
    if not comment.startswith('metadata "'):
        return {}
    try:
        pair = json.loads("{" + comment.removeprefix("metadata ") + "}")
        # Refuses halves of characters, as other values than text.
        "".join([*pair, *pair.values()]).encode()
    except (RecursionError, TypeError, ValueError):
        return {}
    return pair if len(pair) == 1 else {}


def _records(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    """
    Each header or tier with the lines that go on with it, and the number of its first line.

    Lines that were wrapped are joined with a blank.  One that begins with two tabs, as our writer
    has it, is a line of the talk's own.
    """
    began, pieces = first_line, [""]
    for number, line in enumerate(text.split("\n"), start=first_line):
        if line.startswith("\t\t"):
            pieces.append(f"\n{line[2:]}")
        elif line.strip() and line[0] in " \t":
            pieces[-1] = pieces[-1].rstrip()
            pieces.append(f" {line.strip()}")
        elif line.strip():
            yield from _record(began, pieces)
            began, pieces = number, [line]
    yield from _record(began, pieces)


def _record(line: int, pieces: list[str]) -> Iterator[tuple[int, str]]:
    record = "".join(pieces).strip()
    if record:
        yield line, record


def _role(word: str) -> Role | None:
    """
    The part that CHAT's word for it stands for, as "Target_Child"; `None` where it tells none.
    """
    key = key_of(word)
    return _ROLE_BY_WORD.get(key) or part(key) or short_part(key)


def _voices(participants: dict[str, _Participant], given: Given) -> dict[str, str]:
    """
    The voice of each code: by the name, unless the caller knows the code or others go by the name.
    """
    keys_by_code = {code: {key_of(code), key_of(each.name)} for code, each in participants.items()}
    uses = Counter(key for keys in keys_by_code.values() for key in keys)
    codes = Counter(map(key_of, participants))

    def voice(code: str) -> str:
        by_code, by_name = key_of(code), key_of(participants[code].name)
        if by_name and uses[by_name] == 1 and by_code not in given.role_by_key:
            return by_name
        return by_code if by_code and codes[by_code] == 1 else code

    return {code: voice(code) for code in participants}


CHAT: Final = Reader(sniff=_sniff, read=_read)
