"""Networks, the cut on them, and how they judge candidates: as the program does it."""

import math
import warnings

import numpy as np
import scipy.optimize
import scipy.special
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

SEED = 20261121


def planed(values, low, high, bins=12):
    """Weights that make a distribution flat between two ends, mean 1 and at most 5."""
    edges = np.linspace(low, high, bins + 1)
    index = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    weights = 1 / counts[index]
    weights = np.minimum(weights / weights.mean(), 5)
    return weights / weights.mean()


def train(signal, background, low, high, seed, nodes, decay):
    """A network of one range: shifts, divisors, and scikit-learn's perceptron."""
    inputs = np.concatenate([signal["inputs"], background["inputs"]])
    target = np.concatenate([np.ones(len(signal["inputs"])), np.zeros(len(background["inputs"]))])
    # As many of both, and both flat.
    weights = np.concatenate([planed(part["variable"], low, high) / len(part["variable"]) for part in (signal, background)])
    weights *= len(weights) / weights.sum()
    means = np.array([float(f"{value:.6g}") for value in inputs.mean(axis=0)])
    deviations = np.array([float(f"{max(value, 1e-6):.6g}") for value in inputs.std(axis=0)])
    perceptron = MLPClassifier(
        hidden_layer_sizes=(nodes,), activation="tanh", solver="lbfgs", alpha=decay * len(weights), max_iter=250,
        random_state=SEED + seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        perceptron.fit((inputs - means) / deviations, target, sample_weight=weights)
    # The weights as they are written.
    for arrays in (perceptron.coefs_, perceptron.intercepts_):
        for index, array in enumerate(arrays):
            arrays[index] = np.vectorize(lambda value: float(f"{value:.6g}"))(array)
    return means, deviations, perceptron


def output(network, inputs):
    means, deviations, perceptron = network
    return perceptron.predict_proba((inputs - means) / deviations)[:, 1] if len(inputs) else np.zeros(0)


def wanted_share(signal, background, least):
    """The share of background that the best cut passes: the largest signal efficiency over the root of that share, efficiency at
    least `least`, with at least 15 candidates and half a per cent left to tell. Two digits."""
    best = (-1.0, 1.0)
    for cut in np.arange(0.02, 0.981, 0.01):
        efficiency = np.mean(signal >= cut)
        if efficiency < least or np.sum(background >= cut) < max(15, 0.005 * len(background)):
            break
        left = (np.sum(background >= cut) + 1) / len(background)
        best = max(best, (efficiency / math.sqrt(left), left))
    return float(f"{min(best[1], 1):.2g}")


def cores(ranges, values):
    """The parts of the ranges that belong to one network alone; the outermost end where the values do."""
    ends = np.quantile(values, [0.002, 0.998])
    lows = [max(ranges[0][0], ends[0])] + [high for _, high in ranges[:-1]]
    highs = [low for low, _ in ranges[1:]] + [min(ranges[-1][1], ends[1])]
    return list(zip(lows, highs))


def asked(ranges, shares, values):
    """The share of background asked for: constant in the cores, between them a straight line of its logarithm."""
    places = np.array([place for core in cores(ranges, values) for place in core])
    return np.exp(np.interp(values, places, np.log(np.repeat(shares, 2))))


def cut_curve(ranges, shares, values, outputs, count, isPeaked):
    """Cuts at points of the variable, straight lines between, above which lies the share of background that is asked for at each
    value: the regression of quantiles, so that the cut makes no structure in the spectrum."""
    parts = cores(ranges, values)
    # The ends of the spectrum, where it changes most, have twice as many points.
    numbers = [count * (2 if index in (0, len(parts) - 1) else 1) for index in range(len(parts))]
    points = []
    for (low, high), number in zip(parts, numbers):
        # At equal distances, or where the spectrum peaks at equal contents.
        inside = values[(values >= low) & (values <= high)]
        points.append(
            np.quantile(inside, np.linspace(0, 1, number)) if isPeaked else np.linspace(low, high, number))
        points[-1][[0, -1]] = low, high
    points = np.unique(np.concatenate(points))
    inside = np.clip(values, points[0], points[-1])
    index = np.clip(np.searchsorted(points, inside, side="right") - 1, 0, len(points) - 2)
    share = (inside - points[index]) / (points[index + 1] - points[index])
    level = 1 - asked(ranges, shares, values)
    soft = 0.01  # of the output: the corner of the loss is rounded that much

    def loss(cuts):
        """The loss of quantiles, level u for u > 0 and (level - 1) u below, and its gradient."""
        u = outputs - ((1 - share) * cuts[index] + share * cuts[index + 1])
        slope = level - scipy.special.expit(-u / soft)
        gradient = np.bincount(index, -slope * (1 - share), len(cuts)) + np.bincount(index + 1, -slope * share, len(cuts))
        return (level * u + soft * np.logaddexp(0, -u / soft)).sum() / len(u), gradient / len(u)

    start = np.full(len(points), np.quantile(outputs, level.mean()))
    solved = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500, "ftol": 1e-12})
    cuts = np.clip(solved.x, 0, 1)
    return [float(f"{point:.4g}") for point in points], [round(float(cut), 3) for cut in cuts]


def choose(ranges, values):
    """Region and share of the next one, as the program does it."""
    region = np.zeros(len(values), int)
    for index, (_, high) in enumerate(ranges[:-1]):
        region[values > high] = index + 1
    share = np.zeros(len(values))
    for index in range(len(ranges) - 1):
        low, high = ranges[index + 1][0], ranges[index][1]
        inside = (region == index) & (values > low) & (high > low)
        share[inside] = (values[inside] - low) / (high - low)
    return region, share


def judge(ranges, networks, cut, sample):
    """Whether each candidate passes, the network that its inputs are counted with, and the output."""
    region, share = choose(ranges, sample["variable"])
    outputs = np.stack([output(network, sample["inputs"]) for network in networks])
    following = np.minimum(region + 1, len(ranges) - 1)
    rows = np.arange(len(region))
    mixed = (1 - share) * outputs[region, rows] + share * outputs[following, rows]
    passes = np.ones(len(mixed), bool) if cut is None else mixed >= np.interp(sample["variable"], *cut)
    return passes, np.where(share < 0.5, region, following), mixed
