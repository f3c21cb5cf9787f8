"""What is trained for each search, on which samples."""

# Of each search:
#   channel        gives the candidates
#   particle       code of the new particle in the truth; near: how far from it a candidate is signal, in the unit of the variable
#   variable       what the ranges are of; power: its power of the mass; daughter: mass of the daughters if it is a reduced mass
#   ranges, nodes  of the networks; decay: of their weights
#   least          signal efficiency that a cut keeps
#   points         of the cut in a range; peaked: whether the background peaks there
#   loosened       a condition of the selection, and what stands in its place to train and for the card where too little is left
#   signal, background: samples as (what makes it, events to train, events to test) with {seed}, {events}, {file} and {generator}
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
