"""
From the names that label turns to the parts that people have in a session.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Problem, Role
from aftermove.parsing.evidence import Guess, guess_roles
from aftermove.parsing.forms import Said, Transcript

__all__ = [
    "Named",
    "cast",
    "given_roles",
    "grade",
    "is_machine_name",
    "is_name_shaped",
    "key_of",
    "named",
    "part",
    "short_part",
]

_COUNTERPART: Final = {Role.THERAPIST: Role.PATIENT, Role.PATIENT: Role.THERAPIST}

_NO_LETTER: Final = re.compile(r"[\s.*_`\u200b-\u200f\ufeff]+")
_NUMBERED: Final = re.compile(r"(.*?[^\W\d_])[ #-]{0,3}([0-9]{1,5})")
_PARENTHESISED: Final = re.compile(r"([^()]*)\(([^()]*)\)?")
_WORD: Final = re.compile(r"[^\W\d_]+")
# One to four words, each with a capital or in a script without capitals, with particles between
# ("Ana de la Cruz"), full stops behind titles and initials alone; or one word in small letters.
_CAPITAL: Final = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|[^\W\d_a-z]{1,2})\.|[^\W\d_a-z][\w'’-]{0,30})"
_PARTICLE: Final = "(?:de|la|van|von|bin|el|du|da)"
_NAME_SHAPED: Final = re.compile(
    rf"{_CAPITAL}(?:\s(?:{_PARTICLE}\s){{0,2}}(?:{_CAPITAL}|&|\({_CAPITAL}\)|\#?[0-9]{{1,5}})){{0,3}}"
    r"|[^\W\d_][\w'’-]{0,20}"
)
_VOICE: Final = "the voice first heard here"
_REMEDY: Final = "with roles={name: role}"


class Named(NamedTuple):
    """
    A name taken apart.
    """

    base: str
    """Its key without the number."""
    number: int | None
    """The one at its end, of a turn ("T12") or of a person ("Client 2")."""


class _Words(NamedTuple):
    role_by_word: Mapping[str, Role]
    role_by_relation: Mapping[str, Role]
    role_by_letter: Mapping[str, Role]
    pairs: Sequence[tuple[str, str]]
    numbered: frozenset[str]
    no_names: frozenset[str]
    no_name_endings: frozenset[str]


@cache
def _words() -> _Words:
    source = resources.files("aftermove.parsing").joinpath("data/roles.toml").read_text("utf-8")
    table = tomllib.loads(source)

    def roles(name: str) -> dict[str, Role]:
        return {word: Role(role) for role, words in table[name].items() for word in words}

    pairs = [pair.split() for pair in table["pairs"]["therapist_patient"]]
    return _Words(
        role_by_word=roles("words"),
        role_by_relation=roles("relations"),
        role_by_letter=roles("letters"),
        pairs=[(therapist, patient) for therapist, patient in pairs],
        numbered=frozenset(table["numbered"]["unknown"]),
        no_names=frozenset(table["no_names"]["words"]),
        no_name_endings=frozenset(table["no_names"]["endings"]),
    )


def key_of(name: str) -> str:
    """
    What two spellings of one name share: no case, markup, full stops or doubled blanks.

    Example:
        >>> key_of("**Dr.  A.**") == key_of("dr a")
        True
    """
    return _NO_LETTER.sub(" ", name.replace("’", "'")).strip(" :：[]").casefold()


# Bounded, since names may be persons' own and a process may read for years.
@lru_cache(maxsize=1_024)
def named(name: str) -> Named:
    """
    The name's key and the number at its end.

    Example:
        >>> named("Client 07"), named("SPEAKER_00")
        (Named(base='client', number=7), Named(base='speaker', number=0))
    """
    key = key_of(name)
    found = _NUMBERED.fullmatch(key)
    return Named(found[1], int(found[2])) if found else Named(key, None)


def part(base: str) -> Role | None:
    """
    The role that a name tells by one of its words, or `None`.

    Example:
        >>> part("therapist (kim)"), part("dr lee"), part("kim")
        (<Role.THERAPIST: 'therapist'>, <Role.THERAPIST: 'therapist'>, None)
    """
    words = _words()
    for piece in _pieces(base):
        names = piece.split()
        for name in (piece, *names[-1:], *names[:1]):
            if name in words.role_by_word:
                return words.role_by_word[name]
    return None


def _pieces(base: str) -> Iterator[str]:
    """
    The name, and what stands before and within its parentheses: "kim (client)".
    """
    yield base
    split = _PARENTHESISED.fullmatch(base)
    if split:
        yield split[1].strip()
        yield split[2].strip()


def short_part(base: str) -> Role | None:
    """
    The role of a short form such as "T", or of a relation such as "mother"; `None` for others.
    """
    words = _words()
    for piece in _pieces(base):
        # The last word leads: a "patient's mother" is a mother.
        relation = words.role_by_relation.get(piece.rpartition(" ")[2])
        role = words.role_by_letter.get(piece) or relation
        if role:
            return role
    return None


def grade(name: str, bases: Collection[str], given: Collection[str]) -> int | None:
    """
    How surely a name that stands before a colon is a speaker's.

    Args:
        name: As written.
        bases: The bases of all names that stand so in the source.
        given: The keys of the names that are known to be speakers'.

    Returns:
        2 for what is one wherever it stands; 1 for letters that stand for a part and for what
        software calls voices; 0 for what has the shape of a name; `None` for what names nobody.
    """
    base, number = named(name)
    words = _words()
    if key_of(name) in given or base in given:
        return 2
    if base.rpartition(" ")[2] in words.no_name_endings:
        # "Client ID: 17" tells of the client and is no turn of theirs.
        return None
    if part(base):
        return 2
    short = short_part(base)
    is_machine_made = number is not None and is_machine_name(base)
    if short in _COUNTERPART or is_machine_made or _paired_part(base, bases):
        return 1
    if base in words.no_names or base.partition(" ")[0] in words.no_names:
        return None
    return 0 if short or is_name_shaped(name) else None


def is_name_shaped(text: str) -> bool:
    """
    Whether a text looks like a person's name: few words, with capitals; or one word.
    """
    return _NAME_SHAPED.fullmatch(text) is not None


def is_machine_name(base: str) -> bool:
    """
    Whether software calls voices so, as in "SPEAKER_00", with a number for each.
    """
    return base in _words().numbered


def _paired_part(base: str, bases: Collection[str]) -> Role | None:
    """
    The role of a letter that means something beside its partner alone, as "Q" beside "A".
    """
    for therapist, patient in _words().pairs:
        if base in (therapist, patient) and therapist in bases and patient in bases:
            return Role.THERAPIST if base == therapist else Role.PATIENT
    return None


def given_roles(roles: Mapping[str, str] | None) -> dict[str, Role]:
    """
    The caller's roles by the keys of the names.

    Raises:
        UnknownNameError: If there is no such role.
        ModelError: If it is no mapping, or gives two spellings of one name different roles.
    """
    if roles is not None and not isinstance(roles, Mapping):
        raise ModelError("roles", "must be a mapping, as in {'Robin': 'therapist'}")
    role_by_key: dict[str, Role] = {}
    for place, (name, role) in enumerate((roles or {}).items(), start=1):
        if not isinstance(name, str):
            raise ModelError("roles", f"name {place} must be a string")
        if role not in tuple(Role):
            raise UnknownNameError("role", str(role), tuple(Role))
        key = key_of(name)
        if role_by_key.setdefault(key, Role(role)) != role:
            reason = f"name {place} is a spelling of one before, with another role; tell it once"
            raise ModelError("roles", reason)
    return role_by_key


def cast(
    transcript: Transcript, given: Mapping[str, Role]
) -> tuple[dict[str, Role], list[Problem]]:
    """
    The role of each voice, and what about them is unsure.

    In this order: what the caller tells; what the source tells besides names; what the name
    tells; with exactly two voices, the counterpart of the other's role; what the voices say.
    """
    said_by_voice: dict[str, list[Said]] = {}
    for said in transcript.said:
        said_by_voice.setdefault(said.voice, []).append(said)
    bases = {named(voice).base for voice in said_by_voice}
    are_initials = _are_initials(bases)
    used: set[str] = set()
    told: dict[str, Role] = {}
    unsure: list[str] = []
    for voice in said_by_voice:
        base = named(voice).base
        keys = [key for key in (voice, base) if key in given]
        used.update(keys)
        role = given[keys[0]] if keys else transcript.role_by_voice.get(voice)
        role = role or part(base) or (None if are_initials else short_part(base))
        role = role or _paired_part(base, bases)
        if role:
            told[voice] = role
        else:
            unsure.append(voice)
    roles = told | _counterpart(told, unsure)
    unsure = [voice for voice in unsure if voice not in roles]
    guess_by_voice = guess_roles(transcript, roles, unsure) if unsure else {}
    guessed = {voice: guess.role for voice, guess in guess_by_voice.items()}
    problems = [_unused(place) for place, key in enumerate(given, start=1) if key not in used]
    problems += [_open(said_by_voice[voice][0].line, guess_by_voice.get(voice)) for voice in unsure]
    return dict.fromkeys(unsure, Role.UNKNOWN) | roles | guessed, problems


def _are_initials(bases: Collection[str]) -> bool:
    """
    Whether letters are those of names: "C" beside "D", where nobody has the part across.
    """
    letters = {base for base in bases if len(base) == 1}
    parts = {part(base) or short_part(base) for base in bases}
    others = {base for base in letters if not (short_part(base) or _paired_part(base, bases))}
    return len(letters) > 1 and bool(others) and not parts.issuperset(_COUNTERPART)


def _counterpart(told: Mapping[str, Role], unsure: Sequence[str]) -> dict[str, Role]:
    """
    Of two voices, the role of the one whose name tells none; else nothing.
    """
    if len(told) != 1 or len(unsure) != 1:
        return {}
    (known,) = told.values()
    return {unsure[0]: _COUNTERPART[known]} if known in _COUNTERPART else {}


def _unused(place: int) -> Problem:
    reason = f"name {place} of roles={{...}} labels no turn; check its spelling"
    return Problem(code="unused-role", reason=reason)


def _open(line: int | None, guess: Guess | None) -> Problem:
    if guess:
        said = f"was taken for the {guess.role} by what is said, with a confidence of"
        reason = f"{_VOICE} {said} {guess.confidence:.2f}; confirm it {_REMEDY}"
        return Problem(code="guessed-role", reason=reason, line=line)
    return Problem(
        code="unknown-role", reason=f"{_VOICE} has no known role; tell it {_REMEDY}", line=line
    )
