import numpy as np
import scipy.stats

from cases import REFUSED, Case, pairs, samples
from check_hypotheses import t_quantile


def cases():
    for _, a, b in pairs():
        for confidence in [0.8, 0.95, 0.99]:
            yield Case("hodges_lehmann", [[confidence], a, b], moved(a, b, confidence), absolute=1e-15)
    for refused in REFUSED.values():
        yield Case("hodges_lehmann", [[0.95], refused, [1.0, 2.0]], None)
        yield Case("hodges_lehmann", [[0.95], [1.0, 2.0], refused], None)
    yield from sections()
    for series in dependent():
        yield Case("block_length", [series], block_length(series))


def moved(a, b, confidence):
    """From the definition, all differences written out. Exact ends come from counting every order's
    U by the recurrence of Mann and Whitney (1947)."""
    differences = np.sort(np.subtract.outer(a, b).ravel())
    n, m = len(a), len(b)
    tail = (1 - confidence) / 2
    if max(n, m) < 50:
        rank = int(np.sum(np.cumsum(u_law(n, m)) <= tail))
    else:
        z = scipy.stats.norm.ppf(1 - tail)
        rank = int(np.floor(n * m / 2 - 0.5 - z * np.sqrt(n * m * (n + m + 1) / 12)) + 1)
    value = np.median(differences)
    return [value] if rank < 1 else [value, differences[rank - 1], differences[n * m - rank]]


def u_law(n, m):
    """P(U = u): the largest of all values is an a, above m b's, or a b."""
    laws = {}
    for i in range(n + 1):
        for j in range(m + 1):
            law = np.zeros(i * j + 1)
            if i == 0 or j == 0:
                law[0] = 1
            else:
                law[j:] += i / (i + j) * laws[i - 1, j]
                law[:i * (j - 1) + 1] += j / (i + j) * laws[i, j - 1]
            laws[i, j] = law
    return laws[n, m]


def sections():
    random = np.random.default_rng(8)
    for n, m in [(3, 3), (5, 5), (10, 10), (3, 8)]:
        a, b = random.normal(10, 1, n), random.normal(10, 2, m)
        # With the means of the sections as the whole's figures these are the t tests.
        for name, test in [("sectioned_paired", scipy.stats.ttest_rel),
                           ("sectioned_unpaired", lambda x, y: scipy.stats.ttest_ind(x, y, equal_var=False))]:
            if name == "sectioned_paired" and n != m:
                yield Case(name, [[a.mean(), b.mean()], a, b], None)
                continue
            va, vb = a.var(ddof=1) / n, b.var(ddof=1) / m
            freedom = (va + vb) ** 2 / (va ** 2 / (n - 1) + vb ** 2 / (m - 1))
            error = np.sqrt(va + vb)
            if name == "sectioned_paired":
                freedom, error = n - 1, scipy.stats.sem(a - b)
            half = t_quantile(0.975, freedom) * error
            d = a.mean() - b.mean()
            yield Case(name, [[a.mean(), b.mean()], a, b], [d, d - half, d + half, test(a, b).pvalue])


def dependent():
    random = np.random.default_rng(9)
    for n in [10, 30, 200, 1000, 3000]:
        for correlation in [-0.5, 0.0, 0.3, 0.7, 0.95]:
            noise = random.normal(0, 1, n + 200)
            series = np.zeros(n + 200)
            for i in range(1, n + 200):
                series[i] = correlation * series[i - 1] + noise[i]
            yield series[200:]
    for _, values in samples():
        if len(values) >= 10:
            yield (values > np.median(values)).astype(float)


def block_length(series):
    """Politis and White (2004) with the correction of Patton, Politis and White (2009), from the
    papers' formulas, for the circular bootstrap."""
    n = len(series)
    residual = series - series.mean()
    most = int(np.ceil(np.sqrt(n))) + 5
    lags = min(most + 5, n - 1)
    covariance = np.array([residual[k:] @ residual[:n - k] for k in range(lags + 1)]) / n
    small = np.abs(covariance / covariance[0]) < 2 * np.sqrt(np.log10(n) / n)
    quiet = [lag for lag in range(lags - 4) if small[lag + 1:lag + 6].all()]
    last = quiet[0] if quiet else most
    window = min(2 * max(last, 1), most, lags)
    k = np.arange(-window, window + 1)
    weights = np.clip(2 * (1 - np.abs(k) / window), 0, 1)
    spread = np.sum(weights * covariance[np.abs(k)])
    slope = np.sum(weights * np.abs(k) * covariance[np.abs(k)])
    if spread == 0:
        return 1
    length = (2 * slope ** 2 / (4 / 3 * spread ** 2) * n) ** (1 / 3)
    return float(np.clip(np.ceil(length), 1, np.ceil(min(3 * np.sqrt(n), n / 3))))
