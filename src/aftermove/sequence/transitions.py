"""
Which code follows which, and how much more often than by chance.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from aftermove import markup
from aftermove.errors import ModelError, UnknownNameError
from aftermove.sequence.code_input import checked, names_of, pairs_of, same_side
from aftermove.sequence.distributions import normal_p, normal_quantile

if TYPE_CHECKING:
    from numpy import generic
    from numpy.typing import ArrayLike, NDArray

    from aftermove.sequence.independence import Bools, Floats, Integers

__all__ = ["TransitionTable", "transition_table"]

T = TypeVar("T", bound="generic")
_MEASURES = "expected probability adjusted_residual p_value yules_q odds_ratio kappa".split()


@frozen(kw_only=True, eq=False, slots=False)
class TransitionTable:
    """
    Transitions between k codes: k by k arrays, row the code given, column the code that follows.

    Cells that can't occur are NaN in every measure, and so are those of codes never met.
    """

    codes: tuple[str, ...]
    lag: int
    counts: "Integers" = field(repr=False)
    allowed: "Bools" = field(repr=False)
    """False for structural zeros: transitions that can't occur."""

    def __attrs_post_init__(self) -> None:
        _fixed(self.counts)
        _fixed(self.allowed)

    @cached_property
    def expected(self) -> "Floats":
        """
        The counts to be expected by chance, given how often each code occurs on either side.
        """
        from aftermove.sequence.independence import expected_counts

        return _fixed(expected_counts(self.counts, self.allowed))

    @cached_property
    def probability(self) -> "Floats":
        """
        From 0 to 1: the share of each target among what follows a given code; rows add to 1.
        """
        return _fixed(_ratio(self.counts, self._rows * self.allowed))

    @cached_property
    def adjusted_residual(self) -> "Floats":
        """
        Z-scores, positive where more often than chance.  They grow with the number of turns.

        NaN, as are the measures below, where the margins alone fix the count.
        """
        import numpy as np

        return _fixed((self.counts - self.expected) / np.sqrt(self._variance))

    @cached_property
    def p_value(self) -> "Floats":
        """
        Two-sided, of the adjusted residual, by the normal distribution; corrected for nothing.
        """
        import numpy as np

        return _fixed(
            np.array([[normal_p(z) for z in row] for row in self.adjusted_residual.tolist()])
        )

    @cached_property
    def odds_ratio(self) -> "Floats":
        """
        Odds of the target after the given code over its odds after any other; 1 by chance.

        Of the table collapsed to two by two; infinite where only the denominator is 0.  With
        structural zeros, that ratio over the same ratio of the expected counts, which isn't 1.
        """
        import numpy as np

        above, below = self._odds
        ratio = _ratio(above, below)
        ratio[(below == 0) & (above > 0)] = np.inf
        return _fixed(ratio)

    @cached_property
    def log_odds_ratio(self) -> "Floats":
        """
        The natural logarithm of the odds ratio; 0 by chance, infinite where a count is 0.
        """
        import numpy as np

        with np.errstate(divide="ignore"):
            return _fixed(np.log(self.odds_ratio))

    @cached_property
    def yules_q(self) -> "Floats":
        """
        From -1, never, over 0, by chance, to 1, always; comparable between sessions.
        """
        above, below = self._odds
        return _fixed(_ratio(above - below, above + below))

    @cached_property
    def kappa(self) -> "Floats":
        """
        The departure from chance over the largest that the margins permit: -1 to 1, 0 by chance.

        Structural zeros may permit less, so that with them the ends aren't always in reach.

        Source:
            Wampold (1989), Journal of Counseling Psychology 36(3), 357-364.
        """
        import numpy as np

        most = np.minimum(self._rows, self._columns)
        least = np.maximum(self._rows + self._columns - self._totals, 0)
        above = self.counts - self.expected
        room = np.where(above >= 0, most - self.expected, self.expected - least)
        return _fixed(_ratio(above, np.where(np.isnan(self._variance), 0.0, room)))

    def log_odds_interval(self, level: float = 0.95) -> "tuple[Floats, Floats]":
        """
        Lower and upper ends of the log odds ratio's Wald interval; NaN where a count is 0.

        Args:
            level: The share of such intervals that hold the true value, between 0 and 1.

        Raises:
            ModelError: If *level* isn't a number between 0 and 1.
        """
        import numpy as np

        if not 0 < level < 1:
            raise ModelError("log_odds_interval: level", "must be between 0 and 1, both excluded")
        seen, by_chance = (
            sum(_ratio(1.0, cells) for cells in self._fourfold(table))
            for table in (self.counts, self.expected)
        )
        # Without zeros the last two cancel out, which leaves the usual sum of four inverses.
        half = normal_quantile((1 + level) / 2) * np.sqrt(seen * by_chance * self._variance)
        # Where a count is 0 the half is NaN, and so is the end, whatever the ratio.
        return _fixed(self.log_odds_ratio - half), _fixed(self.log_odds_ratio + half)

    @property
    def _rows(self) -> "Integers":
        rows: Integers = self.counts.sum(axis=1, keepdims=True)
        return rows

    @property
    def _columns(self) -> "Integers":
        columns: Integers = self.counts.sum(axis=0)
        return columns

    @cached_property
    def _totals(self) -> "Integers":
        from aftermove.sequence.independence import linked_totals

        return linked_totals(self.counts, self.allowed)

    @cached_property
    def _variance(self) -> "Floats":
        from aftermove.sequence.independence import residual_variances

        return residual_variances(self.expected)

    @cached_property
    def _odds(self) -> "tuple[Floats, Floats]":
        """
        Numerator and denominator of the odds ratio, both 0 where the margins fix the count.
        """
        import numpy as np

        a, b, c, d = self._fourfold(self.counts)
        a_chance, b_chance, c_chance, d_chance = self._fourfold(self.expected)
        told = ~np.isnan(self._variance)
        below: Floats = np.where(told, b * c, 0.0)
        return a * d * _ratio(b_chance * c_chance, a_chance * d_chance, told), below

    def _fourfold(self, cells: "Integers | Floats") -> "tuple[Floats, Floats, Floats, Floats]":
        """
        For each cell the table collapsed to two by two: itself, its row's rest, its column's, both.
        """
        import numpy as np

        a: Floats = cells.astype(np.float64)
        b, c = self._rows - a, self._columns - a
        return a, b, c, self._totals - a - b - c

    def to_dicts(self) -> list[dict[str, Any]]:
        """
        One plain row for each pair of codes, structural zeros left out.
        """
        k = range(len(self.codes))
        return [self._plain(i, j) for i in k for j in k if self.allowed[i, j]]

    def _plain(self, i: int, j: int) -> dict[str, Any]:
        named = {"given": self.codes[i], "target": self.codes[j], "count": int(self.counts[i, j])}
        return named | {name: float(getattr(self, name)[i, j]) for name in _MEASURES}

    def place(self, given: str, target: str) -> tuple[int, int]:
        """
        Row and column of a transition that can occur.

        Raises:
            UnknownNameError: If a code isn't one of the table's.
            ModelError: If the transition is a structural zero.
        """
        for code in (given, target):
            if code not in self.codes:
                raise UnknownNameError("code of this table", str(code), self.codes)
        i, j = self.codes.index(given), self.codes.index(target)
        if not self.allowed[i, j]:
            raise ModelError("TransitionTable", f"{given!r} to {target!r} is a structural zero")
        return i, j

    def __getitem__(self, pair: tuple[str, str]) -> dict[str, Any]:
        if len(pair) != 2:
            raise ModelError("TransitionTable", "takes a pair of codes, as in table[given, target]")
        return self._plain(*self.place(*pair))

    def __len__(self) -> int:
        return int(self.allowed.sum())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def __repr__(self) -> str:
        n = int(self.counts.sum())
        return (
            f"<TransitionTable: {n:,} transitions between {len(self.codes)} codes, lag {self.lag}>"
        )

    def _repr_html_(self) -> str:
        rows = [
            (given, *(self._cell(i, j) for j in range(len(self.codes))))
            for i, given in enumerate(self.codes)
        ]
        caption = (
            f"Counts at lag {self.lag} (adjusted residual): row given, column following; "
            "– can't occur."
        )
        table = markup.table(("Given", *self.codes), rows, caption)
        return markup.fragment(table, kind="box plain", label="Transitions")

    def _cell(self, i: int, j: int) -> str:
        if not self.allowed[i, j]:
            return "–"
        n, z = int(self.counts[i, j]), float(self.adjusted_residual[i, j])
        return f"{n:,} ({z:+.2f})" if isfinite(z) else f"{n:,}"


