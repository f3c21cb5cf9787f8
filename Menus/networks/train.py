"""Trains the five networks of the neural track trigger.

    python3 Menus/networks/train.py inputs.arrow [more.arrow ...] Sources/Detector/Tables/cdc_z_networks.tsv

inputs.arrow is written by `sluice study network-inputs`: the 27 inputs of each track, as the trigger computes them, and the
truth. The same inputs, seed and versions give the same weights. Needs scikit-learn, numpy and pyarrow; see README.md.
"""

import sys
import warnings

import numpy
import pyarrow.ipc
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

SEED = 20261
MISSING = [None, 7, 5, 3, 1]  # stereo super-layer without segment, network by network
NODES = 81
# Learning rate and passes over the sample with it.
SCHEDULE = [(2e-3, 12), (1e-3, 12), (5e-4, 12), (2e-4, 12), (1e-4, 12)]
UNIT = 4096  # of an input


def read(path):
    """Inputs (n x 27), networks and targets (n x 2) of a file."""
    with pyarrow.ipc.open_file(path) as file:
        table = file.read_all()
    inputs = table["inputs"].combine_chunks().flatten().to_numpy().reshape(-1, 27) / UNIT
    z = numpy.clip(table["z"].to_numpy() / 100, -1, 1)
    theta = (numpy.degrees(table["theta"].to_numpy()) - 90) / 80
    return inputs, table["network"].to_numpy(), numpy.stack([z, theta], axis=1)


def sample(inputs, networks, targets, network):
    """The tracks a network learns from: those it is meant for, and complete ones without that super-layer."""
    if network == 0:
        own = networks == 0
        return inputs[own], targets[own]
    own = (networks == network) | (networks == 0)
    inputs = inputs[own].copy()
    first = 3 * MISSING[network]
    inputs[:, first : first + 3] = 0
    return inputs, targets[own]


def train(inputs, targets, network):
    perceptron = MLPRegressor(
        hidden_layer_sizes=(NODES,), activation="tanh", solver="adam", alpha=1e-6, batch_size=512, shuffle=True,
        random_state=SEED + network, warm_start=True, tol=0, n_iter_no_change=10_000)
    for rate, passes in SCHEDULE:
        perceptron.set_params(learning_rate_init=rate, max_iter=passes)
        perceptron.fit(inputs, targets)
    return perceptron


def rows(perceptron, network):
    """The weights as rows of the table, one for each node."""
    weights, outputs = perceptron.coefs_
    biases, constants = perceptron.intercepts_
    name = "none" if MISSING[network] is None else str(MISSING[network])
    for node in range(NODES):
        numbers = [biases[node], *weights[:, node], *outputs[node]]
        yield "\t".join([name, str(node)] + [f"{number:.6g}" for number in numbers])
    yield "\t".join([name, "constant", "0"] + ["0"] * 27 + [f"{number:.6g}" for number in constants])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    parts = [read(path) for path in sys.argv[1:-1]]
    inputs, networks, targets = (numpy.concatenate(column) for column in zip(*parts))
    warnings.simplefilter("ignore", ConvergenceWarning)
    lines = [
        "# Weights of the neural track trigger: 27 inputs, 81 nodes (tanh), z in units of 100 cm, theta - 90 deg in units of 80 deg.",
        f"# Trained by Menus/networks/train.py on {len(inputs)} simulated tracks, seed {SEED}, scikit-learn {sklearn.__version__}, "
        f"numpy {numpy.__version__}. Recipe: Menus/networks/README.md.",
    ]
    names = [f"{kind}_{layer}" for layer in range(9) for kind in ("phi", "arc", "time")]
    lines.append("\t".join(["missing_super_layer", "node", "bias", *names, "to_z", "to_theta"]))
    for network in range(len(MISSING)):
        chosen, wanted = sample(inputs, networks, targets, network)
        perceptron = train(chosen, wanted, network)
        deviation = 100 * (perceptron.predict(chosen)[:, 0] - wanted[:, 0])
        width = numpy.quantile(numpy.abs(deviation), 0.683)
        print(f"without {MISSING[network]}: {len(chosen)} tracks, 68 % within {width:.2f} cm", flush=True)
        lines += rows(perceptron, network)
    with open(sys.argv[-1], "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
