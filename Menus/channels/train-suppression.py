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
import scipy.stats
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier

SEED = 20261121
CLASSES = 10  # of an input's distribution
MENU = "Menus/low-multiplicity.yaml"
HERE = pathlib.Path(__file__).parent

# Of each search: the channels whose file has the network; ranges of the variable; how far from the truth a candidate is signal, in its unit;
# samples as (what makes it, events to train, events to test). {seed}, {events}, {file} and {generator} are filled in.
FOUR_MUONS = (
    "four-lepton-events.py --acceptance --events {events} --seed {seed}",
    "import {file} --process four_muons --cross-section '0.165 pb' --seed {seed} --background 0.2")


def simulate(process, options=""):
    return (f"simulate --process {process} --events {{events}} --seed {{seed}} --background 0.2 {options}".strip(),)


def generator(name, process):
    return (f"import {{generator}}/{name} --process {process} --events {{events}} --seed {{seed}} --background 0.2",)


SEARCHES = {
    "z-prime-mumu": {
        "channels": ["z-prime-mumu"], "particle": 32, "near": 0.06,
        "ranges": [(0, 1.1), (0.9, 2.7), (2.3, 4.7), (4.3, 6.7), (6.3, 10)],
        "signal": [(simulate("zprime_mumu", "--mass 0.22:9.6"), 9000, 6000)],
        "background": [(FOUR_MUONS, 12000, 9000)],
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
        self.channels = pathlib.Path(tempfile.mkdtemp(prefix="channels-"))
        # The channel as if its network were not trained: nothing is cut.
        for file in HERE.glob("*.yaml"):
            text = file.read_text()
            if f"networks/{search}.yaml" in text:
                text = text.replace(f"networks/{search}.yaml", "not trained")
                (self.channels / file.name).write_text(re.sub(r"(\n\s+cut:).*", r"\1 0.5", text))
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
        if len(lines) > 1:
            self.recipe.append(f"python3 Menus/channels/{lines[0]} -o {name}.hepmc3")
        self.recipe.append(f"sluice {lines[-1]} -o {name}.arrow")
        self.recipe.append(f"sluice replay {name}.arrow --menu {MENU} --reconstruct all --output {name}")
        target = pathlib.Path(f"{stem}-accepted.arrow")
        if target.exists():
            return target
        if len(commands) > 1:
            script, *rest = split(commands[0].format(**values))
            print(run(sys.executable, HERE / script, *rest, "-o", f"{stem}.hepmc3").strip(), flush=True)
        run(self.options.sluice, *split(commands[-1].format(**values)), "--force", "-o", f"{stem}.arrow")
        run(self.options.sluice, "replay", f"{stem}.arrow", "--menu", HERE.parent / pathlib.Path(MENU).name, "--channels",
            self.channels, "--reconstruct", "all", "--output", stem, "--force")
        (stem / "accepted.arrow").rename(target)
        shutil.rmtree(stem)
        for left in (f"{stem}.arrow", f"{stem}.hepmc3"):
            pathlib.Path(left).unlink(missing_ok=True)
        return target

    def candidates(self, stream, channel):
        """The candidates of a stream that pass a channel's selection: columns by name."""
        table = self.channels / "inputs.csv"
        run(self.options.sluice, "fit", f"{channel}-network", stream, "--channels", self.channels, "--network-inputs", table,
            "--json", self.channels / "fit.json")
        with table.open() as file:
            rows = csv.reader(file)
            head = next(rows)
            values = np.array([[float(value) for value in row] for row in rows]).reshape(-1, len(head))
        first, last = head.index("variable"), head.index("output")
        return {"event": values[:, 0].astype(int), "variable": values[:, first], "names": head[first + 1 : last],
                "inputs": values[:, first + 1 : last]}

    def load(self, role, split_index):
        """Candidates of all samples of a role: 0 to train, 1 to test. Of signal those near the truth."""
        parts = []
        for number, (commands, *events) in enumerate(self.settings[role]):
            seed = 100 * split_index + 10 * number + (1 if role == "signal" else 2)
            stream = self.accepted(commands, events[split_index], seed)
            for position, channel in enumerate(self.settings["channels"]):
                found = self.candidates(stream, channel)
                keep = np.isfinite(found["variable"]) & np.isfinite(found["inputs"]).all(axis=1)
                undefined = len(keep) - keep.sum()
                if role == "signal":
                    truth = self.truth(stream)[found["event"]]
                    keep &= np.abs(found["variable"] - truth) < self.settings["near"]
                part = {key: found[key][keep] for key in ("event", "variable", "inputs")}
                part["process"] = np.full(keep.sum(), number)
                # Of an event its first candidate, for the distributions of the inputs.
                part["first"] = np.concatenate([[True], np.diff(part["event"]) != 0])[: len(part["event"])]
                print(f"{role} {stream.name}: {keep.sum()} candidates of {channel} ({undefined} undefined)", flush=True)
                parts.append(part)
                names = found["names"]
        whole = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
        whole["names"] = names
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
        return self.settings.get("truth", lambda square: np.sqrt(np.maximum(square - 4 * 0.1056583755**2, 0)))(np.array(found))


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


def train(signal, background, low, high, seed, decay=3e-3):
    """A network of one range: shifts, divisors, and scikit-learn's perceptron."""
    inputs = np.concatenate([signal["inputs"], background["inputs"]])
    target = np.concatenate([np.ones(len(signal["inputs"])), np.zeros(len(background["inputs"]))])
    # As many of both, and both flat.
    weights = np.concatenate([planed(part["variable"], low, high) / len(part["variable"]) for part in (signal, background)])
    weights *= len(weights) / weights.sum()
    means = np.array([float(f"{value:.6g}") for value in inputs.mean(axis=0)])
    deviations = np.array([float(f"{max(value, 1e-6):.6g}") for value in inputs.std(axis=0)])
    perceptron = MLPClassifier(
        hidden_layer_sizes=(12,), activation="tanh", solver="lbfgs", alpha=decay * len(weights), max_iter=250,
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


def best_cut(signal, background, least):
    """The cut with the largest efficiency over the root of what background it leaves, signal efficiency at least `least`."""
    best = (-1.0, 0.0)
    for cut in np.arange(0.02, 0.981, 0.01):
        efficiency = np.mean(signal >= cut)
        if efficiency < least:
            break
        left = (np.sum(background >= cut) + 1) / len(background)
        best = max(best, (efficiency / math.sqrt(left), round(float(cut), 2)))
    return best[1]


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


def judge(ranges, networks, cuts, sample):
    """Whether each candidate passes, and the network that its inputs are counted with."""
    region, share = choose(ranges, sample["variable"])
    outputs = np.stack([output(network, sample["inputs"]) for network in networks])
    following = np.minimum(region + 1, len(ranges) - 1)
    rows = np.arange(len(region))
    mixed = (1 - share) * outputs[region, rows] + share * outputs[following, rows]
    cut = (1 - share) * np.array(cuts)[region] + share * np.array(cuts)[following]
    return mixed >= cut, np.where(share < 0.5, region, following), outputs[region, rows]


def share_text(passed, total):
    """A share with its Wilson interval at 68 %."""
    if total == 0:
        return "-"
    share = passed / total
    centre = (share + 0.5 / total) / (1 + 1 / total)
    half = math.sqrt(share * (1 - share) / total + 0.25 / total**2) / (1 + 1 / total)
    return f"{100 * share:.1f} ({100 * max(centre - half, 0):.1f} to {100 * (centre + half):.1f})"


def sculpting(values, passes, low, high, bins=10):
    """Whether the share of background that passes has structure: chi-square of a constant and of a straight line in equal-count bins.

    Returns edges, counts before and after, and (chi2, degrees of freedom, probability) of both; None with too few candidates."""
    inside = (values >= low) & (values < high)
    values, passes = values[inside], passes[inside]
    bins = min(bins, passes.sum() // 8, (~passes).sum() // 8)
    if bins < 4:
        return None
    edges = np.quantile(values, np.linspace(0, 1, bins + 1))
    index = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    before = np.bincount(index, minlength=bins)
    after = np.bincount(index, weights=passes, minlength=bins)
    centre = np.array([values[index == bin].mean() for bin in range(bins)])
    centre = (centre - centre.mean()) / max(np.ptp(centre), 1e-9)
    tests = []
    for order in (0, 1):
        # Weighted least squares, the binomial variance of the fit itself.
        design = np.stack([centre**power for power in range(order + 1)], 1)
        fitted = np.full(bins, after.sum() / before.sum())
        for _ in range(20):
            variance = np.clip(fitted * (1 - fitted), 1e-4, None) / before
            parameters = np.linalg.solve((design.T / variance) @ design, (design.T / variance) @ (after / before))
            fitted = np.clip(design @ parameters, 1e-4, 1 - 1e-4)
        chi2 = float((((after / before) - fitted) ** 2 / (np.clip(fitted * (1 - fitted), 1e-4, None) / before)).sum())
        tests.append((chi2, bins - order - 1, float(scipy.stats.chi2.sf(chi2, bins - order - 1))))
    return edges, before, after.astype(int), tests


def numbers(values):
    return "[" + ", ".join(f"{value:.6g}" for value in values) + "]"


def write_weights(path, search, settings, expressions, variable, unit, ranges, networks, references, recipe):
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


def expressions(search):
    """Inputs with their expressions, as the program tidies them, and the variable: said by the channel file."""
    for file in sorted(HERE.glob("*.yaml")):
        text = file.read_text()
        if f"networks/{search}.yaml" not in text:
            continue
        block = text[text.index("network:") :]
        inputs = re.search(r"\n(\s+)inputs:\n((?:\1\s+.*\n)+)", block)
        pairs = [line.split(":", 1) for line in inputs.group(2).splitlines()]
        variable = re.search(r"\n\s+variable: (.*)", block)
        return [(name.strip(), value.strip().strip('"')) for name, value in pairs], variable.group(1) if variable else None
    raise SystemExit(f"no channel in {HERE} names networks/{search}.yaml")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("search", choices=sorted(SEARCHES))
    parser.add_argument("--folder", default="samples", help="where samples are kept")
    parser.add_argument("--generator", default="Replay/generator", help="folder of generator files")
    parser.add_argument("--sluice", default=".build/release/sluice")
    options = parser.parse_args()
    search, settings = options.search, SEARCHES[options.search]
    samples = Samples(options, search, settings)
    inputs, variable = expressions(search)
    variable = variable or settings.get("variable", "reduced_mass")
    training = {role: samples.load(role, 0) for role in ("signal", "background")}
    recipe = list(samples.recipe)
    test = {role: samples.load(role, 1) for role in ("signal", "background")}
    assert [name for name, _ in inputs] == list(training["signal"]["names"]), "inputs of channel file and program"
    ranges, networks, cuts = settings["ranges"], [], []
    for index, (low, high) in enumerate(ranges):
        parts = {}
        for role, sample in training.items():
            inside = (sample["variable"] >= low) & (sample["variable"] <= high)
            parts[role] = {key: sample[key][inside] for key in ("variable", "inputs")}
        networks.append(train(parts["signal"], parts["background"], low, high, index))
        outputs = {role: output(networks[-1], part["inputs"]) for role, part in parts.items()}
        cuts.append(best_cut(outputs["signal"], outputs["background"], settings.get("least", 0.6)))
        print(f"{low:g} to {high:g}: {len(outputs['signal'])} signal, {len(outputs['background'])} background, cut {cuts[-1]}")
    _, region, _ = judge(ranges, networks, cuts, training["background"])
    references = []
    for index in range(len(ranges)):
        rows = training["background"]["first"] & (region == index)
        references.append([histogram(column) for column in training["background"]["inputs"][rows].T])
    path = HERE / "networks" / f"{search}.yaml"
    path.parent.mkdir(exist_ok=True)
    unit = settings.get("unit", "GeV")
    write_weights(path, search, settings, inputs, variable, unit, ranges, networks, references, recipe)
    card = write_card(search, settings, unit, ranges, networks, cuts, training, test, samples.recipe)
    (HERE / "networks" / f"{search}.md").write_text(card)
    print(card)
    print(f"cut: [{', '.join(f'{cut:g}' for cut in cuts)}]")
    shutil.rmtree(samples.channels)


def write_card(search, settings, unit, ranges, networks, cuts, training, test, recipe):
    judged = {role: judge(ranges, networks, cuts, sample) for role, sample in test.items()}
    lines = [
        f"# Background suppression of {search}", "",
        "Written by `Menus/channels/train-suppression.py`. Candidates that pass the channel's selection; samples that nothing was trained on; "
        "shares in per cent with their 68 % intervals. Area: under the curve of signal against background efficiency, 0.5 for a blind choice, "
        "of training and test sample.", "",
        f"| range, {unit} | trained on signal, background | cut | signal that passes | background that passes | rejection | area, training | area, test |",
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
            f"| {low:g} to {high:g} | {trained[0]}, {trained[1]} | {cuts[index]:g} | {share_text(*counts['signal'])} | "
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
        "The share of background that passes, in bins of equal contents of the variable, against a constant and against a straight line: a window of the fit is a small "
        "part of a range, and its polynomial follows what is smooth.", "",
        f"| range, {unit} | bins | before | after | constant: chi2 / dof, p | straight line: chi2 / dof, p |", "|---|---|---|---|---|---|"]
    values, (passes, _, _) = test["background"]["variable"], judged["background"]
    for low, high in ranges:
        found = sculpting(values, passes, low, high)
        if found is None:
            lines.append(f"| {low:g} to {high:g} | too few candidates | | | | |")
            continue
        edges, before, after, tests = found
        texts = [f"{chi2:.1f} / {dof}, {p:.3f}" for chi2, dof, p in tests]
        lines.append(f"| {low:g} to {high:g} | {len(before)} | {before.sum()} | {after.sum()} | {texts[0]} | {texts[1]} |")
    lines += ["", "## Samples", "", "The first of each are trained on, those with seeds above 100 tested on.", "", "```sh", *recipe, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