def transition_table(
    sequences: Iterable[Sequence[str]],
    lag: int = 1,
    allow_repeats: bool = True,  # noqa: FBT001, FBT002  # the contract's order
    structural_zeros: Iterable[tuple[str, str]] | None = None,
    *,
    codes: Sequence[str] | None = None,
    alternating: tuple[Collection[str], Collection[str]] | None = None,
) -> TransitionTable:
    """
    How often each code follows each other, pooled over sequences without crossing their borders.

    Args:
        sequences: One for each session, of codes in order.
        lag: How many places on the target stands; negative to look back; never 0.
        allow_repeats: Whether a code may follow itself; if not, the diagonal can't occur.
        structural_zeros: Pairs of given and target that can't occur.
        codes: The codes in the order wanted; `None` for those met, sorted.
        alternating: The codes of each of two speakers who take strict turns, so that at odd lags
            no code follows one of its own speaker, and at even lags none of the other.

    Raises:
        ModelError: If an argument isn't allowed, or a transition that can't occur does.
        UnknownNameError: If a code isn't among *codes*.

    Example:
        >>> table = transition_table([["ask", "talk", "ask", "talk"], ["talk", "talk"]])
        >>> table.codes, table.counts.tolist()
        (('ask', 'talk'), [[0, 2], [1, 1]])

    Source:
        Bakeman & Gottman (1997), Observing Interaction, 2nd ed.
    """
    import numpy as np

    from aftermove.sequence.independence import pair_counts

    if type(lag) is not int or lag == 0:
        raise ModelError("transition_table: lag", "must be a whole number other than 0")
    kept = checked("transition_table", sequences)
    names = names_of(kept, codes)
    index = {name: place for place, name in enumerate(names)}
    pairs = (*pairs_of(structural_zeros), *same_side(alternating, names, lag))
    for name in chain.from_iterable((*kept, *pairs)):
        if name not in index:
            raise UnknownNameError("code", name, names)
    allowed = np.ones((len(names), len(names)), dtype=np.bool_)
    if not allow_repeats:
        np.fill_diagonal(allowed, val=False)
    for given, target in pairs:
        allowed[index[given], index[target]] = False
    numbers = [np.array([index[name] for name in each], dtype=np.int64) for each in kept]
    counts = pair_counts(numbers, len(names), lag)
    if counts[~allowed].any():
        i, j = np.argwhere((counts > 0) & ~allowed)[0]
        raise ModelError(
            "transition_table: sequences", f"{names[i]!r} to {names[j]!r} occurs but mustn't"
        )
    return TransitionTable(codes=names, lag=lag, counts=counts, allowed=allowed)


def _ratio(above: "ArrayLike", below: "ArrayLike", told: "ArrayLike" = 1) -> "Floats":
    """
    For each cell of *below*; NaN where there is nothing to divide by, and 0 where not *told*.
    """
    import numpy as np

    ratio: Floats = np.where(np.broadcast_to(told, np.shape(below)), np.nan, 0.0)
    np.divide(
        above, below, out=ratio, where=(np.asarray(below) != 0) & np.asarray(told, dtype=np.bool_)
    )
    return ratio


def _fixed(array: "NDArray[T]") -> "NDArray[T]":
    """
    The array, which nobody can change from now on.
    """
    array.flags.writeable = False
    return array
