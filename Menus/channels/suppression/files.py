"""The file of the weights, and what the channel files say of the networks."""

import re
import sys

import numpy as np
import sklearn

from suppression.networks import SEED
from suppression.samples import CUT, HERE

CLASSES = 10  # of an input's distribution


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
