import warnings

import numpy as np
import scipy.special
import scipy.stats

from cases import CONSTANT, REFUSED, Case, pairs, samples


def bare_pairs():
    """Pairs, and the same without the huge offset that neither changes nor helps a test: SciPy loses
    digits to it."""
    for name, a, b in pairs():
        offset = 1e9 if min(a) > 1e8 else 0.0
        yield name, a, b, a - offset, b - offset


def cases():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of p-values out of range of SciPy's table
        yield from means_and_variances()
        yield from ranks()
        yield from signed_ranks()
        yield from distributions()
        yield from shapiro()
        yield from tables()
        yield from adjustments()
    for refused in REFUSED.values():
        for name in ["t_student", "t_welch", "f_test", "levene", "brown_forsythe", "effect_size",
                     "mann_whitney_exact", "mann_whitney_approximate", "ks_exact", "anderson_darling"]:
            yield Case(name, [refused, [1.0, 2.0, 3.0]], None)
            yield Case(name, [[1.0, 2.0, 3.0], refused], None)
        for name in ["shapiro", "signed_rank_drop", "signed_rank_pratt"]:
            yield Case(name, [refused], None)


def t_quantile(p, freedom):
    """SciPy's own is good to 1e-9 or so only; two steps of Newton's from it, by its distribution
    function, which is better."""
    law = scipy.stats.t(freedom)
    t = law.ppf(p)
    for _ in range(2):
        t -= (law.cdf(t) - p) / law.pdf(t)
    return t


def means_and_variances():
    for _, a, b, bare_a, bare_b in bare_pairs():
        for equal, name in [(True, "t_student"), (False, "t_welch")]:
            t, p = scipy.stats.ttest_ind(bare_a, bare_b, equal_var=equal)
            n, m, va, vb = len(a), len(b), np.var(bare_a, ddof=1), np.var(bare_b, ddof=1)
            freedom = n + m - 2 if equal else (
                (va / n + vb / m) ** 2 / ((va / n) ** 2 / (n - 1) + (vb / m) ** 2 / (m - 1)))
            difference = bare_a.mean() - bare_b.mean()
            pooled = ((n - 1) * va + (m - 1) * vb) / (n + m - 2)
            error = np.sqrt(pooled * (1 / n + 1 / m) if equal else va / n + vb / m)
            half = t_quantile(0.975, freedom) * error
            expected = [t, p, freedom, difference - half, difference + half]
            yield Case(name, [a, b], expected)
        f = np.var(bare_a, ddof=1) / np.var(bare_b, ddof=1)
        law = scipy.stats.f(len(a) - 1, len(b) - 1)
        yield Case("f_test", [a, b], [f, min(1, 2 * min(law.cdf(f), law.sf(f)))])
        for name, centre in [("levene", "mean"), ("brown_forsythe", "median")]:
            yield Case(name, [a, b], list(scipy.stats.levene(bare_a, bare_b, center=centre)))
        pooled = ((n - 1) * va + (m - 1) * vb) / (n + m - 2)
        d = difference / np.sqrt(pooled)
        half_freedom = (n + m - 2) / 2
        factor = np.exp(scipy.special.gammaln(half_freedom)
                        - scipy.special.gammaln(half_freedom - 0.5)) / np.sqrt(half_freedom)
        yield Case("effect_size", [a, b], [d, d * factor])
    for _, values in samples():
        for confidence in [0.9, 0.95, 0.999]:
            half = t_quantile(0.5 + confidence / 2, len(values) - 1) * scipy.stats.sem(values)
            yield Case("mean_interval", [[confidence], values],
                       [np.mean(values) - half, np.mean(values) + half])
    for name in ["t_student", "t_welch"]:
        yield Case(name, [CONSTANT, [1.0]], None)
        yield Case(name, [CONSTANT, CONSTANT], [0, 1, 12, 0, 0])
    yield Case("f_test", [CONSTANT, CONSTANT], [1, 1])
    yield Case("levene", [CONSTANT, CONSTANT], [0, 1])
    yield Case("effect_size", [CONSTANT, CONSTANT], [0, 0])
    yield Case("effect_size", [CONSTANT, [0.2, 0.2]], None)


def ranks():
    for _, a, b in pairs():
        for how, method in [("exact", "exact"), ("approximate", "asymptotic")]:
            ties = len(set([*a, *b])) < len(a) + len(b)
            if how == "exact" and (ties or max(len(a), len(b)) >= 50):
                yield Case("mann_whitney_exact", [a, b], None)
                continue
            u, p = scipy.stats.mannwhitneyu(a, b, method=method)
            yield Case(f"mann_whitney_{how}", [a, b], [u, p, 2 * u / (len(a) * len(b)) - 1],
                       absolute=1e-15)
    random = np.random.default_rng(3)
    for n, m in [(1, 1), (1, 9), (3, 3), (8, 15), (20, 20), (49, 49), (49, 2)]:
        a, b = random.normal(0, 1, n), random.normal(0.4, 1, m)
        u, p = scipy.stats.mannwhitneyu(a, b, method="exact")
        yield Case("mann_whitney_exact", [a, b], [u, p, 2 * u / (n * m) - 1], absolute=1e-15)


