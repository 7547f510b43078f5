"""
Sessions whose truth is known: to see what an analysis finds where the answer is given.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray

from aftermove.errors import ModelError
from aftermove.model import _checks as check
from aftermove.sequence.panel import Floats, Panel

__all__ = ["Simulation"]

# How a therapist comes by a move, per technique in turn: the odds where all is average, the pull
# of a level that is low (-) or high (+), of a patient who is well, and of the session's end.
_CHOICE: Final = np.array(
    [
        [-1.2, -1.5, 0.5, 0.5],
        [-1.5, 1.2, -0.5, 0.5],
        [-1.0, -1.0, 0.5, -0.5],
        [-1.2, -1.5, 0.5, 0.5],
        [-1.5, 1.2, 0.0, -0.5],
    ]
)
_SPREAD: Final = 0.2  # of what each exchange brings by itself, and of a patient's usual level
_SESSION_SPREAD: Final = 0.1
_TREND: Final = 0.1  # from beginning to end, in steady state
_TREND_SPREAD: Final = 0.15


def _as_effects(members: Iterable[float]) -> tuple[float, ...]:
    return tuple(check.as_tuple(members))


@frozen(kw_only=True)
class Simulation:
    """
    A world in which therapists choose techniques by how the patient feels.

    What a patient feels carries over from one exchange to the next and drifts back to the
    patient's and the session's own level and trend.  Techniques add to it.  Low or high moments,
    patients who are better off and the time of the session make each technique more or less
    likely, so that a plain comparison finds effects where there are none.

    Example:
        >>> Simulation(patients=3, sessions=2, exchanges=10).panel(seed=1)
        <Panel: 60 moves of 6 sessions of 3 patients, 5 codes>
    """

    patients: int = field(default=60)
    sessions: int = field(default=4)
    """For each patient."""

    exchanges: int = field(default=40)
    """For each session."""

    effects: tuple[float, ...] = field(default=(0.10, -0.08, 0.05, 0.0, 0.0), converter=_as_effects)
    """What each technique adds to the next level; at most five."""

    carry_over: float = field(default=0.5, validator=check.number(0.0, 0.99))
    """The share of a difference in level that is left one exchange later."""

    noise: float = field(default=0.0, validator=check.number(0.0))
    """The standard deviation of the error with which each level is seen."""

    @patients.validator
    @sessions.validator
    @exchanges.validator
    def _check_count(self, attribute: "Attribute[object]", value: int) -> None:
        check.index()(self, attribute, value)
        if value < 1:
            raise check.refuse(self, attribute.name, "must be at least 1")

    @effects.validator
    def _check_effects(self, attribute: "Attribute[object]", value: tuple[float, ...]) -> None:
        if not 1 <= len(value) <= len(_CHOICE) or not np.isfinite(value).all():
            raise check.refuse(self, attribute.name, "must be one to five finite numbers")

    def panel(self, seed: int = 0) -> Panel:
        """
        The sessions of one such study; the same seed gives the same.
        """
        levels, uses = self._run(seed)
        n = self.patients * self.sessions
        seen = levels + self.noise * np.random.default_rng([seed, 1]).normal(size=levels.shape)
        session = np.repeat(np.arange(n), self.exchanges)
        return Panel(
            codes=[f"technique_{number + 1}" for number in range(len(self.effects))],
            session=session,
            patient=session // self.sessions,
            position=np.tile(np.arange(self.exchanges), n),
            before=seen[:, :-1].ravel(),
            after=seen[:, 1:].ravel(),
            uses=uses.reshape(-1, len(self.effects)),
        )

    def true_shifts(self, horizon: int = 0, seed: int = 0) -> Floats:
        """
        What a use of each technique in mid-session changes *horizon* exchanges later, truly.

        The same sessions are run twice, with the technique and without it in one exchange; the
        therapist then goes on as the patient's level suggests.

        Raises:
            ModelError: If the horizon is beyond the end of the session.
        """
        middle = self.exchanges // 2
        if not 0 <= horizon < self.exchanges - middle:
            raise ModelError("Simulation.true_shifts: horizon", "must end within the session")
        at = middle + horizon + 1
        return np.array(
            [
                np.mean(
                    self._run(seed, (middle, technique, True))[0][:, at]
                    - self._run(seed, (middle, technique, False))[0][:, at]
                )
                for technique in range(len(self.effects))
            ]
        )

    def _run(
        self, seed: int, forced: tuple[int, int, bool] | None = None
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """
        Levels, sessions by exchanges and one more, and uses, sessions by exchanges by techniques.
        """
        random = np.random.default_rng([seed, 0])
        n, k = self.patients * self.sessions, len(self.effects)
        patient = np.repeat(random.normal(-0.1, _SPREAD, self.patients), self.sessions)
        home = patient + random.normal(0.0, _SESSION_SPREAD, n)
        trend = random.normal(_TREND, _TREND_SPREAD, n)
        news = random.normal(0.0, _SPREAD, (n, self.exchanges + 1))
        chance = random.random((n, self.exchanges, k))
        levels = np.empty((n, self.exchanges + 1))
        levels[:, 0] = home - trend / 2 + news[:, 0]
        uses = np.empty((n, self.exchanges, k), dtype=bool)
        for at in range(self.exchanges):
            time = (at + 1) / self.exchanges - 0.5
            drivers = np.column_stack(
                [np.ones(n), levels[:, at] / _SPREAD, patient / _SPREAD, np.full(n, 2 * time)]
            )
            odds = np.exp(drivers @ _CHOICE[:k].T)
            uses[:, at] = chance[:, at] < odds / (1.0 + odds)
            if forced is not None and forced[0] == at:
                uses[:, at, forced[1]] = forced[2]
            levels[:, at + 1] = (
                self.carry_over * levels[:, at]
                + (1.0 - self.carry_over) * (home + trend * time)
                + uses[:, at] @ np.array(self.effects)
                + news[:, at + 1]
            )
        return levels, uses
