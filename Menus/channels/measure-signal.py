#!/usr/bin/env python3
"""Measures the signal of search channels on simulated events, through the trigger, and stores it in the channel files.

For every point of signal-samples.tsv: simulates the signal, replays it through a menu, and takes the candidates that the
channel selects. The resolution is half the width of the central 68 % of the observable about its median, of the candidate of
each event that is next to the truth; the efficiency is the share of generated events with a candidate within ten resolutions
of where the signal is, or in the signal region. Both have statistical errors: of the resolution from a hundred resamplings,
of the efficiency that of a binomial. A row whose relation is `background` gives a template its background.

    python3 Menus/channels/measure-signal.py alp-gamma-gamma-low --store
    python3 Menus/channels/measure-signal.py --all --store
"""

import argparse
import collections
import csv
import json
import math
import pathlib
import random
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent
B_MESON = 5.2794


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
    if relation.startswith("momentum"):
        hadron = float(relation.split(":")[1])
        sum2, difference2 = (hadron + mass) ** 2, (hadron - mass) ** 2
        return math.sqrt(max((B_MESON**2 - sum2) * (B_MESON**2 - difference2), 0)) / (2 * B_MESON)
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


def nearest(rows, name, centre, reach):
    """Of each event the value next to the truth: the others are wrong combinations, which lie anywhere."""
    best = {}
    for row in rows:
        distance = abs(row[name] - centre)
        if distance < min(reach, best.get(row["event"], (reach,))[0]):
            best[row["event"]] = (distance, row[name])
    return [value for _, value in best.values()]


def core(values, centre):
    """Median, resolution and its error: values far off, such as wrong pairs, are left out in eight rounds."""
    reach = float("inf")
    kept = values
    for _ in range(8):
        kept = [value for value in values if abs(value - centre) < reach]
        if len(kept) < 20:
            return None
        middle, width = half_width(kept)
        if width == 0:
            return None
        reach = 5 * width
        centre = middle
    generator = random.Random(1)
    widths = [half_width([generator.choice(kept) for _ in kept])[1] for _ in range(100)]
    mean = sum(widths) / len(widths)
    error = math.sqrt(sum((width - mean) ** 2 for width in widths) / (len(widths) - 1))
    return middle, width, error


def binomial(count, events):
    """Share and its error; that of no event at all is the one of one event."""
    share = count / events
    return share, math.sqrt(max(share * (1 - share), 1 / events) / events)


def numbers(text):
    return [float(word) for word in text.split(",")] if text != "-" else [None]


class Sample:
    """A row of signal-samples.tsv: a channel and what its signal is simulated with."""

    def __init__(self, row):
        self.channel, self.process, self.relation = row["channel"], row["process"], row["relation"]
        self.masses, self.seconds = numbers(row["masses_GeV"]), numbers(row["second_masses_GeV"])
        self.lifetimes = numbers(row["ctau_mm"])
        self.near = row["near"]
        self.events = int(row["events"])
        self.options = [] if row["options"] == "-" else row["options"].split()

    def reach(self, centre):
        """How far from the truth the peak is looked for: `a` or `a+bx`."""
        if self.near == "-":
            return float("inf")
        constant, _, slope = self.near.rstrip("x").partition("+")
        return float(constant) + float(slope or 0) * abs(centre)

    def points(self):
        for lifetime in self.lifetimes:
            for mass in self.masses:
                for second in self.seconds:
                    # An invisible h' is lighter than the A'; together they must have room.
                    if second is None or (second < mass and second + mass < 10.4):
                        yield mass, second, lifetime

    def arguments(self, mass, second, lifetime):
        found = list(self.options)
        if mass is not None:
            name = "--dark-higgs-mass" if self.process == "inelastic_dark_matter" else "--mass"
            found += [name, f"{mass:g}"]
        if second is not None:
            found += ["--dark-higgs-mass", f"{second:g}"]
        if lifetime is not None:
            name = "--dark-higgs-ctau" if self.process == "inelastic_dark_matter" else "--ctau"
            found += [name, f"{lifetime:g}"]
        return found


