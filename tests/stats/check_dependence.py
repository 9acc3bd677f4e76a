import numpy as np
import scipy.stats

from cases import CONSTANT, REFUSED, Case, pairs, samples

SMALLEST = 1e-13  # correlations this small are rounding


def cases():
    for name, a, b in pairs():
        n = min(len(a), len(b))
        random = np.random.default_rng(n)
        x = a[:n]
        for y in (b[:n], x + 0.3 * np.std(x) * random.normal(size=n), -x[::-1], np.round(b[:n])):
            if np.ptp(y) > 0 and np.ptp(x) > 0 and name != "identical":
                yield from correlations(x, y)
        yield Case("midranks", [a], scipy.stats.rankdata(a))
    line = np.arange(20.0)
    yield Case("pearson", [line, -2 * line], [-1, 0, -1, -1], absolute=1e-12)
    yield Case("spearman", [line, np.exp(line)], [1, 0, 1, 1], absolute=1e-12)
    for _, values in samples():
        yield from series(values)
    yield from refusals()


def refusals():
    for values in REFUSED.values():
        for function in ("pearson", "spearman"):
            yield Case(function, [values, np.arange(len(values))], None)
            yield Case(function, [np.arange(len(values)), values], None)
        yield Case("autocorrelation", [values, [2]], None)
        yield Case("ljung_box", [values, [1, 0]], None)
        yield Case("effective_sample_size", [values], None)
    for function in ("pearson", "spearman"):
        yield Case(function, [CONSTANT, np.arange(len(CONSTANT))], None)
        yield Case(function, [[1.0, 2.0, 3.0], [1.0, 2.0]], None)
        yield Case(function, [[1.0], [2.0]], None)
        yield Case(function, [[1.0, 2.0], [2.0, 1.0]], [-1, 1, -1, 1])
    yield Case("autocorrelation", [CONSTANT, [2]], None)
    yield Case("effective_sample_size", [CONSTANT], None)


def correlations(x, y):
    # SciPy's mean loses digits to an offset of 1e9, a whole number that makes no difference.
    offset = 1e9 if min(x) > 1e8 else 0.0
    x, bare_x, bare_y = x, x - offset, y - (offset if min(y) > 1e8 else -offset if max(y) < -1e8 else 0)
    pearson = scipy.stats.pearsonr(bare_x, bare_y)
    interval = pearson.confidence_interval() if len(x) > 3 else (-1, 1)
    yield Case("pearson", [x, y], [pearson.statistic, pearson.pvalue, *interval], absolute=SMALLEST)
    r, p = scipy.stats.spearmanr(x, y)
    low, high = -1, 1
    if len(x) > 3 and abs(r) < 1:
        half = scipy.stats.norm.ppf(0.975) * np.sqrt((1 + r * r / 2) / (len(x) - 3))
        low, high = np.tanh(np.arctanh(r) + np.array([-half, half]))
    elif len(x) > 3:
        low = high = r
    if len(x) == 2:
        p = 1  # SciPy gives NaN: two pairs tell nothing
    # Close to -1 and 1 the interval turns rounding of r into more: it is what arctanh does.
    relative = 1e-9 if abs(r) < 0.999999 else 1e-6
    yield Case("spearman", [x, y], [r, p, low, high], relative, SMALLEST)


def series(values):
    bare = values - (1e9 if min(values) > 1e8 else 0)
    n, d = len(bare), bare - bare.mean()
    r = np.array([d[lag:] @ d[:n - lag] for lag in range(n)]) / (d @ d)
    yield Case("autocorrelation", [values, [20]], r[:21], absolute=SMALLEST)
    for lags, fitted in ((1, 0), (n // 3, 0), (min(n - 1, 12), 1)):
        if fitted < lags < n:
            q = n * (n + 2) * sum(r[k] ** 2 / (n - k) for k in range(1, lags + 1))
            p = scipy.stats.chi2.sf(q, lags - fitted)
            yield Case("ljung_box", [values, [lags, fitted]], [q, p])
    yield Case("effective_sample_size", [values], effective_size(r))
    walk = np.cumsum(bare - np.median(bare))
    d = walk - walk.mean()
    r = np.array([d[lag:] @ d[:n - lag] for lag in range(n)]) / (d @ d)
    yield Case("effective_sample_size", [walk], effective_size(r))


def effective_size(r):
    total, last = 0, np.inf
    for even, odd in zip(r[0::2], r[1::2]):
        if even + odd <= 0:
            break
        last = min(last, even + odd)
        total += last
    return len(r) / max(1, 2 * total - 1)
