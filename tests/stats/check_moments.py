import numpy as np
import scipy.stats

from cases import CONSTANT, REFUSED, Case, samples

NAMES = ["mean", "variance_0", "variance_1", "variation", "mad", "skewness_moment",
         "skewness_adjusted", "moments_streamed"]


def cases():
    for _, values in samples():
        # SciPy's own sums lose digits to the offset; without it they do not, and a shift changes
        # neither spread nor skewness. The offset is a whole number of units in the last place.
        offset = 1e9 if min(values) > 1e8 else 0.0
        bare = values - offset
        mean = offset + bare.mean()
        moment, adjusted = (scipy.stats.skew(bare, bias=bias) for bias in (True, False))
        variances = [np.var(bare), np.var(bare, ddof=1)]
        yield Case("mean", [values], mean)
        yield Case("variance_0", [values], variances[0])
        yield Case("variance_1", [values], variances[1])
        yield Case("variation", [values], np.std(bare, ddof=1) / mean if mean > 0 else None)
        yield Case("mad", [values], scipy.stats.median_abs_deviation(bare))
        yield Case("skewness_moment", [values], moment)
        yield Case("skewness_adjusted", [values], adjusted)
        yield Case("moments_streamed", [values], [mean, *variances, moment, adjusted])
    for name in NAMES:
        for refused in REFUSED.values():
            yield Case(name, [refused], None)
    yield Case("mean", [CONSTANT], 0.1)
    yield Case("variance_1", [CONSTANT], 0.0)
    yield Case("mad", [CONSTANT], 0.0)
    yield Case("skewness_moment", [CONSTANT], None)
    yield Case("variance_1", [[5.0]], None)
    yield Case("variance_0", [[5.0]], 0.0)
    yield Case("skewness_adjusted", [[1.0, 2.0]], None)
    yield Case("mean", [[1e308, 1e308, 1e308]], None)
