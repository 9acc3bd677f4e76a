import numpy as np
import scipy.stats

from cases import CONSTANT, REFUSED, Case, samples

RULES = {"linear": "linear", "exclusive": "weibull", "inverse_cdf": "inverted_cdf", "lower": "lower"}
SHARES = [0.0, 0.001, 0.05, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0]


def cases():
    for _, values in [*samples(), ("constant", np.array(CONSTANT))]:
        for p in SHARES:
            for rule, method in RULES.items():
                yield Case(f"quantile_{rule}", [[p], values], np.quantile(values, p, method=method))
            yield from weighted(values, p)
            if min(values) >= 0:
                # The histogram states its own error.
                exact = np.quantile(values, p, method="inverted_cdf")
                yield Case("quantile_histogram", [[p], values], exact, relative=1 / 512)
        yield from intervals(values)
    for refused in REFUSED.values():
        for rule in RULES:
            yield Case(f"quantile_{rule}", [[0.5], refused], None)
        yield Case("quantile_weighted", [[0.5], refused, [1.0] * len(refused)], None)
        yield Case("quantile_histogram", [[0.5], refused], None)
    yield Case("quantile_histogram", [[0.5], [1.0, -1.0]], None)
    yield Case("quantile_weighted", [[0.5], [1.0, 2.0], [1.0, -1.0]], None)
    yield Case("quantile_weighted", [[0.5], [1.0, 2.0], [0.0, 0.0]], None)
    yield Case("quantile_weighted", [[0.5], [1.0, 2.0], [1.0]], None)


def weighted(values, p):
    """NumPy 1.24 knows no weights; whole ones are the same as repeating the value."""
    times = np.random.default_rng(len(values)).integers(0, 5, len(values))
    times[0] += 1
    repeated = np.quantile(np.repeat(values, times), p, method="inverted_cdf")
    yield Case("quantile_weighted", [[p], values, times], repeated)
    # A power of two, so that the shares stay the same to the last bit.
    yield Case("quantile_weighted", [[p], values, times / 1024], repeated)


def intervals(values):
    """The ranks by SciPy's binomial distribution, from their definition."""
    ordered = np.sort(values)
    for p in [0.1, 0.5, 0.9, 0.99]:
        for confidence in [0.9, 0.95, 0.99]:
            draws = scipy.stats.binom(len(values), p)
            tail = (1 - confidence) / 2
            low = [r for r in range(len(values)) if draws.cdf(r) <= tail]
            high = [r for r in range(len(values)) if draws.sf(r) <= tail]
            expected = None
            if low and high:
                covered = draws.cdf(high[0]) - draws.cdf(low[-1])
                expected = [ordered[low[-1]], ordered[high[0]], covered]
            yield Case("quantile_interval", [[p, confidence], values], expected)
