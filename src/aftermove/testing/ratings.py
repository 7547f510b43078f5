"""
Strategies for what coders said, and for how far they agree.
"""

from hypothesis import strategies as st

from aftermove.agreements import Agreement, CodeAgreement, Estimate, agreement
from aftermove.testing.transcripts import names

__all__ = ["agreements", "code_agreements", "coded_items", "estimates"]


@st.composite
def coded_items(
    draw: st.DrawFn, n_coders: int = 2, codes: str = "abc"
) -> tuple[list[str | None], ...]:
    """
    The codes of each coder for the same items, each a letter of *codes* or missing.

    At least two coders have coded the first item.
    """
    cells = st.none() | st.sampled_from(codes)
    first = draw(st.tuples(*[st.sampled_from(codes)] * n_coders))
    rows = draw(st.lists(st.tuples(*[cells] * n_coders), max_size=20))
    return tuple(list(column) for column in zip(first, *rows, strict=True))


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    """
    Figures with an interval around them, without one, and undefined.
    """
    low, value, high = sorted(draw(st.floats(-1.0, 1.0)) for _ in range(3))
    bare = st.sampled_from([Estimate(None), Estimate(value)])
    return draw(st.just(Estimate(value, low, high)) | bare)


@st.composite
def code_agreements(draw: st.DrawFn) -> CodeAgreement:
    """
    Rows of two coders or of more.
    """
    counts = draw(st.lists(st.integers(0, 10**6), min_size=2, max_size=4))
    is_pair = len(counts) == 2
    return CodeAgreement(
        code=draw(names),
        counts=tuple(counts),
        kappa=draw(estimates()),
        alpha=draw(estimates()),
        f1=draw(estimates()),
        precision=draw(estimates()) if is_pair else None,
        recall=draw(estimates()) if is_pair else None,
    )


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """
    Comparisons of two or three coders, by codes or numbers.
    """
    coders = draw(coded_items(draw(st.integers(2, 3))))
    if draw(st.booleans()):
        return agreement(*coders)
    level = draw(st.sampled_from(["ordinal", "interval"]))
    numbers = [[None if code is None else ord(code) for code in column] for column in coders]
    return agreement(*numbers, level=level)