def replay(options, sample, point, folder):
    """The fit of a point's candidates and their observables."""
    stream = folder / "signal.arrow"
    run(
        options.sluice, "simulate", "--process", sample.process, *sample.arguments(*point), "--events",
        options.events or sample.events, "--background", options.background, "--seed", options.seed, "--force", "-o",
        stream)
    run(
        options.sluice, "replay", stream, "--menu", options.menu, "--channels", options.channels, "--output",
        folder / "replay", "--force", "--reconstruct", "all", "--workers", 1)
    table = folder / "values.csv"
    run(
        options.sluice, "fit", sample.channel, folder / "replay" / "accepted.arrow", "--channels", options.channels,
        "--unblind", "--values", table, "--json", folder / "fit.json")
    report = json.loads((folder / "fit.json").read_text())["fits"][0]
    with table.open() as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    return report, rows


def measure(options, sample, point, folder, shared):
    """What is stored of a point: a dictionary, or None with too few candidates."""
    mass, second, lifetime = point
    report, rows = replay(options, sample, point, folder)
    events = options.events or sample.events
    found = {"mass": mass, "second": second, "lifetime": lifetime, "unit": report["unit"], "method": report["method"]}
    if report["method"] == "counting":
        found["regions"] = [(region["name"], *binomial(region["candidates"], events)) for region in report["regions"]]
        return found
    if report["method"] == "template":
        found["values"] = [row[report["observable"]] for row in rows]
        found["efficiency"] = binomial(len({row["event"] for row in rows}), events)
        return found
    axes = [(report["observable"], expected(mass, sample.relation))]
    if second is not None:
        axes.append((report["second_observable"], second))
    found["axes"] = []
    for name, centre in axes:
        # The window is that of the first lifetime, as in the fit: far from the origin some candidates are known less well.
        measured = shared.get((name, mass, second)) or core(nearest(rows, name, centre, sample.reach(centre)), centre)
        if not measured:
            return None
        shared.setdefault((name, mass, second), measured)
        found["axes"].append((name, centre, *measured))

    def is_signal(row):
        return all(abs(row[name] - middle) < 10 * width for name, _, middle, width, _ in found["axes"])

    signal = [row for row in rows if is_signal(row)]
    found["efficiency"] = binomial(len({row["event"] for row in signal}), events)
    if report["method"] == "peak in slices":
        found["slices"] = [row[options.slice_name] for row in signal]
    return found


def signal_lines(points):
    """The lines below `resolution:` of each axis."""
    lifetimes = [point["lifetime"] for point in points]
    first = [point for point in points if point["lifetime"] == lifetimes[0]]
    lines = []
    for axis in range(len(first[0]["axes"])):
        unit = first[0]["unit"]
        # In a plane many points share a coordinate: their resolutions are averaged by their errors.
        groups = collections.defaultdict(list)
        for point in first:
            _, centre, _, width, error = point["axes"][axis]
            groups[centre].append((width, error))
        rows = []
        for centre in sorted(groups):
            weights = [1 / error**2 for _, error in groups[centre]]
            width = sum(weight * width for weight, (width, _) in zip(weights, groups[centre])) / sum(weights)
            rows.append(
                f"- {{ at: {centre:.5g} {unit}, sigma: {width:.3g} {unit}, error: {1 / math.sqrt(sum(weights)):.2g} {unit} }}")
        lines.append(rows)
    return lines


def efficiency_lines(points):
    lines = []
    for point in points:
        place = "" if point["mass"] is None else f"mass: {point['mass']:g} GeV, "
        if point["second"] is not None:
            place += f"second_mass: {point['second']:g} GeV, "
        if point["lifetime"] is not None:
            place += f"lifetime: {point['lifetime'] / 10:g} cm, "
        regions = point.get("regions") or [(None, *point["efficiency"])]
        for name, value, error in regions:
            region = f"region: {name}, " if name and len(regions) > 1 else ""
            lines.append(f"- {{ {region}{place}value: {value:.5f}, error: {error:.5f} }}")
    return lines


