import numpy as np
import scipy.optimize
import scipy.stats

from cases import CONSTANT, REFUSED, Case, samples


def cases():
    for name, values in samples():
        yield Case("bandwidth_silverman", [values], silverman(values))
        if name not in ("tied", "four"):  # see below
            # Beyond 512 values pairs are counted in bins, whose error is stated.
            relative = 1e-9 if len(values) <= 512 else 1e-3
            yield Case("bandwidth_sheather_jones", [values], sheather_jones(values), relative)
        yield from curves(values)
        places = np.concatenate([values, values - 0.5, values + 0.5, [-np.pi, 1e300]])
        shares = np.searchsorted(np.sort(values), places, side="right") / len(values)
        yield Case("ecdf", [values, places], shares)
        counts, edges = np.histogram(values, "fd")
        if len(counts) < 100_000:
            yield Case("bins", [values], [*edges, *counts])
    yield from refusals()


def refusals():
    # A constant has no shape; few values on a coarse grid none that is finer than the grid.
    for values in (CONSTANT, [5.0], [0.0, 1.0, 2.0] * 50):
        yield Case("bandwidth_sheather_jones", [values], None)
    for values in (CONSTANT, [5.0]):
        yield Case("bandwidth_silverman", [values], None)
        yield Case("kde", [values, [0, 10, -1, 1]], None)
        counts, edges = np.histogram(values, "fd")
        yield Case("bins", [values], [*edges, *counts])
    for values in REFUSED.values():
        for function in ("bandwidth_silverman", "bandwidth_sheather_jones", "bins"):
            yield Case(function, [values], None)
        yield Case("kde", [values, [1, 10, -1, 1]], None)
        yield Case("kde_log", [values, [1, 10, 1, 2]], None)
    yield Case("kde_log", [[0.0, 1.0, 2.0], [1, 10, 1, 2]], None)


def spread(values, normal_iqr):
    iqr = np.subtract(*np.percentile(values, [75, 25]))
    deviation = np.std(values - values[0], ddof=1)
    return min(deviation, iqr / normal_iqr) if iqr > 0 else deviation


def silverman(values):
    return 0.9 * spread(values, 1.34) * len(values) ** -0.2


def sheather_jones(values):
    """The equation itself, over all ordered pairs with the diagonal, by Brent's method in the
    highest decade that has a solution."""
    n = len(values)
    d = np.subtract.outer(values, values).ravel()
    norm = n * (n - 1) * np.sqrt(2 * np.pi)

    def roughness(g, polynomial, power):
        u = np.square(d / g)
        return np.sum(np.exp(-u / 2) * np.polyval(polynomial, u)) / (norm * g ** power)

    scale = spread(values, 1.349)
    of_second = [1, -6, 3]
    a, b = 1.24 * scale * n ** (-1 / 7), 1.23 * scale * n ** (-1 / 9)
    ratio = roughness(a, of_second, 5) / -roughness(b, [1, -15, 45, -15], 7)
    factor = 1.357 * ratio ** (1 / 7)

    def equation(h):
        pilot = factor * h ** (5 / 7)
        return (1 / (2 * np.sqrt(np.pi) * n * roughness(pilot, of_second, 5))) ** 0.2 - h

    high = 1.144 * scale * n ** -0.2
    while equation(high) > 0:
        high *= 2
    while equation(high / 10) <= 0:
        high /= 10
    return scipy.optimize.brentq(equation, high / 10, high, xtol=1e-14 * high, rtol=1e-14)


def density(values, bandwidth, places):
    """Of scipy.stats.gaussian_kde, whose bandwidth is a factor of the standard deviation. It loses
    digits to an offset, so there is none."""
    factor = bandwidth / np.std(values, ddof=1)
    return scipy.stats.gaussian_kde(values, bw_method=factor)(places)


def curves(values):
    bandwidth = silverman(values)
    low, high = np.quantile(values, [0.05, 0.9]) + np.array([-2, 2]) * bandwidth
    options = [bandwidth, 25, low, high]
    places = np.linspace(low, high, 25)
    # Places and values are rounded at the size of the values, not at that of the bandwidth. A
    # density this many bandwidths from all values is also smaller than any that could be drawn.
    rounding = 1e-9 + 100 * np.spacing(np.max(np.abs(values))) / bandwidth
    tiny = 1e-12 / bandwidth
    bare = values - values[0]
    exact = density(bare, bandwidth, places - values[0])
    yield Case("kde", [values, options], exact, rounding, tiny)
    if min(values) > 0:
        logs = np.log(values)
        ends = np.exp([logs.min() + 0.1, logs.max()])
        exact = density(logs - logs[0], 0.2, np.linspace(*np.log(ends), 25) - logs[0])
        if max(logs) - min(logs) > 1e-3:
            yield Case("kde_log", [values, [0.2, 25, *ends]], exact, absolute=1e-12)
    bound = min(values) - 0.25 * bandwidth
    if np.ptp(values) < 1e3 * bandwidth:
        places = np.linspace(bound, high, 25)
        both = [density(bare, bandwidth, at - values[0]) for at in (places, 2 * bound - places)]
        yield Case("kde_bounded", [values, [bandwidth, 25, bound, high]], sum(both), rounding, tiny)
