"""
What users tell of coded sequences, checked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Final

from aftermove.errors import ModelError

__all__ = ["checked", "names_of", "pairs_of", "same_side"]

# A table has a cell for each pair, so that more of them, as texts are, would fill the memory.
_MOST_CODES: Final = 1_000


def checked(where: str, sequences: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """
    The sequences, each as a tuple of codes.
    """
    where = f"{where}: sequences"
    if not _is_collection(sequences):
        raise ModelError(where, "must be lists of codes, one for each session")
    kept = []
    for each in sequences:
        if not _is_collection(each) or isinstance(each, (AbstractSet, Mapping)):
            raise ModelError(where, "must be lists of codes; put one sequence into a list")
        codes = tuple(each)
        if not all(isinstance(code, str) for code in codes):
            raise ModelError(where, "codes must be strings")
        kept.append(codes)
    return kept


def _is_collection(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str)


def pairs_of(zeros: Iterable[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """
    The structural zeros as pairs of given and target.
    """
    where, reason = "transition_table: structural_zeros", "must be pairs of a code and its target"
    if zeros is None:
        return []
    if not _is_collection(zeros):
        raise ModelError(where, reason)
    pairs = []
    for pair in zeros:
        match pair:
            case (str(given), str(target)):
                pairs.append((given, target))
            case _:
                raise ModelError(where, reason)
    return pairs


def same_side(
    alternating: tuple[Collection[str], Collection[str]] | None, names: tuple[str, ...], lag: int
) -> list[tuple[str, str]]:
    """
    The pairs that can't stand *lag* places apart where two speakers take strict turns.
    """
    if alternating is None:
        return []
    reason = "must be two collections that hold each code once"
    match alternating:
        # A string is a collection of codes of one letter.
        case (Iterable() as one, Iterable() as other):
            sides = [*one], [*other]
        case _:
            raise ModelError("transition_table: alternating", reason)
    if sorted(map(str, chain(*sides))) != sorted(names):
        raise ModelError("transition_table: alternating", reason)
    return [
        (given, target)
        for given in names
        for target in names
        if ((given in sides[0]) == (target in sides[0])) == bool(lag % 2)
    ]


def names_of(sequences: list[tuple[str, ...]], codes: Iterable[str] | None) -> tuple[str, ...]:
    """
    The codes of a table, in order: as told, or those met, sorted.
    """
    where = "transition_table: codes"
    if codes is None:
        names = tuple(sorted(set(chain.from_iterable(sequences))))
    elif _is_collection(codes):
        names = tuple(codes)
    else:
        raise ModelError(where, "must be a list of codes")
    if not all(isinstance(name, str) for name in names):
        raise ModelError(where, "must be strings")
    if len(names) > _MOST_CODES:
        raise ModelError(where, f"must be at most {_MOST_CODES:,}, not {len(names):,}; group them")
    if len(names) < 2 or len(set(names)) < len(names):
        raise ModelError(where, "must be two or more, each named once")
    return names