class ChannelFile:
    """A channel file as lines, of which those of one channel are changed."""

    def __init__(self, channel, folder):
        # A channel with a network has members of its own in the file of the channel without.
        self.is_network = channel.endswith("-network")
        self.locate(channel.removesuffix("-network"), folder)
        if self.is_network:
            start, end = self.find("own")
            self.range = (start, end)

    def locate(self, channel, folder):
        for path in sorted(folder.glob("*.yaml")):
            lines = path.read_text().split("\n")
            name = next(line.split(":")[1].strip() for line in lines if line.startswith("channel:"))
            starts = [index for index, line in enumerate(lines) if re.match(r"  - name: ", line)]
            begins = next((index for index, line in enumerate(lines) if line == "variants:"), len(lines))
            if name == channel and begins == len(lines):
                self.path, self.lines, self.range = path, lines, (0, len(lines))
                return
            for place, start in enumerate(starts):
                if begins < start and f"{name}-{lines[start].split(':')[1].strip()}" == channel:
                    end = starts[place + 1] if place + 1 < len(starts) else len(lines)
                    self.path, self.lines, self.range = path, lines, (start, end)
                    return
        raise SystemExit(f"no channel {channel} in {folder}")

    def find(self, key, within=None, number=0):
        """First line and end of a member, with everything below it."""
        low, high = within or self.range
        found = [
            index for index in range(low, high)
            if re.match(rf"\s*(- )?{key}:", self.lines[index])]
        if number >= len(found):
            raise SystemExit(f"{self.path}: no '{key}' to write to")
        start = found[number]
        depth = len(self.lines[start]) - len(self.lines[start].lstrip())
        end = start + 1
        while end < high and self.lines[end].strip() and len(self.lines[end]) - len(self.lines[end].lstrip()) > depth:
            end += 1
        return start, end

    def replace(self, key, rows, within=None, number=0):
        start, end = self.find(key, within, number)
        depth = len(self.lines[start]) - len(self.lines[start].lstrip())
        new = [self.lines[start][:depth] + f"{key}:"] + [" " * (depth + 2) + row for row in rows]
        self.lines[start:end] = new
        self.range = (self.range[0], self.range[1] + len(new) - (end - start))

    def say(self, key, text, within):
        """Puts `measured_with` as the first member of a mapping."""
        start, end = self.find(key, within)
        depth = len(self.lines[start]) - len(self.lines[start].lstrip()) + 2
        old = [i for i in range(start + 1, end) if re.match(rf"\s{{{depth}}}measured_with:", self.lines[i])]
        for index in old:
            del self.lines[index]
        self.lines.insert(start + 1, " " * depth + f"measured_with: {text}")
        self.range = (self.range[0], self.range[1] + 1 - len(old))

    def open(self, key):
        """Writes a mapping in braces as lines."""
        start, _ = self.find(key)
        match = re.match(r"(\s*)(\w+): \{ (.*) \}$", self.lines[start])
        if not match:
            return
        inner = match.group(1) + "  "
        new = [f"{match.group(1)}{match.group(2)}:"] + [inner + word.strip() for word in match.group(3).split(",")]
        self.lines[start : start + 1] = new
        self.range = (self.range[0], self.range[1] + len(new) - 1)

    def write(self):
        self.path.write_text("\n".join(self.lines))


def counted(values, edges):
    """Values in the bins of a template."""
    counts = [0] * edges[2]
    for value in values:
        place = math.floor((value - edges[0]) / (edges[1] - edges[0]) * edges[2])
        if 0 <= place < edges[2]:
            counts[place] += 1
    return ", ".join(map(str, counts))