def signed_ranks():
    random = np.random.default_rng(4)
    differences = [random.normal(0.3, 1, n) for n in (1, 2, 5, 9, 25, 50, 51, 300)]
    differences += [random.integers(-3, 5, n).astype(float) for n in (6, 20, 80)]
    differences += [1e-12 * random.normal(0.3, 1, 30), random.lognormal(0, 1, 12)]
    for d in differences:
        for name, zeros in [("drop", "wilcox"), ("pratt", "pratt")]:
            kept = d[d != 0]
            exact = len(d) <= 50 and len(set(abs(d))) == len(d) and len(kept) == len(d)
            plus = scipy.stats.rankdata(abs(kept if name == "drop" else d))
            plus = plus[(kept if name == "drop" else d) > 0].sum()
            p = scipy.stats.wilcoxon(d, zero_method=zeros, correction=True,
                                     mode="exact" if exact else "approx").pvalue
            yield Case(f"signed_rank_{name}", [d], [plus, p, exact], absolute=1e-15)
    for name in ["signed_rank_drop", "signed_rank_pratt"]:
        yield Case(name, [[0.0, 0.0]], [0, 1, 0])
        yield Case(name, [[]], None)
        # Half a rank from the mean: the correction must not go beyond it.
        yield Case(name, [[1.0, -1.0]], [1.5, 1, 0])


def distributions():
    for _, a, b in pairs():
        result = scipy.stats.ks_2samp(a, b, method="exact")
        yield Case("ks_exact", [a, b], list(result), absolute=1e-15)
        # What SciPy calls "asymp" here is a law of one sample; the limit law is in scipy.special.
        scale = np.sqrt(len(a) * len(b) / (len(a) + len(b)))
        limit = scipy.special.kolmogorov(scale * result.statistic)
        yield Case("ks_approximate", [a, b], [result.statistic, limit], absolute=1e-15)
        if len(a) + len(b) >= 4:
            statistic = scipy.stats.anderson_ksamp([a, b]).statistic
            p = limit_tail(1 + statistic * np.sqrt(2 * np.pi ** 2 / 3 - 6))
            yield Case("anderson_darling", [a, b], [statistic, p], absolute=1e-13)
    for x in [0.01, 0.3, 0.5, 0.8, 0.99, 1.0, 1.01, 1.36, 2, 3, 5]:
        yield Case("kolmogorov_tail", [[x]], scipy.special.kolmogorov(x))
    for x in [0.1, 0.3, 0.7, 1, 1.5, 2.492, 3.878, 6, 10]:
        yield Case("anderson_darling_tail", [[x]], limit_tail(x), absolute=1e-13)
    yield Case("ks_exact", [CONSTANT, CONSTANT], [0, 1])
    yield Case("anderson_darling", [CONSTANT, CONSTANT], [0, 1])
    yield Case("anderson_darling", [[1.0], [2.0, 3.0]], None)


def limit_tail(x, terms=400):
    """P(A^2 > x) another way than ours: Imhof's inversion (1961) of the characteristic function of
    the sum over j of chi-squares with weights 1 / (j (j + 1)). What lies beyond the terms is nearly
    constant: its mean is added, and its variance as that of a normal variable. A difference of
    numbers near 1/2, it has no relative precision where the tail is thin."""
    j = np.arange(1, terms + 1)
    weights = 1 / (j * (j + 1.0))
    rest = np.arange(terms + 1, 2_000_000)
    rest_mean = 1 / (terms + 1)
    rest_variance = np.sum(2 / (rest * (rest + 1.0)) ** 2)
    step = 0.05
    u = (np.arange(20_000) + 0.5) * step  # midpoints; the integrand is smooth and dies out
    theta = np.zeros_like(u)
    log_size = rest_variance * u ** 2 / 8
    for w in weights:
        theta += np.arctan(w * u) / 2
        log_size += np.log1p((w * u) ** 2) / 4
    theta += (rest_mean - x) * u / 2
    return 0.5 + np.sum(np.sin(theta) / (u * np.exp(log_size))) * step / np.pi


