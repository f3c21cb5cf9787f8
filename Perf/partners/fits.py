"""iminuit on the fits of Tests/SignalMonitorTests/Tables: prints the nanoseconds of fitting signal and background, then
background alone, with the error of the yield, for every `stride`-th hypothesis.

binned-compiled    the histogram, cost function and gradient written by hand and compiled by numba
binned-class       the histogram, iminuit's own ExtendedBinnedNLL with a compiled model
unbinned-compiled  the list, cost function and gradient written by hand and compiled by numba
unbinned-class     the list, iminuit's own ExtendedUnbinnedNLL
"""
import csv
import math
import os
import sys
import time

# One thread, as ours.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from iminuit import Minuit, cost
from scipy.special import erf

folder, mode, stride = sys.argv[1], sys.argv[2], int(sys.argv[3])
try:
    from numba import njit
except ImportError:
    # Without the compiler the comparison would be with another thing.
    if mode.endswith("compiled"):
        sys.exit(1)

    def njit(function):
        return function


def table(name):
    with open(f"{folder}/{name}") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def crystal_ball(z, alpha, n):
    """Density and integral from minus infinity, both normalised to 1."""
    c = n / alpha / (n - 1) * math.exp(-alpha * alpha / 2)
    d = math.sqrt(math.pi / 2) * (1 + math.erf(alpha / math.sqrt(2)))
    a, b = (n / alpha) ** n * math.exp(-alpha * alpha / 2), n / alpha - alpha
    tail = np.where(z <= -alpha, b - z, 1.0)
    density = np.where(z > -alpha, np.exp(-z * z / 2), a * tail**-n)
    core = c + math.sqrt(math.pi / 2) * (erf(z / math.sqrt(2)) + math.erf(alpha / math.sqrt(2)))
    return density / (c + d), np.where(z > -alpha, core, a * tail ** (1 - n) / (n - 1)) / (c + d)


def legendre(t, order, primitive):
    out = []
    for i in range(order + 1):
        series = np.polynomial.legendre.Legendre.basis(i)
        out.append(series.integ()(t) if primitive else series(t))
    return np.array(out)


@njit
def value(p, columns, totals, counts):
    total = 0.0
    for c in range(len(p)):
        total += p[c] * totals[c]
    for k in range(len(counts)):
        mu = 0.0
        for c in range(len(p)):
            mu += p[c] * columns[c, k]
        if counts[k] > 0:
            if mu <= 0:
                return 1e100
            total -= counts[k] * math.log(mu)
    return total


@njit
def gradient(p, columns, totals, counts):
    out = totals.copy()
    for k in range(len(counts)):
        mu = 0.0
        for c in range(len(p)):
            mu += p[c] * columns[c, k]
        for c in range(len(p)):
            out[c] -= counts[k] / mu * columns[c, k]
    return out


def compiled(columns, totals, counts):
    for fixed in (False, True):
        fit = Minuit(
            lambda p: value(p, columns, totals, counts), np.append(counts.sum(), np.zeros(len(totals) - 1)),
            grad=lambda p: gradient(p, columns, totals, counts))
        fit.errordef = 0.5
        fit.strategy = 1
        fit.errors = np.full(len(totals), max(math.sqrt(counts.sum()), 1.0))
        fit.fixed[len(totals) - 1] = fixed
        fit.migrad()
        if not fixed:
            fit.hesse()


def with_class(loss, count, parameters):
    for fixed in (False, True):
        fit = Minuit(loss, *([count] + [0.0] * (parameters - 1)), name=[f"p{i}" for i in range(parameters)])
        fit.errors = np.full(parameters, max(math.sqrt(count), 1.0))
        fit.fixed[parameters - 1] = fixed
        fit.migrad()
        if not fixed:
            fit.hesse()


if mode.startswith("binned"):
    spectrum, fits = table("narrow-peak-spectrum.csv"), table("narrow-peak-fits.csv")
    edges = np.append(spectrum["low_GeV2"], spectrum["high_GeV2"][-1])
    work = []
    for j in range(0, len(fits["order"]), stride):
        first, order = int(fits["first_bin"][j]), int(fits["order"][j])
        window = edges[first : first + 201]
        integral = crystal_ball((window - fits["x_GeV2"][j]) / fits["sigma_GeV2"][j], 1.2, 5.0)[1]
        t = 2 * (window - window[0]) / (window[-1] - window[0]) - 1
        primitives = np.vstack([legendre(t, order, True) / 2, (integral - integral[0]) / (integral[-1] - integral[0])])
        columns = np.ascontiguousarray(np.diff(primitives, axis=1))
        work.append((window, primitives, columns, columns.sum(axis=1), spectrum["count"][first : first + 200]))
else:
    values, fits = np.sort(np.load(f"{folder}/two-muon-events.npy")), table("two-muon-fits.csv")
    work = []
    for row in range(0, len(fits["order"]), stride):
        low, high, order = fits["win_lo"][row], fits["win_hi"][row], int(fits["order"][row])
        mass, sigma = fits["MR_GeV"][row], fits["sigma_GeV"][row]

        def shape(x):
            a, b = crystal_ball((x - mass) / sigma, 1.4, 4.0), crystal_ball((mass - x) / sigma / 1.8, 1.6, 5.0)
            return (0.7 * a[0] + 0.3 * b[0] / 1.8) / sigma, 0.7 * a[1] + 0.3 * (1 - b[1])

        inside = np.diff(shape(np.array([low, high]))[1])[0]
        window = values[(values >= low) & (values < high)]
        t = 2 * (window - low) / (high - low) - 1
        columns = np.vstack([legendre(t, order, False) / (high - low), shape(window)[0] / inside])
        totals = np.zeros(order + 2)
        totals[0] = totals[-1] = 1
        work.append((window, None, np.ascontiguousarray(columns), totals, np.ones(len(window))))

if mode.endswith("compiled"):
    compiled(*work[0][2:])
start = time.perf_counter_ns()
for window, primitives, columns, totals, counts in work:
    if mode.endswith("compiled"):
        compiled(columns, totals, counts)
    elif mode == "binned-class":
        with_class(
            cost.ExtendedBinnedNLL(counts, window, lambda x, *p: np.dot(p, primitives)), counts.sum(), len(totals))
    else:
        with_class(
            cost.ExtendedUnbinnedNLL(window, lambda x, *p: (np.dot(p, totals), np.maximum(np.dot(p, columns), 1e-100))),
            float(len(window)), len(totals))
print(time.perf_counter_ns() - start)
