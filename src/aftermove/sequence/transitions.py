"""
Which code follows which, and how much more often than by chance.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from aftermove import markup
from aftermove.errors import ModelError, UnknownNameError
from aftermove.sequence.distributions import normal_p, normal_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from aftermove.sequence.independence import Bools, Floats, Integers

__all__ = ["TransitionTable", "transition_table"]

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

    @cached_property
    def expected(self) -> "Floats":
        """
        The counts to be expected by chance, given how often each code occurs on either side.
        """
        from aftermove.sequence.independence import expected_counts

        return expected_counts(self.counts, self.allowed)

    @cached_property
    def probability(self) -> "Floats":
        """
        From 0 to 1: the share of each target among what follows a given code; rows add to 1.
        """
        return _ratio(self.counts, self._rows * self.allowed)

    @cached_property
    def adjusted_residual(self) -> "Floats":
        """
        Z-scores, positive where more often than chance.  They grow with the number of turns.
        """
        from aftermove.sequence.independence import adjusted_residuals

        return adjusted_residuals(self.counts, self.expected)

    @cached_property
    def p_value(self) -> "Floats":
        """
        Two-sided, of the adjusted residual, by the normal distribution; corrected for nothing.
        """
        import numpy as np

        return np.array([[normal_p(z) for z in row] for row in self.adjusted_residual.tolist()])

    @cached_property
    def odds_ratio(self) -> "Floats":
        """
        Odds of the target after the given code over its odds after any other; 1 by chance.

        Of the table collapsed to two by two; infinite where only the denominator is 0.
        """
        import numpy as np

        a, b, c, d = self._fourfold
        ratio = _ratio(a * d, b * c)
        ratio[self.allowed & (b * c == 0) & (a * d > 0)] = np.inf
        return ratio

    @cached_property
    def log_odds_ratio(self) -> "Floats":
        """
        The natural logarithm of the odds ratio; 0 by chance, infinite where a count is 0.
        """
        import numpy as np

        with np.errstate(divide="ignore"):
            return np.log(self.odds_ratio)

    @cached_property
    def yules_q(self) -> "Floats":
        """
        From -1, never, over 0, by chance, to 1, always; comparable between sessions.
        """
        a, b, c, d = self._fourfold
        return _ratio(a * d - b * c, a * d + b * c)

    @cached_property
    def kappa(self) -> "Floats":
        """
        The departure from chance over the largest that the margins permit, from -1 to 1.

        Source:
            Wampold (1989), Journal of Counseling Psychology 36(3), 357-364.
        """
        import numpy as np

        most = np.minimum(self._rows, self._columns)
        least = np.maximum(self._rows + self._columns - self.counts.sum(), 0)
        above = self.counts - self.expected
        room = np.where(above >= 0, most - self.expected, self.expected - least)
        return _ratio(above, np.where(self.allowed & (room > 1e-9), room, 0.0))

    def log_odds_interval(self, level: float = 0.95) -> "tuple[Floats, Floats]":
        """
        Lower and upper ends of the log odds ratio's Wald interval; NaN where a count is 0.

        Args:
            level: The share of such intervals that hold the true value, between 0 and 1.
        """
        import numpy as np

        reach = normal_quantile((1 + level) / 2)
        inverse = [_ratio(self.allowed, cell) for cell in self._fourfold]
        half = reach * np.sqrt(inverse[0] + inverse[1] + inverse[2] + inverse[3])
        # Where a count is 0 the half is NaN, and so is the end, whatever the ratio.
        return self.log_odds_ratio - half, self.log_odds_ratio + half

    @property
    def _rows(self) -> "Integers":
        rows: Integers = self.counts.sum(axis=1, keepdims=True)
        return rows

    @property
    def _columns(self) -> "Integers":
        columns: Integers = self.counts.sum(axis=0, keepdims=True)
        return columns

    @property
    def _fourfold(self) -> "tuple[Floats, Floats, Floats, Floats]":
        import numpy as np

        a: Floats = self.counts.astype(np.float64)
        b: Floats = (self._rows - a) * self.allowed
        c: Floats = (self._columns - a) * self.allowed
        d: Floats = (self.counts.sum() - a - b - c) * self.allowed
        return a, b, c, d

    def to_dicts(self) -> list[dict[str, Any]]:
        """
        One plain row for each pair of codes, structural zeros left out.
        """
        return [
            {"given": given, "target": target, "count": int(self.counts[i, j])}
            | {name: float(getattr(self, name)[i, j]) for name in _MEASURES}
            for i, given in enumerate(self.codes)
            for j, target in enumerate(self.codes)
            if self.allowed[i, j]
        ]

    def __getitem__(self, pair: tuple[str, str]) -> dict[str, Any]:
        given, target = pair
        for code in pair:
            if code not in self.codes:
                raise UnknownNameError("code of this table", code, self.codes)
        for row in self.to_dicts():
            if (row["given"], row["target"]) == (given, target):
                return row
        raise ModelError("TransitionTable", f"{given!r} to {target!r} is a structural zero")

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
            (
                code,
                *(
                    f"{n:,} ({z:+.2f})" if isfinite(z) else f"{n:,}"
                    for n, z in zip(ns, zs, strict=True)
                ),
            )
            for code, ns, zs in zip(
                self.codes, self.counts.tolist(), self.adjusted_residual.tolist(), strict=True
            )
        ]
        caption = f"Counts at lag {self.lag} (adjusted residual): row given, column following."
        return markup.table(("Given", *self.codes), rows, caption)


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
    kept = _checked(sequences)
    names = _names(kept, codes)
    index = {name: place for place, name in enumerate(names)}
    for name in (name for sequence in kept for name in sequence if name not in index):
        raise UnknownNameError("code", name, names)
    numbers = [np.array([index[name] for name in each], dtype=np.int64) for each in kept]
    counts = pair_counts(numbers, len(names), lag)
    allowed = np.ones(counts.shape, dtype=np.bool_)
    if not allow_repeats:
        np.fill_diagonal(allowed, val=False)
    for given, target in (*(structural_zeros or ()), *_same_side(alternating, names, lag)):
        for name in (given, target):
            if name not in index:
                raise UnknownNameError("code", name, names)
        allowed[index[given], index[target]] = False
    if counts[~allowed].any():
        i, j = np.argwhere((counts > 0) & ~allowed)[0]
        raise ModelError(
            "transition_table: sequences", f"{names[i]!r} to {names[j]!r} occurs but mustn't"
        )
    return TransitionTable(codes=names, lag=lag, counts=counts, allowed=allowed)


def _checked(sequences: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    where = "transition_table: sequences"
    if isinstance(sequences, str) or not isinstance(sequences, Iterable):
        raise ModelError(where, "must be lists of codes, one for each session")
    kept = []
    for each in sequences:
        if isinstance(each, str) or not isinstance(each, Iterable):
            raise ModelError(where, "must be lists of codes; put one sequence into a list")
        codes = tuple(each)
        if not all(isinstance(code, str) for code in codes):
            raise ModelError(where, "codes must be strings")
        kept.append(codes)
    return kept


def _same_side(
    alternating: tuple[Collection[str], Collection[str]] | None, names: tuple[str, ...], lag: int
) -> list[tuple[str, str]]:
    """
    The pairs that can't stand *lag* places apart where two speakers take strict turns.
    """
    if alternating is None:
        return []
    one, other = map(set, alternating)
    if one & other or one | other != set(names):
        reason = "must be two collections that hold each code once"
        raise ModelError("transition_table: alternating", reason)
    return [
        (given, target)
        for given in names
        for target in names
        if ((given in one) == (target in one)) == bool(lag % 2)
    ]


def _names(sequences: list[tuple[str, ...]], codes: Sequence[str] | None) -> tuple[str, ...]:
    names = sorted({code for each in sequences for code in each}) if codes is None else codes
    if len(names) < 2 or len(set(names)) < len(names) or isinstance(names, str):
        raise ModelError("transition_table: codes", "must be two or more, each named once")
    return tuple(names)


def _ratio(above: "ArrayLike", below: "ArrayLike") -> "Floats":
    """
    Cell by cell; NaN where there is nothing to divide by.
    """
    import numpy as np

    shape = np.broadcast_shapes(np.shape(above), np.shape(below))
    ratio: Floats = np.full(shape, np.nan)
    np.divide(above, below, out=ratio, where=np.asarray(below) != 0)
    return ratio
