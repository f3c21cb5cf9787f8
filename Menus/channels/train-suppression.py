#!/usr/bin/env python3
"""Trains the background suppression networks of a search, and writes their weights and their card.

    python3 Menus/channels/train-suppression.py z-prime-mumu --folder samples [--generator FOLDER]

Makes the samples of the recipe below with `sluice simulate`, `import` and `replay` (those that stand in the folder already are
taken as they are), lets `sluice fit --network-inputs` calculate the inputs as the channel file says them, trains one network for each
range of the mass, and writes Menus/channels/networks/SEARCH.yaml and SEARCH.md. Truth says which candidate of a signal event is
the signal, and nothing else. Every number of the card is of samples that nothing was trained on.

Signal and background are weighted to the same distribution of the variable that the ranges are of (planing): the mass itself tells a
network nothing. The same samples, versions and one thread give the same bytes. Needs numpy, scipy, pyarrow and scikit-learn,
and zstd for halves of generator files.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # sums in one order: the same weights
    os.environ[name] = "1"

import argparse
import shutil

from suppression.card import write_card
from suppression.files import expressions, histogram, write_cut, write_weights
from suppression.networks import cut_curve, judge, output, train, wanted_share
from suppression.samples import HERE, Samples
from suppression.searches import SEARCHES


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


if __name__ == "__main__":
    main()
