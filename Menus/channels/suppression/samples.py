"""Samples of simulated signal and background, and the inputs of their candidates."""

import csv
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import pyarrow.ipc

MENU = "Menus/low-multiplicity.yaml"
HERE = pathlib.Path(__file__).parent.parent  # the channels
CUT = re.compile(r"(\n *cut:)[^\n]*((?:\n *- \{ at:[^\n]*)*)")


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
            script, *rest = shlex.split(commands[0].format(**values))
            print(run(sys.executable, HERE / script, *rest, "-o", f"{stem}.hepmc3").strip(), flush=True)
        run(self.options.sluice, *shlex.split(commands[-1].format(**values)), "--force", "-o", f"{stem}.arrow")
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
