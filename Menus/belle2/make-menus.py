#!/usr/bin/env python3
"""Makes the menus of the Belle II level-1 trigger from the tables in this folder.

    make-menus.py [FOLDER]      writes belle2-ftd36.yaml, belle2-ftd26.yaml and their prescale tables there;
                                the folder above this one if none is given

The tables give each line as a sum of products of input bits, version 36 also in words. The menus hold the words; where
there are none (version 26) they are found from the sum. Either way the words are compared with the sum of products
for every combination of their input bits, and a line on which the two differ ends the program: nothing is written.
"""

import itertools
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Binary numbers, least significant bit first; the other names with _0, _1, ... are one bit per value.
PACKED = {"clst", "klm", "eklm", "bha_theta"}


def read_table(name):
    """The rows of a tab-separated table as dictionaries."""
    lines = [line for line in (HERE / name).read_text().splitlines() if not line.startswith("#")]
    head = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:]]
    for row in rows:
        if len(row) != len(head):
            sys.exit(f"{name}: a row has {len(row)} cells, the head has {len(head)}: {row}")
    return [dict(zip(head, row)) for row in rows]


def read_sum(text, inputs):
    """A sum of products as a list of products, each a tuple of (input name, wanted value)."""
    if not text:
        return [()]
    return [
        tuple((inputs[int(factor.lstrip("!"))], not factor.startswith("!")) for factor in product.split())
        for product in text.split("+")
    ]


def members(name, inputs):
    """The bits that say a number, least first: t2 -> t2_0 t2_1 t2_2 t2_3."""
    found = [bit for bit in inputs if re.fullmatch(re.escape(name) + r"_\d+", bit)]
    return sorted(found, key=lambda bit: int(bit.rsplit("_", 1)[1]))


class Words:
    """A condition in words: reads it and evaluates it."""

    def __init__(self, text, inputs):
        self.text = text
        self.inputs = inputs
        self.names = []
        self.tokens = re.findall(r"\w+|[<>=!()]", text)
        self.place = 0
        self.code = self.either()
        if self.place != len(self.tokens):
            sys.exit(f"cannot read '{text}' at '{self.tokens[self.place]}'")
        self.function = eval(f"lambda v: {self.code}")  # of the words and brackets matched above, nothing else

    def take(self, *wanted):
        if self.place < len(self.tokens) and self.tokens[self.place] in wanted:
            self.place += 1
            return self.tokens[self.place - 1]
        return None

    def bit(self, name):
        if name not in self.inputs:
            sys.exit(f"'{self.text}' speaks of '{name}', which is no input bit")
        if name not in self.names:
            self.names.append(name)
        return f"v[{name!r}]"

    def either(self):
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return "(" + " or ".join(parts) + ")"

    def both(self):
        parts = [self.factor()]
        while self.take("and"):
            parts.append(self.factor())
        return "(" + " and ".join(parts) + ")"

    def factor(self):
        if self.take("!", "not"):
            return f"(not {self.factor()})"
        if self.take("("):
            inner = self.either()
            self.take(")")
            return inner
        name = self.tokens[self.place]
        self.place += 1
        comparison = self.take(">", "=")
        if not comparison:
            return self.bit(name)
        number = int(self.tokens[self.place])
        self.place += 1
        bits = [self.bit(bit) for bit in members(name, self.inputs)]
        if name in PACKED:
            value = " + ".join(f"({bit} << {place})" for place, bit in enumerate(bits))
            return f"({value} {'==' if comparison == '=' else '>'} {number})"
        if comparison == "=" or not bits:
            sys.exit(f"'{self.text}': '{name}' cannot be compared")
        return "(" + " or ".join(bits[number:]) + ")"


def is_same(words, products, inputs):
    """Whether words and a sum of products agree for every combination of the bits they speak of."""
    condition = Words(words, inputs)
    names = list(dict.fromkeys(condition.names + [name for product in products for name, _ in product]))
    for values in itertools.product((False, True), repeat=len(names)):
        bits = dict(zip(names, values))
        expected = any(all(bits[name] == wanted for name, wanted in product) for product in products)
        if bool(condition.function(bits)) != expected:
            return False
    return True


def literal(name, wanted):
    return name if wanted else "!" + name


def group_of(name):
    """The number a bit belongs to, or the bit itself."""
    return re.sub(r"_\d+$", "", name)


def words_of_group(group, parts, inputs):
    """A number's part of a line in words: a comparison where one says it, else its bits."""
    if group in PACKED:
        for comparison in [f"{group}>{number}" for number in range(15)] + [f"{group}={number}" for number in range(16)]:
            if is_same(comparison, parts, inputs):
                return comparison
    if all(len(part) == 1 for part in parts):
        text = " or ".join(literal(*part[0]) for part in parts)
        return f"({text})" if len(parts) > 1 else text
    return None


