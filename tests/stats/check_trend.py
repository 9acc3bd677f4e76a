import numpy as np
import scipy.stats

from cases import CONSTANT, REFUSED, Case, samples


def cases():
    random = np.random.default_rng(20250103)
    for name, values in samples():
        n = len(values)
        time = np.arange(n, dtype=float)
        irregular = np.sort(random.uniform(0, 100, n))
        for x in (time, irregular, np.floor(irregular / 10), -time):
            if np.ptp(x) > 0:
                yield from lines(x, values)
        yield Case("mann_kendall", [values], mann_kendall(values))
        rising = np.sort(values)
        yield Case("mann_kendall", [rising], mann_kendall(rising))
        if n < 1000:
            yield from smooth(random.permutation(irregular), values)
        scaled = (values - values[0]) / np.std(values)
        for penalty, shortest in ((2.0, 1), (10.0, 3), (0.0, 5)):
            yield from segments(scaled[:100], penalty, shortest)
    yield from segments(np.repeat(random.normal(0, 4, 6), 40) + random.normal(0, 1, 240), 0.0, 5)
    yield from refusals()


def refusals():
    for values in REFUSED.values():
        time = np.arange(len(values), dtype=float)
        yield Case("theil_sen", [time, values, [0.95]], None)
        yield Case("theil_sen", [values, time, [0.95]], None)
        yield Case("mann_kendall", [values], None)
        yield Case("loess", [time, values, [0.5], [0.5, 0]], None)
        yield Case("loess", [values, time, [0.5], [0.5, 0]], None)
        if len(values) > 0:
            yield Case("segments_mean", [values, [0, 1]], None)
    yield Case("theil_sen", [CONSTANT, np.arange(len(CONSTANT)), [0.95]], None)
    yield Case("theil_sen", [[1.0], [2.0], [0.95]], None)
    yield Case("mann_kendall", [[1.0]], None)
    yield Case("mann_kendall", [CONSTANT], [0, 0, 1])
    yield Case("loess", [[1.0, 2.0], [3.0, 4.0], [1.5], [0.0, 0]], None)
    yield Case("segments_mean", [CONSTANT, [0, 1]], [0])


def lines(x, y):
    for confidence in (0.8, 0.95):
        slope, intercept, low, high = scipy.stats.theilslopes(y, x, confidence)
        expected = [slope, intercept, low, high]
        if not whole_interval(x, y, confidence):
            expected = [slope, intercept]
        # The intercept is a difference of medians, which may cancel.
        absolute = 1e-12 * (np.max(np.abs(y)) + abs(slope) * np.max(np.abs(x)))
        yield Case("theil_sen", [x, y, [confidence]], expected, absolute=absolute)


def whole_interval(x, y, confidence):
    """Whether the sample is large enough for its ranks; SciPy takes the nearest ones it has."""
    n = len(x)
    pairs = np.count_nonzero(np.subtract.outer(x, x) > 0)
    far = scipy.stats.norm.ppf(0.5 + confidence / 2) * np.sqrt(kendall_variance(x, y))
    return np.round((pairs - far) / 2) >= 1 and np.round((pairs + far) / 2) <= pairs - 1


def kendall_variance(*sides):
    n = len(sides[0])
    term = lambda k: k * (k - 1) * (2 * k + 5)
    ties = sum(np.sum(term(np.unique(side, return_counts=True)[1])) for side in sides)
    return (term(n) - ties) / 18


def mann_kendall(values):
    s = np.sum(np.triu(np.sign(np.subtract.outer(values, values).T)))
    tau = scipy.stats.kendalltau(np.arange(len(values)), values).statistic
    z = max(0, abs(s) - 1) / np.sqrt(kendall_variance(values))
    return [s, tau, 2 * scipy.stats.norm.sf(z)]


def smooth(x, y):
    places = np.linspace(x.min(), x.max(), 9)
    offset = y[0]
    absolute = 1e-9 * np.ptp(y) + 4 * np.spacing(np.max(np.abs(y)))
    for span, iterations in ((0.3, 0), (1.0, 0), (0.7, 2)):
        line = offset + loess(x, y - offset, places, span, iterations)
        yield Case("loess", [x, y, places, [span, iterations]], line, absolute=absolute)


def loess(x, y, places, span, iterations):
    """Local lines by least squares, one place after the other."""
    robust = np.ones(len(x))
    for _ in range(iterations):
        distances = np.abs(y - [fit(x, y, robust, span, place) for place in x])
        far = 6 * np.median(distances)
        if far <= 1e-7 * np.mean(distances):
            break
        robust = np.where(distances < far, (1 - (distances / far) ** 2) ** 2, 0)
    return np.array([fit(x, y, robust, span, place) for place in places])


def fit(x, y, robust, span, place):
    count = min(max(int(len(x) * span + 1e-5), 2), len(x))
    distances = np.abs(x - place)
    reach = np.sort(distances)[count - 1]
    weights = np.where(distances < reach, (1 - (distances / reach) ** 3) ** 3, 0) * robust
    if not np.any(weights):
        near = (distances <= reach) * robust
        near = near if np.any(near) else distances <= reach
        return np.average(y, weights=near)
    centre = np.average(x, weights=weights)
    if np.average((x - centre) ** 2, weights=weights) <= (1e-3 * reach) ** 2:
        return np.average(y, weights=weights)
    root = np.sqrt(weights)
    design = np.stack([root, root * (x - centre)], axis=1)
    level, slope = np.linalg.lstsq(design, root * y, rcond=None)[0]
    return level + slope * (place - centre)


def segments(values, penalty, shortest):
    if len(values) < 2 * shortest:
        return
    steps = np.abs(np.diff(values))
    if np.median(steps) > 0:
        strides = np.abs(values[2:] - values[:-2])
        r = np.clip((np.median(strides) / np.median(steps)) ** 2 - 1, 0, 0.9)
        noise = (np.median(steps) * 1.482602218505602) ** 2 / 2 * (1 + r) / (1 - r) ** 2
    else:
        noise = np.mean(steps ** 2) / 2
    finest = np.min(np.diff(np.unique(values))) ** 2 / 12

    def squares(part):
        return np.sum((part - part.mean()) ** 2)

    def own(part):
        variance = max(squares(part) / len(part), finest)
        return len(part) * np.log(variance) + squares(part) / variance

    arguments = [values, [penalty, shortest]]
    for name, cost, parameters in (("mean", lambda part: squares(part) / noise, 2),
                                   ("mean_and_variance", own, 3)):
        begins = partition(values, cost, penalty or parameters * np.log(len(values)), shortest)
        yield Case(f"segments_{name}", arguments, begins)


def partition(values, cost, penalty, shortest):
    """The best of all segmentations, by dynamic programming without pruning."""
    best = np.full(len(values) + 1, np.inf)
    best[0] = -penalty
    last = np.zeros(len(values) + 1, dtype=int)
    for end in range(shortest, len(values) + 1):
        for begin in range(end - shortest + 1):
            if best[begin] < np.inf:
                total = best[begin] + cost(values[begin:end]) + penalty
                if total < best[end]:
                    best[end], last[end] = total, begin
    begins = []
    end = len(values)
    while end > 0:
        end = last[end]
        begins.insert(0, end)
    return begins