def store(options, sample, points, text, folder):
    file = ChannelFile(sample.channel, folder)
    method = points[0]["method"]
    if sample.relation == "background":
        file.replace(
            "backgrounds", [f"- {{ name: {sample.process}, counts: [{counted(points[0]['values'], options.template)}] }}"],
            file.find("template"))
        file.write()
        return
    if method == "elliptical windows":
        file.say("plane", text, None)
        for number, rows in enumerate(signal_lines(points)):
            file.replace("resolution", rows, None, number)
    elif method == "template":
        file.replace(
            "signals",
            [
                f"- {{ mass: {point['mass']:g} GeV, counts: [{counted(point['values'], options.template)}] }}"
                for point in points
            ],
            file.find("template"))
    elif method != "counting" and not file.is_network:
        file.say("signal", text, None)
        file.replace("resolution", signal_lines(points)[0])
        if method == "peak in slices":
            rows = []
            for point in points:
                edges = options.slice_edges
                counts = [
                    sum(low <= value < high for value in point["slices"]) for low, high in zip(edges, edges[1:])]
                shares = [count / max(sum(counts), 1) for count in counts]
                rows.append(
                    f"- {{ at: {point['axes'][0][1]:g} {point['unit']}, "
                    f"shares: [{', '.join(f'{share:.3f}' for share in shares)}] }} # of {sum(counts)} candidates")
            file.replace("shares", rows)
    file.open("normalisation")
    file.say("normalisation", text, None)
    file.replace("efficiency", efficiency_lines(points), file.find("normalisation"))
    file.write()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("channel", nargs="*", help="channels of signal-samples.tsv")
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--store", action="store_true", help="write to the channel files; else print only")
    parser.add_argument("--events", type=int, help="for each point; else the number in the table")
    parser.add_argument("--background", default="0.2")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sluice", default=".build/release/sluice")
    parser.add_argument("--menu", default="Menus/low-multiplicity.yaml")
    parser.add_argument("--channels", default=FOLDER, type=pathlib.Path)
    options = parser.parse_args()
    # Slices and templates have the edges of their channel files.
    options.slice_name, options.slice_edges = "recoil_theta", [math.radians(d) for d in (0, 50, 90, 130, 180)]
    options.template = (0, 1.6, 32)
    with (FOLDER / "signal-samples.tsv").open() as file:
        rows = [line for line in file if not line.startswith("#")]
    samples = [Sample(row) for row in csv.DictReader(rows, delimiter="\t")]
    known = [sample.channel for sample in samples]
    for name in options.channel:
        if name not in known:
            raise SystemExit(f"no channel {name} in signal-samples.tsv; known: {', '.join(known)}")
    for sample in samples:
        if not (options.all or sample.channel in options.channel):
            continue
        points, shared = [], {}
        with tempfile.TemporaryDirectory() as folder:
            for point in sample.points():
                found = measure(options, sample, point, pathlib.Path(folder), shared)
                words = " ".join(f"{name} {value:g}" for name, value in zip(("mass", "second", "ctau"), point) if value is not None)
                if found is None:
                    print(f"{sample.channel} {words}: fewer than 20 candidates, not measured", flush=True)
                    continue
                points.append(found)
                for name, centre, middle, width, error in found.get("axes", []):
                    print(
                        f"{sample.channel} {words}: {name} {centre:.5g}, peak off by {middle - centre:.3g}, "
                        f"resolution {width:.3g} +- {error:.2g} {found['unit']}", flush=True)
                for name, value, error in found.get("regions") or [("", *found["efficiency"])]:
                    print(f"{sample.channel} {words}: {name} efficiency {value:.4f} +- {error:.4f}", flush=True)
        if options.store and points:
            events = options.events or sample.events
            text = (
                f"{sample.process}, {events} events a point, background {options.background}, seed {options.seed}, "
                f"by measure-signal.py {sample.channel} --store")
            store(options, sample, points, text, options.channels)
    return 0


if __name__ == "__main__":
    sys.exit(main())
