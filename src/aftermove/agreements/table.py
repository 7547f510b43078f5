"""
Agreement as a table: one row for each code, and the whole.
"""

from collections.abc import Iterator
from typing import Any

from attrs import asdict, field, frozen

from aftermove import markup
from aftermove.errors import UnknownNameError
from aftermove.model import _checks as check

__all__ = ["Agreement", "CodeAgreement", "Estimate"]


@frozen
class Estimate:
    """
    A figure and its 95 % interval; `None` for what is undefined.

    Example:
        >>> Estimate(0.7, 0.55, 0.82)
        <Estimate: 0.70, from 0.55 to 0.82>
    """

    value: float | None = field(validator=check.number(optional=True))
    ci_low: float | None = field(default=None, validator=check.number(optional=True))
    ci_high: float | None = field(default=None, validator=check.number(optional=True))

    def __str__(self) -> str:
        if self.ci_low is None or self.ci_high is None:
            return _told(self.value)
        return f"{_told(self.value)}, from {_told(self.ci_low)} to {_told(self.ci_high)}"

    def __repr__(self) -> str:
        return f"<Estimate: {self}>"


def _told(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _cell(estimate: Estimate | None) -> str:
    return "–" if estimate is None else str(estimate)


@frozen(kw_only=True)
class CodeAgreement:
    """
    How far coders agree on where one code stands.
    """

    code: str
    counts: tuple[int, ...]
    """How often each coder gives it, among the items that two or more coded."""

    kappa: Estimate
    """Of having the code against not having it: Cohen's for two coders, Fleiss' for more."""

    alpha: Estimate
    """Krippendorff's, of having the code against not having it."""

    f1: Estimate
    """
    From 0 to 1: the chance that one coder gives the code where another does, also known as
    positive or specific agreement; for two coders the harmonic mean of precision and recall.
    """

    precision: Estimate | None = None
    """Of the second coder's, the share that the first has too; `None` for more than two."""

    recall: Estimate | None = None
    """Of the first coder's, the share that the second has too; `None` for more than two."""

    def to_dict(self) -> dict[str, Any]:
        """
        The row as plain values: each figure, with its interval's ends in ``…_low`` and ``…_high``.
        """
        return {"code": self.code, "counts": self.counts} | _plain(
            kappa=self.kappa,
            alpha=self.alpha,
            f1=self.f1,
            precision=self.precision,
            recall=self.recall,
        )


def _plain(**estimate_by_name: Estimate | None) -> dict[str, float | None]:
    row: dict[str, float | None] = {}
    for name, estimate in estimate_by_name.items():
        value = Estimate(None) if estimate is None else estimate
        row |= {name: value.value, f"{name}_low": value.ci_low, f"{name}_high": value.ci_high}
    return row


@frozen(kw_only=True)
class Agreement:
    """
    How far two or more coders agree on the same items: turns, or whatever was coded.

    Figures are `None` where they don't apply, and their value is `None` where they are undefined,
    as kappa is where every coder gives every item the same code.
    """

    by: str | None
    """What was compared of analyses, as "technique"; `None` for plain codes."""

    level: str
    """The level of measurement: nominal, ordinal or interval."""

    n_coders: int
    n_items: int
    """Items that two or more coded: those that alpha and F1 rest on."""

    n_complete: int
    """Items that all coded: those that kappa rests on."""

    n_sessions: int | None
    """`None` where sessions weren't told."""

    errors: str
    """How intervals were found: clustered by session, or by item."""

    alpha: Estimate
    """
    Krippendorff's: 1 for full agreement, 0 for chance, below 0 for less.  For sets of codes the
    disagreements of all codes are added up first, as for *kappa*.
    """

    kappa: Estimate | None = None
    """
    Cohen's for two coders, Fleiss' for more: 1 for full agreement, 0 for chance, below 0 for
    less.  For sets of codes pooled over the codes.  `None` for numbers.
    """

    observed: Estimate | None = None
    """The share of pairs of codes that are the same; `None` for sets of codes and for numbers."""

    f1_micro: Estimate | None = None
    """F1 of all codes together, each as often as it is given; `None` for numbers."""

    f1_macro: Estimate | None = None
    """The mean of the codes' F1; `None` for numbers."""

    correlation: Estimate | None = None
    """Pearson's r, from -1 to 1, which lets a shift or a stretch pass; numbers of two coders."""

    codes: tuple[CodeAgreement, ...] = ()
    """One for each code that anybody gave, by name; none for numbers."""

    confusion: tuple[tuple[int, ...], ...] | None = None
    """
    How often the first coder's code (row) met the second's (column), in the order of *codes*.
    `None` for sets of codes, for numbers, and for more than two coders.
    """

    def to_dicts(self) -> list[dict[str, Any]]:
        """
        A row of plain values for each code.
        """
        return [code.to_dict() for code in self.codes]

    def to_dict(self) -> dict[str, Any]:
        """
        The whole as one row of plain values; each interval's ends in ``…_low`` and ``…_high``.
        """
        whole = asdict(self, recurse=False)
        estimates = {name: whole.pop(name) for name in _WHOLE}
        return {k: v for k, v in whole.items() if k not in _TABLES} | _plain(**estimates)

    def __getitem__(self, code: str) -> CodeAgreement:
        for each in self.codes:
            if each.code == code:
                return each
        raise UnknownNameError("code of this comparison", code, [each.code for each in self.codes])

    def __iter__(self) -> Iterator[CodeAgreement]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        names = ("kappa", "alpha", "f1_micro", "correlation")
        told = [(name, getattr(self, name)) for name in names]
        figures = ", ".join(f"{name} {_told(each.value)}" for name, each in told if each)
        return f"<Agreement of {self.n_coders} coders on {self.n_items:,} items: {figures}>"

    def _repr_html_(self) -> str:
        whole = [(_NAMES[name], _cell(each)) for name in _WHOLE if (each := getattr(self, name))]
        caption = (
            f"{self.n_coders} coders, {self.n_items:,} items, {self.level}; "
            f"95 % intervals {self.errors}."
        )
        tables = [markup.table(("Agreement", "Figure"), whole, caption)]
        if self.codes:
            headings = ("Code", "Given", "Kappa", "Alpha", "F1", "Precision", "Recall")
            rows = [_html_row(code) for code in self.codes]
            tables.append(markup.table(headings, rows, "By code: given or not."))
        if self.confusion is not None:
            names = [code.code for code in self.codes]
            rows = [
                (name, *map(str, counts))
                for name, counts in zip(names, self.confusion, strict=True)
            ]
            caption = "The first coder’s code (row) and the second’s (column)."
            tables.append(markup.table(("Code", *names), rows, caption))
        return markup.joined(tables)


_WHOLE = ("kappa", "alpha", "observed", "f1_micro", "f1_macro", "correlation")
_TABLES = ("codes", "confusion")
_NAMES = {
    "kappa": "Kappa",
    "alpha": "Krippendorff’s alpha",
    "observed": "Observed agreement",
    "f1_micro": "F1, micro",
    "f1_macro": "F1, macro",
    "correlation": "Pearson’s r",
}


def _html_row(code: CodeAgreement) -> tuple[str, ...]:
    return (
        code.code.replace("_", " "),
        ", ".join(f"{count:,}" for count in code.counts),
        _cell(code.kappa),
        _cell(code.alpha),
        _cell(code.f1),
        _cell(code.precision),
        _cell(code.recall),
    )
