"""
Effects as a table: one row for each technique, and how long what it brings lasts.
"""

from collections.abc import Iterator
from math import inf, log
from typing import Any

from attrs import asdict, frozen

from aftermove import markup
from aftermove.errors import UnknownNameError

__all__ = ["CarryOver", "Effect", "EffectTable"]


@frozen(kw_only=True)
class Effect:
    """
    How the outcome differs after a technique: an association, which need not be its doing.

    Numbers are in units of the outcome, `None` where `reason` says why there is none.
    """

    technique: str
    n_moves: int
    """Exchanges that hold it and have the outcome before and after."""

    n_sessions: int
    n_patients: int
    raw_change: float | None
    """Mean change over those exchanges, unadjusted: mostly the drift back to the usual level."""

    shift: float | None = None
    """
    The outcome with the technique less that with no listed technique, at the same level before,
    with the same other techniques, within one session.  Positive: higher after it.
    """

    ci_low: float | None = None
    ci_high: float | None = None
    """Lower and upper end of the 95 % interval of *shift*."""

    p_value: float | None = None
    """Two-sided, from the same t as the interval."""

    q_value: float | None = None
    """Benjamini-Hochberg over the table, of `p_permuted` where there is one, else of `p_value`."""

    p_permuted: float | None = None
    """By dealing techniques anew within sessions; `None` unless asked for."""

    p_max: float | None = None
    """The same for the table's largest statistic: holds for all techniques at once."""

    standardised: float | None = None
    """*shift* in standard deviations of the outcome within sessions."""

    between: float | None = None
    """
    Mean outcome of a session that has the technique in all its exchanges less that of one that
    has it in none: who gets the technique, not what follows it.  *shift* is the part within.
    """

    reason: str | None = None
    """Why there is no shift; `None` where there is one."""


@frozen(kw_only=True)
class CarryOver:
    """
    The share of a difference in level that is left one exchange later.

    Example:
        >>> CarryOver(value=0.5, ci_low=0.4, ci_high=0.6).half_life
        1.0
    """

    value: float
    ci_low: float
    ci_high: float

    @property
    def half_life(self) -> float:
        """
        Exchanges until half of a lift is gone; 0 where none is left at once, else up to infinite.
        """
        return _half_life(self.value)

    @property
    def half_life_interval(self) -> tuple[float, float]:
        """
        The 95 % interval of `half_life`.
        """
        return _half_life(self.ci_low), _half_life(self.ci_high)


def _half_life(share: float) -> float:
    if share <= 0.0:
        return 0.0
    return inf if share >= 1.0 else log(0.5) / log(share)


@frozen(kw_only=True)
class EffectTable:
    """
    The effects of all techniques, in the order of their names.
    """

    effects: tuple[Effect, ...]
    horizon: int
    n_moves: int
    """Exchanges in the regression."""

    n_sessions: int
    n_patients: int
    errors: str
    """How errors were found: clustered by patient or by session, or HC3 within one session."""

    carry_over: CarryOver | None = None
    """`None` for later horizons, and where fewer than two sessions are long enough."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """
        The rows as plain values.
        """
        return [asdict(effect) for effect in self.effects]

    def __len__(self) -> int:
        return len(self.effects)

    def __iter__(self) -> Iterator[Effect]:
        return iter(self.effects)

    def __getitem__(self, technique: str) -> Effect:
        for effect in self.effects:
            if effect.technique == technique:
                return effect
        known = [effect.technique for effect in self.effects]
        raise UnknownNameError("technique of this table", technique, known)

    def __repr__(self) -> str:
        n_told = sum(effect.shift is not None for effect in self.effects)
        return (
            f"<EffectTable: {n_told} of {len(self)} effects told, horizon {self.horizon}, "
            f"{self.n_moves:,} moves of {self.n_sessions:,} session{'s' * (self.n_sessions != 1)}>"
        )

    def _repr_html_(self) -> str:
        table = markup.table(
            (
                "Technique",
                "Moves",
                "Sessions",
                "Patients",
                "Change, unadjusted",
                "Shift, adjusted",
                "95 % interval",
                "in SD",
                "p",
                "q",
                "Between sessions",
                "Why there is no shift",
            ),
            map(_html_row, self.effects),
            f"What follows, {self.horizon} exchanges past the next talk; {self.errors}. "
            "Associations within sessions, not proof of a cause.",
        )
        return markup.fragment(table, kind="box plain", label="Effects")


def chance(p: float | None) -> str:
    """
    A p or q value as it is printed, never as nought; a dash where there is none.
    """
    if p is None:
        return "–"
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _html_row(effect: Effect) -> tuple[str, ...]:
    def told(value: float | None) -> str:
        return "–" if value is None else markup.signed(value)

    has_shift = effect.reason is None
    return (
        effect.technique.replace("_", " "),
        f"{effect.n_moves:,}",
        f"{effect.n_sessions:,}",
        f"{effect.n_patients:,}",
        told(effect.raw_change),
        told(effect.shift),
        f"{told(effect.ci_low)} to {told(effect.ci_high)}" if has_shift else "–",
        told(effect.standardised),
        chance(effect.p_value),
        chance(effect.q_value),
        told(effect.between),
        effect.reason or "",
    )
