#!/usr/bin/env python3
"""make-rates.py SLUICE   makes the tables of Documentation/rates.md anew

Simulates the three mixtures Replay/mixtures/rates-*.yaml, decides their events with the experiment's menu, and replaces what stands
between the marks in the page. Generator files are expected in Replay/generator.
"""

import json
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "Documentation" / "rates.md"
LUMINOSITIES = ["1e34", "5e34", "6e35"]
EXPERIMENT = "Menus/belle2-ftd36.yaml"
# The lines of the single-photon table.
PHOTON_LINES = {
    "lml6": "E* > 1 GeV in the barrel, nothing else above 0.3 GeV",
    "lml7": "the same in the endcaps",
    "lml1": "E* > 2 GeV in the barrel, no Bhabha veto",
    "lml2": "E* > 2 GeV in the endcaps, Bhabha veto",
    "hie": "all energy above 1 GeV, Bhabha veto",
}


def study(sluice, menu, luminosity):
    """The rates of a menu at a luminosity, as `sluice study rates --json` gives them."""
    command = [sluice, "study", "rates", "--mixture", f"Replay/mixtures/rates-{luminosity}.yaml", "--menu", menu]
    text = subprocess.run(command + ["--json", "-"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(text)["rates"]


def shown(number):
    """A rate with its error to two digits, an upper limit, or a dash."""
    if number is None:
        return "–"
    if number["value"] == 0:
        return f"< {number['high']:.2g}" if number["high"] < 100 else f"< {number['high']:.0f}"
    error = number["high"] - number["value"]
    places = max(0, 1 - int(f"{error:e}".split("e")[1])) if error > 0 else 1
    return f"{number['value']:.{places}f} ± {error:.{places}f}"


def plain(number):
    """A number of which the digits are known, never in powers of ten."""
    return f"{number:.0f}" if number >= 1000 else f"{number:.4g}"


def totals(results):
    rows = ["| | " + " | ".join(LUMINOSITIES) + " |", "|---|" + "---|" * len(LUMINOSITIES)]
    background = [f"{results[l]['conditions']['background_level']:g}" for l in LUMINOSITIES]
    rows.append("| background level | " + " | ".join(background) + " |")
    for key, name in [("rate_hz", "total, Hz"), ("physics_hz", "physics"), ("background_hz", "background")]:
        cells = [shown(results[l]["level1_total"]["after_prescale"].get(key)) for l in LUMINOSITIES]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    for process in [p["process"] for p in results[LUMINOSITIES[0]]["processes"]]:
        if process == "zero_bias":
            continue
        cells = []
        for luminosity in LUMINOSITIES:
            found = next(p for p in results[luminosity]["processes"] if p["process"] == process)
            cells.append(f"{shown(found['kept_hz'])} of {plain(found['rate_hz'])}")
        rows.append(f"| … {process} | " + " | ".join(cells) + " |")
    return rows


def lines(results):
    heads = [f"{name} at {l}" for l in LUMINOSITIES for name in ("before", "physics", "background")]
    rows = ["| line | prescale | " + " | ".join(heads) + " |", "|---|---|" + "---|" * len(heads)]
    for index, line in enumerate(results[LUMINOSITIES[0]]["level1"]):
        if line["prescale"] == 0 or line.get("masked"):
            continue
        cells = []
        for luminosity in LUMINOSITIES:
            found = results[luminosity]["level1"][index]
            after = found["after_prescale"]
            cells += [shown(found["before_prescale"].get("rate_hz"))]
            cells += [shown(after.get("physics_hz")), shown(after.get("background_hz"))]
        rows.append(f"| {line['line']} | {line['prescale']:g} | " + " | ".join(cells) + " |")
    masked = [l["line"] for l in results[LUMINOSITIES[0]]["level1"] if l.get("masked") and l["prescale"] > 0]
    if masked:
        rows += ["", "Switched on, but masked since their inputs are not built: " + ", ".join(masked) + "."]
    return rows


def photons(results):
    """Cross-sections of the single-photon lines, process by process, in nb."""
    heads = [f"physics at {l}, nb" for l in LUMINOSITIES] + ["background at 5e34, Hz", "of physics at 5e34, nb"]
    rows = ["| line | " + " | ".join(heads) + " |"]
    rows.append("|---|" + "---|" * (len(LUMINOSITIES) + 2))
    for name, meaning in PHOTON_LINES.items():
        cells = []
        for luminosity in LUMINOSITIES:
            line = next(l for l in results[luminosity]["level1"] if l["line"] == name)
            physics = line["before_prescale"].get("physics_hz")
            scale = 10 * results[luminosity]["conditions"]["luminosity_1e34"]
            cells.append(shown({key: physics[key] / scale for key in ("value", "low", "high")}))
        line = next(l for l in results["5e34"]["level1"] if l["line"] == name)
        cells.append(shown(line["before_prescale"].get("background_hz")))
        rates = [(n["value"] / 50, p) for p, n in line["by_process_hz"].items() if p != "zero_bias"]
        parts = [(p, value) for value, p in sorted(rates, reverse=True)]
        cells.append(", ".join(f"{p} {value:.2g}" for p, value in parts[:5]))
        rows.append(f"| `{name}`: {meaning} | " + " | ".join(cells) + " |")
    return rows


def replace(page, mark, rows):
    start, end = f"<!-- {mark}: made by Scripts/make-rates.py -->", f"<!-- end of {mark} -->"
    head, rest = page.split(start)
    return head + start + "\n" + "\n".join(rows) + "\n" + end + rest.split(end)[1]


def main():
    sluice = sys.argv[1] if len(sys.argv) > 1 else ".build/release/sluice"
    begin = time.monotonic()
    experiment = {l: study(sluice, EXPERIMENT, l) for l in LUMINOSITIES}
    seconds = time.monotonic() - begin
    page = PAGE.read_text()
    page = replace(page, "totals", totals(experiment))
    page = replace(page, "photons", photons(experiment))
    page = replace(page, "lines", lines(experiment))
    PAGE.write_text(page)
    print(f"{PAGE.relative_to(ROOT)}: made in {seconds:.0f} s")


if __name__ == "__main__":
    main()
