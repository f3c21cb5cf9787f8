#!/usr/bin/env python3
"""Makes the menu of the Belle II software trigger from hlt-lines.tsv in this folder.

    make-hlt-menu.py [FOLDER]      writes belle2-hlt.yaml there; to the folder above this one if none is given

Cuts are translated from the experiment's language (GeneralCut) to that of menus: numbers that are compared with energies or
angles get their units, a variable by itself must differ from 0. Lines without a public cut, or with a variable that this
program cannot compute, are named with the reason and are no lines.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Variables with units. All others are plain numbers.
GEV = re.compile(
    r"maximumP(CMS[BC]?|Lab)|pCms(Neg|Pos)C|clusterE(Neg|Pos)C|EC(1|2|12)CMSLE|[PG](1|2|12)CMSBhabhaLE"
    r"|ENeutralLE|EtotLE|VisibleEnergyLE"
)
RAD = re.compile(r"AngleGTLE|maxAngle(TT|GG)LE")
DEG = re.compile(r"dphiCmsClust|dPhiCmsC")

# Variables that cannot be computed, with the reason.
NOT_BUILT = {
    "l1_bit_f": "version 36 of level 1 has no line fpre, for which it stands",
}

# Lines of our own, in the language of menus.
OWN = [
    (
        "displaced_vertex_flight",
        "n_vertices(2 cm < rho < 90 cm, probability > 0.005, flight_significance > 10, smaller_d0 > 1 mm,\n"
        "        not back_to_back, not k_short, not lambda, not conversion) >= 1",
        "tracks that all miss the interaction point and fly from it, without K_S, Lambda, conversions and cosmic muons",
    ),
]

HEAD = """\
# The software trigger of the Belle II experiment: the filter, which decides, and the skims, which sort what is kept, on top of level 1
# of version 36. Cuts and prescales are those of 2019, the only complete public ones, where a line says so; others are
# inferred from the names of lines and variables and are marked. What is left out stands at the end with the reason.
# Made by belle2/make-hlt-menu.py from belle2/hlt-lines.tsv: change those, not this.
menu: belle2-hlt
version: 1
title: Level 1 and software trigger of Belle II
include: belle2-ftd36.yaml

high_level:
  budget: 10 kHz
  inputs: belle2
  largest_event: {cdc_hits: 6000, svd_points: 70000}
  mode: reject                              # keep what a line accepts and none rejects
  lines:
"""


def read_table(path):
    """The rows of a tab-separated table as dictionaries."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    head = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:]]
    for row in rows:
        if len(row) > len(head):
            sys.exit(f"{path.name}: a row has {len(row)} cells, the head has {len(head)}: {row}")
    return [dict(zip(head, row + [""] * (len(head) - len(row)))) for row in rows]


def unit(variable):
    """The unit of a variable's numbers, with a space in front."""
    for pattern, name in ((GEV, " GeV"), (RAD, " rad"), (DEG, " deg")):
        if pattern.fullmatch(variable):
            return name
    return ""


def condition(cut, line):
    """A cut in the language of menus. Brackets are not used by any line, and refused."""
    if "[" in cut:
        sys.exit(f"{line}: brackets are not read here: {cut}")
    if cut in ("true", "false"):
        return cut
    return " or ".join(
        " and ".join(comparison(part.strip(), line) for part in product.split(" and "))
        for product in cut.split(" or ")
    )


def comparison(text, line):
    """One comparison, or a variable by itself."""
    match = re.fullmatch(r"(\w+)(?: (==|!=|<=|>=|<|>) (-?[\d.]+))?", text)
    if not match:
        sys.exit(f"{line}: not understood: {text}")
    variable, operator, number = match.groups()
    return f"{variable} {operator or '!='} {number or '0'}{unit(variable)}"


def missing(cut):
    """Why a cut cannot be evaluated; nothing if it can."""
    found = [f"{name}: {NOT_BUILT[name]}" for name in sorted(set(re.findall(r"\w+", cut))) if name in NOT_BUILT]
    return "; ".join(found)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent
    rows = read_table(HERE / "hlt-lines.tsv")
    text = HEAD
    absent = []
    for base in ("filter", "skim"):
        if base == "skim":
            for name, cut, note in OWN:
                text += f"    # ours: {note}\n    - name: {name}\n      when: {cut}\n"
            text += "\nskims:\n  mode: accept                              # skims never change the decision\n  lines:\n"
        for row in rows:
            if row["base"] != base:
                continue
            reason = missing(row["cut"]) if row["cut"] else row["note"]
            if reason or not row["cut"]:
                absent.append((base, row["line"], reason or "its cut is not public"))
                continue
            marks = [row["category"].lower()]
            marks.append("published" if row["source"] == "published" else "cut inferred")
            if row["prescale_source"] != row["source"]:
                marks.append(f"prescale {row['prescale_source']}")
            if row["note"]:
                marks.append(row["note"])
            text += f"    # {', '.join(marks)}\n"
            text += f'    - {{name: "{row["line"]}", prescale: {row["prescale"]},\n'
            text += f'       when: "{condition(row["cut"], row["line"])}"}}\n'
    text += "\n# Left out:\n"
    for base, line, reason in absent:
        text += f"#   {base} {line}: {reason}\n"
    (folder / "belle2-hlt.yaml").write_text(text)
    print(f"{len(rows) - len(absent)} lines, {len(absent)} left out: {folder / 'belle2-hlt.yaml'}")


if __name__ == "__main__":
    main()
