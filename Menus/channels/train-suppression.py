#!/usr/bin/env python3
"""Trains the background suppression networks of a search, and writes their weights and their card.

    python3 Menus/channels/train-suppression.py z-prime-mumu --folder samples [--generator FOLDER]

Makes the samples of the recipe below with `sluice simulate`, `import` and `replay` (those that stand in the folder already are
taken as they are), lets `sluice fit --network-inputs` calculate the inputs as the channel file says them, trains one network for each
range of the mass, and writes Menus/channels/networks/SEARCH.yaml and SEARCH.md. Truth says which candidate of a signal event is
the signal, and nothing else. Every number of the card is of samples that nothing was trained on.

Signal and background are weighted to the same distribution of the variable that the ranges are of (planing): the mass itself tells a
network nothing. The same samples, versions and one thread give the same bytes. Needs numpy, scipy, pyarrow and scikit-learn.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # sums in one order: the same weights
    os.environ[name] = "1"

import argparse
import csv
import math
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pyarrow.ipc
import scipy
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier

SEED = 20261121
CLASSES = 10  # of an input's distribution
MENU = "Menus/low-multiplicity.yaml"
HERE = pathlib.Path(__file__).parent
CUT = re.compile(r"(\n *cut:)[^\n]*((?:\n *- \{ at:[^\n]*)*)")

# Of each search: the channel that gives the candidates; code of the new particle in the truth; how far from it a candidate is signal, in the
# unit of the variable; the variable, its power of the mass, or the daughter of a reduced mass; ranges of the variable; nodes of a
# network; points of the cut in a range, and whether its background peaks there; decay of the weights; the least signal efficiency; a condition that is loosened to train and for the card where too little is left; samples as (what makes it, events to train, events to test). {seed}, {events}, {file} and {generator} are filled in.
FOUR_MUONS = (
    "four-lepton-events.py --acceptance --events {events} --seed {seed}",
    "import {file} --process four_muons --cross-section '0.165 pb' --seed {seed} --background 0.2")


def simulate(process, options=""):
    return (f"simulate --process {process} --events {{events}} --seed {{seed}} --background 0.2 {options}".strip(),)


def generator(process):
    """One half of a generator file: events of even number to train, of odd number to test."""
    return ("part of {generator}/" + process.lower() + ".hepmc3.zst",
            f"import {{file}} --process {process} --events {{events}} --seed {{seed}} --background 0.2")


HADRONS_AND_TAUS = [(simulate("tautau"), 24000, 16000), (generator("qqbar"), 2000, 2000), (generator("BBbar"), 1500, 1500)]

SEARCHES = {
    "z-prime-mumu": {
        "channel": "z-prime-mumu", "particle": 32, "near": 0.06, "variable": "reduced_mass", "unit": "GeV", "daughter": 0.1056583755,
        "ranges": [(0, 1.1), (0.9, 2.7), (2.3, 4.7), (4.3, 6.7), (6.3, 10)], "nodes": 12,
        "signal": [(simulate("zprime_mumu", "--mass 0.22:9.6"), 9000, 6000)],
        "background": [(FOUR_MUONS, 12000, 9000)],
    },
    "z-prime-invisible": {
        "channel": "z-prime-invisible", "particle": 32, "near": 1.0, "variable": "recoil_mass2", "unit": "GeV2", "power": 2,
        "ranges": [(-8, 4), (2, 20), (14, 90)], "nodes": 6, "decay": 1e-2, "least": 0.75, "peaked": True,
        "signal": [(simulate("zprime_invisible", "--mass 0.1:9.5"), 5000, 3000)],
        "background": [(simulate("tautau"), 24000, 16000), (simulate("mumu"), 24000, 16000)],
    },
    "z-prime-tautau": {
        "channel": "z-prime-tautau", "particle": 32, "near": 0.15, "variable": "sqrt(recoil_mass2)", "unit": "GeV",
        "ranges": [(3, 6.2), (5.8, 8.2), (7.8, 10.4)], "nodes": 4, "points": 2, "decay": 2e-2,
        "loosened": ("positive_muon > 0.5 and negative_muon > 0.5", "positive_muon >= 0 and negative_muon >= 0"),
        "signal": [(simulate("zprime_tautau", "--mass 3.6:10"), 6000, 4000)],
        "background": [(simulate("tautau"), 24000, 16000), (generator("qqbar"), 2000, 2000)],
    },
    "leptophilic-scalar-mumu": {
        "channel": "leptophilic-scalar-mumu", "particle": 54, "near": 0.06, "variable": "reduced_mass", "unit": "GeV",
        "daughter": 0.1056583755, "ranges": [(0, 8)], "nodes": 6, "points": 4,
        "signal": [(simulate("leptophilic_scalar_mumu", "--mass 0.22:6.6"), 5000, 3000)],
        "background": HADRONS_AND_TAUS,
    },
    "leptophilic-scalar-ee": {
        "channel": "leptophilic-scalar-ee", "particle": 54, "near": 0.1, "variable": "mass", "unit": "GeV",
        "ranges": [(0, 8)], "nodes": 3, "points": 2,
        "signal": [(simulate("leptophilic_scalar_ee", "--mass 0.05:6.6"), 5000, 3000)],
        "background": HADRONS_AND_TAUS,
    },
}


def run(*arguments):
    outcome = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)
    if outcome.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}\n{outcome.stdout}{outcome.stderr}")
    return outcome.stdout


class Samples:
    """Streams of a search, made or found, and the inputs of their candidates."""

    def __init__(self, options, search, settings):
        self.options, self.search, self.settings = options, search, settings
        self.folder = pathlib.Path(options.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        # The channel as if its network were not trained: nothing is cut. As it is, and loosened.
        self.nominal, self.loose = (pathlib.Path(tempfile.mkdtemp(prefix="channels-")) for _ in range(2))
        for file in HERE.glob("*.yaml"):
            text = file.read_text()
            if f"networks/{search}.yaml" in text:
                text = re.sub(r"networks/[a-z0-9-]+\.yaml", "not trained", text)
                text = CUT.sub(r"\1 0.5", text)
                (self.nominal / file.name).write_text(text)
                if "loosened" in settings:
                    assert settings["loosened"][0] in text, "the condition to loosen"
                    text = text.replace(*settings["loosened"])
                (self.loose / file.name).write_text(text)
        self.recipe = []

    def accepted(self, commands, events, seed):
        """The accepted events of a sample."""
        words = commands[-1].split()
        process = words[words.index("--process") + 1]
        stem = self.folder / f"{process}-{events}-{seed}"
        values = {"events": events, "seed": seed, "generator": self.options.generator, "file": f"{stem}.hepmc3"}
        lines = [command.format(**{**values, "generator": "GENERATOR", "file": f"{process}-{seed}.hepmc3"})
                 for command in commands]
        name = f"{process}-{seed}"
        is_part = lines[0].startswith("part of ")
        if is_part:
            self.recipe.append(f"# {name}.hepmc3: events of {'odd' if seed > 100 else 'even'} number of {lines[0][8:]}")
        elif len(lines) > 1:
            self.recipe.append(f"python3 Menus/channels/{lines[0]} -o {name}.hepmc3")
        self.recipe.append(f"sluice {lines[-1]} -o {name}.arrow")
        self.recipe.append(f"sluice replay {name}.arrow --menu {MENU} --reconstruct all --output {name}")
        target = pathlib.Path(f"{stem}-accepted.arrow")
        if target.exists():
            return target
        if is_part:
            part(commands[0].format(**values)[8:], f"{stem}.hepmc3", seed > 100)
        elif len(commands) > 1:
            script, *rest = split(commands[0].format(**values))
            print(run(sys.executable, HERE / script, *rest, "-o", f"{stem}.hepmc3").strip(), flush=True)
        run(self.options.sluice, *split(commands[-1].format(**values)), "--force", "-o", f"{stem}.arrow")
        run(self.options.sluice, "replay", f"{stem}.arrow", "--menu", HERE.parent / pathlib.Path(MENU).name, "--channels",
            self.nominal, "--reconstruct", "all", "--output", stem, "--force")
        (stem / "accepted.arrow").rename(target)
        shutil.rmtree(stem)
        for left in (f"{stem}.arrow", f"{stem}.hepmc3"):
            pathlib.Path(left).unlink(missing_ok=True)
        return target

    def candidates(self, stream, channels):
        """The candidates of a stream that pass the channel's selection: columns by name."""
        table = channels / "inputs.csv"
        run(self.options.sluice, "fit", f"{self.settings['channel']}-network", stream, "--channels", channels,
            "--network-inputs", table, "--json", channels / "fit.json")
        with table.open() as file:
            rows = csv.reader(file)
            head = next(rows)
            values = np.array([[float(value) for value in row] for row in rows]).reshape(-1, len(head))
        first, last = head.index("variable"), head.index("output")
        return {"event": values[:, 0].astype(int), "variable": values[:, first], "names": head[first + 1 : last],
                "inputs": values[:, first + 1 : last]}

    def load(self, role, part, isNominal=False):
        """Candidates of all samples of a role: 0 to train, 1 to test. Of signal those near the truth."""
        parts = []
        for number, (commands, *events) in enumerate(self.settings[role]):
            stream = self.accepted(commands, events[part], 100 * part + (1 if role == "signal" else 2))
            found = self.candidates(stream, self.nominal if isNominal else self.loose)
            keep = np.isfinite(found["variable"]) & np.isfinite(found["inputs"]).all(axis=1)
            undefined = len(keep) - keep.sum()
            if role == "signal":
                keep &= np.abs(found["variable"] - self.truth(stream)[found["event"]]) < self.settings["near"]
            chosen = {key: found[key][keep] for key in ("event", "variable", "inputs")}
            chosen["process"] = np.full(keep.sum(), number)
            # Of an event its first candidate, for the distributions of the inputs.
            chosen["first"] = np.concatenate([[True], np.diff(chosen["event"]) != 0])[: keep.sum()]
            print(f"{role} {stream.name}: {keep.sum()} candidates ({undefined} undefined)", flush=True)
            parts.append(chosen)
        whole = {key: np.concatenate([chosen[key] for chosen in parts]) for key in parts[0]}
        whole["names"] = found["names"]
        return whole

    def truth(self, stream):
        """The variable's true value of each event: the mass of the new particle, turned into the observable."""
        code = self.settings["particle"]
        found = []
        with pyarrow.ipc.open_file(stream) as file:
            for index in range(file.num_record_batches):
                column = file.get_batch(index).column("truth")
                lists, offsets = column.flatten(), np.asarray(column.offsets)
                pdg = np.asarray(lists.field("pdg"))
                px, py, pz, e = (np.asarray(lists.field(name)).astype(float) for name in ("px", "py", "pz", "energy"))
                square = e * e - px * px - py * py - pz * pz
                for low, high in zip(offsets, offsets[1:]):
                    where = np.flatnonzero(pdg[low:high] == code)
                    found.append(square[low + where[0]] if len(where) else np.nan)
        square = np.array(found)
        daughter = self.settings.get("daughter", 0)
        return np.maximum(square - 4 * daughter**2, 0) ** (0.5 * self.settings.get("power", 1))


