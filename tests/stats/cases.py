"""The samples that every check is run on, and how a case is written down."""

import dataclasses
import math

import numpy as np

TOLERANCE = 1e-9


@dataclasses.dataclass
class Case:
    """One call of the driver: the function, its arguments (lists of numbers), and what is expected:
    a number, a list of numbers, or None where the function has to refuse. `relative` is the error
    allowed, and a check that allows more than TOLERANCE says why; `absolute` is for what is exactly
    0 in one of the two."""
    function: str
    arguments: list
    expected: object
    relative: float = TOLERANCE
    absolute: float = 0.0

    def line(self):
        groups = [" ".join(repr(float(x)) for x in np.atleast_1d(group)) for group in self.arguments]
        return " ; ".join([self.function, *groups])

    def fault(self, answer):
        """What is wrong with a line of the driver's, or None."""
        if self.expected is None:
            return None if answer == "none" else f"{answer} where a refusal was expected"
        wanted = [float(x) for x in np.atleast_1d(self.expected)]
        if any(math.isnan(x) for x in wanted):
            return f"the check itself expects {wanted}"
        if answer == "none":
            return f"refused; expected {wanted}"
        got = [float(word) for word in answer.split()]
        good = len(got) == len(wanted) and all(
            g == w or abs(g - w) <= max(self.relative * abs(w), self.absolute)
            for g, w in zip(got, wanted))
        return None if good else f"{got}; expected {wanted}"


def samples():
    """Name and values: skewed, tied, tiny, with a huge offset, constant."""
    random = np.random.default_rng(20250101)
    yield "normal", random.normal(10, 2, 101)
    yield "skewed", random.lognormal(4, 1, 200)
    yield "very skewed", random.pareto(1.2, 150) + 1
    yield "tied", random.integers(0, 6, 80).astype(float)
    yield "one outlier", np.append(random.normal(0, 1, 40), 1e6)
    yield "huge offset", 1e9 + random.normal(0, 1, 300)
    yield "tiny values", random.lognormal(0, 1, 60) * 1e-12
    yield "negative", -random.gamma(2, 3, 33)
    yield "three", np.array([3.0, 1.0, 2.5])
    yield "four", np.array([1.0, 1.0, 2.0, 9.0])
    yield "seven", random.exponential(1, 7)
    yield "long", random.gamma(3, 20, 2000)


def pairs():
    """Name and two samples: different sizes, shifted, tied across, identical, offset."""
    random = np.random.default_rng(20250102)
    yield "same law", random.normal(5, 1, 60), random.normal(5, 1, 75)
    yield "shifted", random.lognormal(3, 0.4, 50), random.lognormal(3.3, 0.4, 41)
    yield "unequal spread", random.normal(0, 1, 30), random.normal(0.5, 5, 90)
    yield "tied", random.integers(0, 5, 40).astype(float), random.integers(1, 6, 55).astype(float)
    yield "huge offset", 1e9 + random.normal(0, 1, 64), 1e9 + random.normal(0.3, 1, 70)
    yield "tiny values", random.gamma(2, 1e-12, 25), random.gamma(2, 1.5e-12, 31)
    yield "apart", random.uniform(0, 1, 20), random.uniform(2, 3, 22)
    yield "few", random.normal(0, 1, 4), random.normal(1, 1, 6)
    yield "fewest", np.array([1.0, 2.0]), np.array([1.5, 4.0])
    few = random.normal(0, 1, 12)
    yield "identical", few, few.copy()
    yield "long", random.gamma(3, 20, 900), random.gamma(3, 22, 1100)


CONSTANT = [0.1] * 7
REFUSED = {"NaN": [1.0, math.nan, 2.0, 3.0], "infinity": [1.0, 2.0, math.inf, 3.0], "nothing": []}