def shapiro():
    for name, values in samples():
        w, p = royston(values)
        yield Case("shapiro", [values], [w, p], absolute=1e-15)
        if name != "huge offset":
            # SciPy before 1.12 computes in single precision.
            theirs = scipy.stats.shapiro(values)
            yield Case("shapiro", [values], [theirs.statistic, theirs.pvalue], relative=1e-3,
                       absolute=1e-7)
    random = np.random.default_rng(6)
    for n in [3, 4, 5, 6, 10, 11, 12, 13, 50, 999, 5000]:
        for values in (random.normal(0, 1, n), random.exponential(1, n)):
            yield Case("shapiro", [values], list(royston(values)), absolute=1e-15)
    yield Case("shapiro", [random.normal(0, 1, 5001)], None)
    yield Case("shapiro", [[1.0, 2.0]], None)
    yield Case("shapiro", [CONSTANT], None)


def royston(values):
    """AS R94 from the paper's formulas, in double precision."""
    n = len(values)
    values = np.sort(values) - np.median(values)
    scores = scipy.stats.norm.ppf((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    x = 1 / np.sqrt(n)
    normed = scores / np.sqrt(scores @ scores)
    last = normed[-1] + np.polyval([-2.706056, 4.434685, -2.07119, -0.147981, 0.221157, 0], x)
    second = normed[-2] + np.polyval([-3.582633, 5.682633, -1.752461, -0.293762, 0.042981, 0], x)
    if n == 3:
        a = np.array([-np.sqrt(0.5), 0, np.sqrt(0.5)])
    elif n <= 5:
        phi = (scores @ scores - 2 * scores[-1] ** 2) / (1 - 2 * last ** 2)
        a = np.concatenate([[-last], scores[1:-1] / np.sqrt(phi), [last]])
    else:
        phi = ((scores @ scores - 2 * scores[-1] ** 2 - 2 * scores[-2] ** 2)
               / (1 - 2 * last ** 2 - 2 * second ** 2))
        a = np.concatenate([[-last, -second], scores[2:-2] / np.sqrt(phi), [second, last]])
    residual = values - values.mean()
    residual = residual / np.sqrt(residual @ residual)
    a = a / np.sqrt(a @ a)
    rest = (1 - a @ residual) * (1 + a @ residual)
    if n == 3:
        return 1 - rest, max(0, 6 / np.pi * (np.arcsin(np.sqrt(1 - rest)) - np.pi / 3))
    y = np.log(rest)
    if n <= 11:
        limit = 0.459 * n - 2.273
        if y >= limit:
            return 1 - rest, 0.0
        y = -np.log(limit - y)
        mean = np.polyval([-6.714e-4, 0.025054, -0.39978, 0.544], n)
        deviation = np.exp(np.polyval([-0.0020322, 0.062767, -0.77857, 1.3822], n))
    else:
        mean = np.polyval([0.0038915, -0.083751, -0.31082, -1.5861], np.log(n))
        deviation = np.exp(np.polyval([0.0030302, -0.082676, -0.4803], np.log(n)))
    return 1 - rest, scipy.stats.norm.sf((y - mean) / deviation)


def tables():
    for a, n, b, m in [(3, 10, 9, 12), (0, 5, 5, 5), (1, 1, 0, 1), (90, 100, 85, 100), (2, 9, 3, 11),
                       (997, 1000, 985, 1000), (1, 4, 2, 400), (50, 100, 50, 100), (0, 30, 1, 30),
                       (5000, 9000, 5300, 9100), (20, 20, 1, 20), (12, 400, 3, 90)]:
        table = [[a, n - a], [b, m - b]]
        for name, yates in [("chi_square", False), ("chi_square_yates", True)]:
            statistic, p, _, _ = scipy.stats.chi2_contingency(table, correction=yates)
            yield Case(name, [[a, n, b, m]], [statistic, p], absolute=1e-15)
        yield Case("fisher_exact", [[a, n, b, m]], scipy.stats.fisher_exact(table)[1])
    for name in ["chi_square", "chi_square_yates"]:
        yield Case(name, [[5, 5, 7, 7]], [0, 1])
        yield Case(name, [[0, 0, 1, 2]], None)
    yield Case("fisher_exact", [[0, 5, 0, 7]], 1)
    yield Case("fisher_exact", [[0, 0, 1, 2]], None)


def adjustments():
    """SciPy 1.10 has neither; these are the definitions, value by value."""
    random = np.random.default_rng(7)
    for p in [[0.01, 0.04, 0.03, 0.005], [0.5], [1.0, 1.0], [0.02, 0.02, 0.02], random.beta(0.3, 2, 40)]:
        p = np.array(p)
        holm = [max(min(1, q * (len(p) - (p < q).sum())) for q in p[p <= own]) for own in p]
        yield Case("holm", [p], holm)
        found = [min(min(1, q * len(p) / (p <= q).sum()) for q in p[p >= own]) for own in p]
        yield Case("benjamini_hochberg", [p], found)