def part(source, target, isOdd):
    """Every second event of a generator file."""
    with open(target, "w") as file:
        process = subprocess.Popen(["zstd", "-dc", source], stdout=subprocess.PIPE, text=True)
        writes = True
        for line in process.stdout:
            if line.startswith("E "):
                writes = int(line.split()[1]) % 2 == isOdd
            elif line.startswith("HepMC::"):
                writes = True
            if writes:
                file.write(line)
        if process.wait() != 0:
            raise SystemExit(f"zstd -dc {source} failed")


def split(command):
    import shlex
    return shlex.split(command)


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


def share_text(passed, total):
    """A share with its Wilson interval at 68 %."""
    if total == 0:
        return "-"
    share = passed / total
    centre = (share + 0.5 / total) / (1 + 1 / total)
    half = math.sqrt(share * (1 - share) / total + 0.25 / total**2) / (1 + 1 / total)
    return f"{100 * share:.1f} ({100 * max(centre - half, 0):.1f} to {100 * (centre + half):.1f})"


def sculpting(values, passes, low, high, expected, bins):
    """Whether the share of background that passes has structure, in bins of equal contents.

    Returns counts before and after, and (chi2, degrees of freedom, probability) of the expected share times a constant, and times a
    straight line; None with too few candidates."""
    inside = (values >= low) & (values <= high)
    values, passes, expected = values[inside], passes[inside], expected[inside]
    bins = min(bins, passes.sum() // 8, (~passes).sum() // 8)
    if bins < 4:
        return None
    edges = np.quantile(values, np.linspace(0, 1, bins + 1))
    index = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    before = np.bincount(index, minlength=bins)
    after = np.bincount(index, weights=passes, minlength=bins)
    mean = np.bincount(index, weights=expected, minlength=bins) / before
    centre = np.linspace(-0.5, 0.5, bins)
    tests = []
    for order in (0, 1):
        # Least squares with the binomial variance of the fitted share.
        design = np.stack([mean * centre**power for power in range(order + 1)], 1)
        fitted = mean * after.sum() / (mean * before).sum()
        for _ in range(20):
            fitted = np.clip(fitted, 1e-4, 1 - 1e-4)
            variance = fitted * (1 - fitted) / before
            parameters = np.linalg.solve((design.T / variance) @ design, (design.T / variance) @ (after / before))
            fitted = design @ parameters
        chi2 = float(((after / before - fitted) ** 2 / variance).sum())
        tests.append((chi2, bins - order - 1, float(scipy.stats.chi2.sf(chi2, bins - order - 1))))
    return before, after.astype(int), tests


def numbers(values):
    return "[" + ", ".join(f"{value:.6g}" for value in values) + "]"


def write_weights(path, search, expressions, variable, unit, ranges, networks, references, recipe):
    lines = [
        f"# Background suppression of {search}: written by Menus/channels/train-suppression.py, not by hand. Card: {search}.md.",
        f"networks: {search}", "version: 1", f"variable: {variable}", f"unit: {unit}", "recipe: |",
        f"  Python {sys.version.split()[0]}, numpy {np.__version__}, scikit-learn {sklearn.__version__}, seed {SEED}, one thread.",
        *[f"  {line}" for line in recipe], f"  python3 Menus/channels/train-suppression.py {search}", "inputs:"]
    for name, expression in expressions:
        lines.append(f"  - {{ name: {name}, expression: \"{expression}\" }}")
    lines.append("regions:")
    for (low, high), (means, deviations, perceptron), histograms in zip(ranges, networks, references):
        lines.append(f"  - range: [{low:g}, {high:g}]")
        lines.append(f"    means: {numbers(means)}")
        lines.append(f"    deviations: {numbers(deviations)}")
        lines.append("    layers:")
        for weights, constants in zip(perceptron.coefs_, perceptron.intercepts_):
            lines.append(f"      - constants: {numbers(constants)}")
            lines.append("        weights:")
            lines += [f"          - {numbers(node)}" for node in weights.T]
        lines.append("    reference:")
        for edges, counts in histograms:
            lines.append(f"      - {{ edges: {numbers(edges)}, counts: [{', '.join(map(str, counts))}] }}")
    path.write_text("\n".join(lines) + "\n")


def histogram(values):
    """Borders of classes of about equal contents, as they are written, and the counts."""
    edges = np.quantile(values, np.linspace(0, 1, CLASSES + 1)[1:-1])
    edges = sorted({float(f"{edge:.6g}") for edge in edges})
    # Values are single precision in the program and here.
    index = np.searchsorted(np.array(edges), values, side="right")
    return edges, np.bincount(index, minlength=len(edges) + 1)


def block(search):
    """The channel file that has a search's networks, its text, and where its 'network:' begins and ends."""
    for file in sorted(HERE.glob("*.yaml")):
        text = file.read_text()
        place = text.find(f"networks/{search}.yaml")
        if place < 0:
            continue
        start = text.rindex("network:", 0, text.rindex("\n", 0, place))
        indent = start - text.rindex("\n", 0, start) - 1
        end = re.compile(r"\n {0,%d}\S" % indent).search(text, start)
        return file, text, start, end.start() if end else len(text)
    raise SystemExit(f"no channel in {HERE} names networks/{search}.yaml")


def expressions(search):
    """Inputs with their expressions, as the channel file says them."""
    _, text, start, end = block(search)
    inputs = re.search(r"\n( +)inputs:\n((?:\1 +.*\n)+)", text[start : end + 1])
    pairs = [line.split(":", 1) for line in inputs.group(2).splitlines()]
    return [(name.strip(), value.strip().strip('"')) for name, value in pairs]


def write_cut(search, cut):
    """Puts the cut into the channel file."""
    file, text, start, end = block(search)
    found = CUT.search(text, start, end)
    indent = " " * (len(found.group(1)) - len("\ncut:") + 2)
    lines = "".join(f"\n{indent}- {{ at: {at:g}, output: {output:g} }}" for at, output in zip(*cut))
    file.write_text(text[: found.start()] + found.group(1) + lines + text[found.end() :])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("search", choices=sorted(SEARCHES))
    parser.add_argument("--folder", default="samples", help="where samples are kept")
    parser.add_argument("--generator", default="Replay/generator", help="folder of generator files")
    parser.add_argument("--sluice", default=".build/release/sluice")
    options = parser.parse_args()
    search, settings = options.search, SEARCHES[options.search]
    samples = Samples(options, search, settings)
    inputs = expressions(search)
    training = {role: samples.load(role, 0) for role in ("signal", "background")}
    recipe = list(samples.recipe)
    test = {role: samples.load(role, 1) for role in ("signal", "background")}
    assert [name for name, _ in inputs] == list(training["signal"]["names"]), "inputs of channel file and program"
    ranges, networks, shares = settings["ranges"], [], []
    for index, (low, high) in enumerate(ranges):
        parts = {}
        for role, sample in training.items():
            inside = (sample["variable"] >= low) & (sample["variable"] <= high)
            parts[role] = {key: sample[key][inside] for key in ("variable", "inputs")}
        networks.append(train(parts["signal"], parts["background"], low, high, index, settings["nodes"], settings.get("decay", 3e-3)))
        outputs = {role: output(networks[-1], part["inputs"]) for role, part in parts.items()}
        shares.append(wanted_share(outputs["signal"], outputs["background"], settings.get("least", 0.6)))
        print(f"{low:g} to {high:g}: {len(outputs['signal'])} signal, {len(outputs['background'])} background, share {shares[-1]}", flush=True)
    _, region, mixed = judge(ranges, networks, None, training["background"])
    cut = cut_curve(ranges, shares, training["background"]["variable"], mixed, settings.get("points", 3),
                    settings.get("peaked", False))
    # What a running experiment sees: the selection as it is.
    live = samples.load("background", 0, isNominal=True) if "loosened" in settings else training["background"]
    region = judge(ranges, networks, None, live)[1]
    references = []
    for index in range(len(ranges)):
        rows = live["first"] & (region == index)
        references.append([histogram(column) for column in live["inputs"][rows].T])
    path = HERE / "networks" / f"{search}.yaml"
    path.parent.mkdir(exist_ok=True)
    unit = settings["unit"]
    write_weights(path, search, inputs, settings["variable"], unit, ranges, networks, references, recipe)
    card = write_card(search, settings, unit, ranges, networks, shares, cut, training, test, samples.recipe)
    (HERE / "networks" / f"{search}.md").write_text(card)
    print(card)
    write_cut(search, cut)
    shutil.rmtree(samples.nominal)
    shutil.rmtree(samples.loose)


def write_card(search, settings, unit, ranges, networks, shares, cut, training, test, recipe):
    judged = {role: judge(ranges, networks, cut, sample) for role, sample in test.items()}
    lines = [
        f"# Background suppression of {search}", "",
        f"Written by `Menus/channels/train-suppression.py`. Candidates that pass the selection of `{settings['channel']}`"
        f"{', with `' + settings['loosened'][1] + '` in place of `' + settings['loosened'][0] + '`' if 'loosened' in settings else ''}; "
        "samples that nothing was trained on; "
        "shares in per cent with their 68 % intervals. Area: under the curve of signal against background efficiency, 0.5 for a blind choice, "
        "of training and test sample. Asked: the share of background that the cut is to pass in the part of the range that belongs to one network alone.", "",
        f"| range, {unit} | trained on signal, background | asked | signal that passes | background that passes | rejection | area, training | area, test |",
        "|---|---|---|---|---|---|---|---|"]
    for index, (low, high) in enumerate(ranges):
        areas = []
        for samples in (training, test):
            parts = []
            for role in ("signal", "background"):
                inside = (samples[role]["variable"] >= low) & (samples[role]["variable"] <= high)
                parts.append(output(networks[index], samples[role]["inputs"][inside]))
            target = np.concatenate([np.ones(len(parts[0])), np.zeros(len(parts[1]))])
            areas.append(roc_auc_score(target, np.concatenate(parts)) if len(set(target)) == 2 else math.nan)
        counts = {}
        for role, (passes, region, _) in judged.items():
            counts[role] = (int(passes[region == index].sum()), int((region == index).sum()))
        passed, total = counts["background"]
        rejection = f"{total / passed:.2f} ± {total / passed * math.sqrt(max(1 - passed / total, 0) / passed):.2f}" if passed else f"> {total / 2.3:.0f}"
        trained = [int(((s["variable"] >= low) & (s["variable"] <= high)).sum()) for s in (training["signal"], training["background"])]
        lines.append(
            f"| {low:g} to {high:g} | {trained[0]}, {trained[1]} | {100 * shares[index]:g} | {share_text(*counts['signal'])} | "
            f"{share_text(*counts['background'])} of {total} | {rejection} | {areas[0]:.3f} | {areas[1]:.3f} |")
    if len(settings["background"]) > 1:
        lines += ["", "| background | candidates | that pass |", "|---|---|---|"]
        passes = judged["background"][0]
        for number, (commands, *_) in enumerate(settings["background"]):
            own = test["background"]["process"] == number
            words = commands[-1].split()
            lines.append(f"| {words[words.index('--process') + 1]} | {own.sum()} | {share_text(int(passes[own].sum()), int(own.sum()))} |")
    lines += [
        "", "## Does the cut make structure in the background's spectrum?", "",
        "The share of background that passes, in bins of equal contents of the variable where one network decides, against a constant and against a straight line; "
        "and in the whole spectrum against the share asked for, times a constant. A window of the fit is a small part of a range.", "",
        f"| part, {unit} | bins | before | after | constant: chi2 / dof, p | straight line: chi2 / dof, p |", "|---|---|---|---|---|---|"]
    values, (passes, _, _) = test["background"]["variable"], judged["background"]
    whole = (-math.inf, math.inf)
    for low, high in cores(ranges, training["background"]["variable"]) + ([whole] if len(ranges) > 1 else []):
        expected = asked(ranges, shares, values) if (low, high) == whole else np.ones(len(values))
        found = sculpting(values, passes, low, high, expected, 20 if (low, high) == whole else 10)
        name = "whole, against the share asked for" if (low, high) == whole else f"{low:.3g} to {high:.3g}"
        if found is None:
            # Too few for bins: the distributions of those that pass and of the others.
            inside = (values >= low) & (values <= high)
            kept, left = values[inside & passes], values[inside & ~passes]
            text = "too few candidates"
            if min(len(kept), len(left)) >= 5:
                text = f"Kolmogorov-Smirnov p = {scipy.stats.ks_2samp(kept, left).pvalue:.3f}"
            lines.append(f"| {name} | none | {inside.sum()} | {len(kept)} | {text} | |")
            continue
        before, after, tests = found
        texts = [f"{chi2:.1f} / {dof}, {p:.3f}" for chi2, dof, p in tests]
        lines.append(f"| {name} | {len(before)} | {before.sum()} | {after.sum()} | {texts[0]} | {texts[1]} |")
    lines += ["", "## Samples", "", "The first of each are trained on, those with seeds above 100 tested on.", "", "```sh", *recipe, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