def find_words(products, inputs):
    """A sum of products in words: one factor per number, or else what all products share times the rest."""
    order = list(dict.fromkeys(group_of(name) for product in products for name, _ in product))
    factors = []
    for group in order:
        parts = [tuple(factor for factor in product if group_of(factor[0]) == group) for product in products]
        factors.append(words_of_group(group, list(dict.fromkeys(parts)), inputs))
    if None not in factors:
        words = " and ".join(factors)
        if is_same(words, products, inputs):
            return words
    shared = [factor for factor in products[0] if all(factor in product for product in products)]
    rest = [" and ".join(literal(*factor) for factor in product if factor not in shared) for product in products]
    factors = [literal(*factor) for factor in shared]
    if all(rest):
        factors.insert(0, f"({' or '.join(rest)})")
    return " and ".join(factors) if factors else "true"


def run_of(name):
    """Experiment and run from which a set of prescales was in force: e16r1061 -> (16, 1061)."""
    found = re.fullmatch(r"e(\d+)r(\d+)", name)
    return int(found[1]), int(found[2])


def columns_36(lines):
    """The prescale sets of version 36: every change that is known, and those of the simulated sample."""
    changes = [dict(entry.split(":") for entry in line["prescale_changes"].split()) for line in lines]
    names = sorted({name for change in changes for name in change}, key=run_of)
    columns = {}
    for name in names:
        columns[name] = []
        for change in changes:
            earlier = [start for start in change if run_of(start) <= run_of(name)]
            columns[name].append(change[max(earlier, key=run_of)] if earlier else "-")
    columns["release_09_mc"] = [line["release_09_mc"] for line in lines]
    return columns


def menu_text(version, title, comment, lines, words, prescales):
    table = f"belle2-ftd{version}-prescales.csv"
    width = max(len(line["name"]) for line in lines)
    text = "".join(f"# {line}".rstrip() + "\n" for line in comment)
    text += f"menu: belle2-ftd{version}\nversion: {version}\ntitle: {title}\n\nlevel1:\n  budget: 30 kHz\n"
    text += f"  inputs: belle2-ftd{version}\n  unknown: masked\n  prescales: {table}\n  lines:\n"
    for line, condition, prescale in zip(lines, words, prescales):
        name = f"{line['name']},".ljust(width + 1)
        number = f"{prescale},".ljust(6)
        text += f'    - {{name: {name} prescale: {number} bits: "{condition}"}}\n'
    text += "\nhigh_level:\n  mode: accept                              # no lines: keeps what level 1 keeps\n"
    return text


def prescale_text(comment, lines, columns):
    text = "".join(f"# {line}".rstrip() + "\n" for line in comment)
    text += ",".join(["line", *columns]) + "\n"
    for place, line in enumerate(lines):
        text += ",".join([line["name"], *(values[place] for values in columns.values())]) + "\n"
    return text


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent
    files = {}
    for version in (36, 26):
        inputs = [row["name"] for row in read_table(f"ftd{version}-inputs.tsv")]
        lines = read_table(f"ftd{version}-lines.tsv")
        sums = [read_sum(line["sum_of_products"], inputs) for line in lines]
        words = [line.get("logic") or find_words(products, inputs) for line, products in zip(lines, sums)]
        for line, condition, products in zip(lines, words, sums):
            if not is_same(condition, products, inputs):
                sys.exit(f"version {version}, line {line['name']}: '{condition}' is not {line['sum_of_products']}")
        made = "Made by belle2/make-menus.py from belle2/ftd%d-lines.tsv: change those, not this." % version
        if version == 36:
            columns = columns_36(lines)
            last = "e18r781"
            about = [
                "The level-1 menu of the Belle II experiment: all 175 lines of version 36 of its final trigger decision logic,",
                "the newest that is public, in bit order, with the last public prescales (experiment 18, from run 781 on).",
            ]
            table = [
                "Prescales of the lines of belle2-ftd36.yaml: 0 = off, 1 = all, N = one in N, - = the line did not exist (off).",
                "A column is a set of prescales, named after the experiment and run from which it was in force; version 36 of the",
                "logic itself is in force from experiment 16 run 1133 on, so that the columns before e16r1062 give the prescales",
                "of the lines of the same names in older versions. release_09_mc: the simulated sample of software release 09.",
            ]
        else:
            last = "e12r6373"
            columns = {last: [line[last] for line in lines]}
            about = [
                "The level-1 menu of the Belle II experiment, version 26 of its final trigger decision logic (experiment 12",
                "run 1859 to the end of experiment 13): all 160 lines in bit order, prescales from experiment 12 run 6373 on.",
                "The lines ff30, fs30, ss30 and itsf_b2b hold each other's conditions: so they were published and evaluated.",
            ]
            table = [
                "Prescales of the lines of belle2-ftd26.yaml: 0 = off, 1 = all, N = one in N. A column is a set of prescales, named",
                "after the experiment and run from which it was in force. Earlier sets of this version are not in the tables here.",
            ]
        about += ["Sources: belle2/ftd%d-lines.tsv." % version, made]
        title = f"Level 1 of Belle II, decision logic version {version}, prescales {last}"
        files[f"belle2-ftd{version}.yaml"] = menu_text(version, title, about, lines, words, columns[last])
        files[f"belle2-ftd{version}-prescales.csv"] = prescale_text(table + [made], lines, columns)
    for name, text in files.items():
        (folder / name).write_text(text)


main()
