#!/usr/bin/env python3
"""Measures the signal efficiency and resolution of a search channel on simulated signal, through the trigger.

For each mass: simulates signal events, replays them through a menu, takes the candidates that the channel selects, and
prints the lines that go into the channel file. The resolution is half the width of the central 68 % of the observable about
its median, the efficiency the share of generated events with a candidate within ten resolutions of where the signal
belongs; both with statistical errors.

    python3 Menus/channels/measure-signal.py alp-gamma-gamma-low --process alp_gammagamma --masses 0.3,0.5,1,2,4,6
"""

import argparse
import csv
import json
import math
import pathlib
import random
import subprocess
import tempfile


def run(*arguments):
    outcome = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)
    if outcome.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}\n{outcome.stderr}")
    return outcome.stdout


def expected(mass, relation):
    """The observable of a particle of a mass."""
    if relation == "squared":
        return mass * mass
    if relation.startswith("reduced"):
        daughter = float(relation.split(":")[1])
        return math.sqrt(max(mass * mass - 4 * daughter * daughter, 0))
    return mass


def half_width(values):
    """Median and half the width of the central 68.27 %."""
    ordered = sorted(values)

    def quantile(share):
        place = share * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    return quantile(0.5), 0.5 * (quantile(0.84135) - quantile(0.15865))


def core(values, centre):
    """Median, resolution and its error: values far off, such as wrong pairs, are left out in three rounds."""
    reach = float("inf")
    kept = values
    for _ in range(8):
        kept = [value for value in values if abs(value - centre) < reach]
        if len(kept) < 20:
            return None
        middle, width = half_width(kept)
        reach = 5 * width
        centre = middle
    generator = random.Random(1)
    widths = [half_width([generator.choice(kept) for _ in kept])[1] for _ in range(100)]
    mean = sum(widths) / len(widths)
    error = math.sqrt(sum((width - mean) ** 2 for width in widths) / (len(widths) - 1))
    return middle, width, error


def measure(options, mass, folder):
    stream = folder / "signal.arrow"
    masses = [] if options.fixed_mass else ["--mass", mass]
    run(
        options.sluice, "simulate", "--process", options.process, *masses, "--events", options.events,
        "--background", options.background, "--seed", options.seed, "--force", "-o", stream, *options.simulate)
    run(
        options.sluice, "replay", stream, "--menu", options.menu, "--channels", options.channels, "--output",
        folder / "replay", "--force", "--reconstruct", "all")
    table = folder / "values.csv"
    run(
        options.sluice, "fit", options.channel, folder / "replay" / "accepted.arrow", "--channels", options.channels,
        "--values", table, "--json", folder / "fit.json")
    report = json.loads((folder / "fit.json").read_text())["fits"][0]
    with table.open() as file:
        rows = [(int(row["event"]), float(row[report["observable"]])) for row in csv.DictReader(file)]
    centre = expected(mass, options.relation)
    # Wrong combinations lie anywhere: the search for the peak begins within a fifth of the range about the truth.
    near = [value for _, value in rows if abs(value - centre) < options.near]
    found = core(near, centre)
    if not found:
        return None
    middle, width, error = found
    events = {event for event, value in rows if abs(value - middle) < 10 * width}
    efficiency = len(events) / options.events
    spread = math.sqrt(max(efficiency * (1 - efficiency), 1 / options.events) / options.events)
    return {
        "mass": mass, "at": centre, "bias": middle - centre, "sigma": width, "sigma_error": error,
        "efficiency": efficiency, "efficiency_error": spread, "unit": report["unit"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("channel")
    parser.add_argument("--process", required=True, help="signal of 'sluice simulate --process'")
    parser.add_argument("--masses", required=True, help="in GeV, with commas")
    parser.add_argument("--fixed-mass", action="store_true", help="the process has no mass to choose; --masses says which it is")
    parser.add_argument("--relation", default="mass", help="mass, squared, or reduced:MASS of a daughter in GeV")
    parser.add_argument("--near", type=float, default=float("inf"), help="candidates this near to the truth are looked at")
    parser.add_argument("--events", type=int, default=2000, help="for each mass")
    parser.add_argument("--background", default="0.2")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sluice", default=".build/release/sluice")
    parser.add_argument("--menu", default="Menus/low-multiplicity.yaml")
    parser.add_argument("--channels", default="Menus/channels")
    parser.add_argument("--simulate", default=[], type=str.split, help="more options of 'sluice simulate'")
    options = parser.parse_args()
    points = []
    with tempfile.TemporaryDirectory() as folder:
        for mass in map(float, options.masses.split(",")):
            point = measure(options, mass, pathlib.Path(folder))
            if point is None:
                print(f"# {mass:g} GeV: fewer than 20 candidates, not measured")
                continue
            points.append(point)
            print(f"# {mass:g} GeV: peak off by {point['bias']:.3g} {point['unit']}", flush=True)
    print("resolution:")
    for point in points:
        unit = point["unit"]
        print(
            f"  - {{ at: {point['at']:.4g} {unit}, sigma: {point['sigma']:.3g} {unit}, "
            f"error: {point['sigma_error']:.2g} {unit} }}")
    print("efficiency:")
    for point in points:
        print(
            f"  - {{ mass: {point['mass']:g} GeV, value: {point['efficiency']:.4f}, "
            f"error: {point['efficiency_error']:.4f} }}")
    print(f"measured_with: {options.process}, {options.events} events a mass, background {options.background}, seed {options.seed}")


if __name__ == "__main__":
    main()
