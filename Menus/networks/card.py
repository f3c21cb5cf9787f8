"""Writes the performance card of the networks in force: tables for README.md and the picture resolution.svg.

    python3 Menus/networks/card.py near-test.arrow far-test.arrow Menus/networks/resolution.svg

Both files are written by `sluice study network-inputs` from streams that no network was trained on: tracks from near the
interaction point, and tracks of beam background. All results are the trigger's own, in fixed point. Needs numpy and pyarrow.
"""

import sys

import numpy
import pyarrow.ipc

MOMENTA = [0.25, 0.4, 0.6, 0.9, 1.3, 2, 3, 4]
MISSING = ["none", "7", "5", "3", "1"]


def read(path):
    with pyarrow.ipc.open_file(path) as file:
        table = file.read_all()
    return {name: table[name].to_numpy() for name in table.column_names if name != "inputs"}


def width(values):
    """Half width that holds 68.3 % of the values, and its statistical error from halves of the sample."""
    values = values[numpy.isfinite(values)]
    if len(values) < 50:
        return numpy.nan, numpy.nan
    parts = [numpy.quantile(numpy.abs(values[start::8]), 0.683) for start in range(8)]
    return numpy.quantile(numpy.abs(values), 0.683), numpy.std(parts, ddof=1) / numpy.sqrt(8)


def fraction(passed):
    """A fraction with its Wilson interval at 68 %."""
    count = len(passed)
    if count == 0:
        return "-"
    share = numpy.mean(passed)
    centre = (share + 0.5 / count) / (1 + 1 / count)
    half = numpy.sqrt(share * (1 - share) / count + 0.25 / count**2) / (1 + 1 / count)
    return f"{share:.4f} ({max(centre - half, 0):.4f} to {min(centre + half, 1):.4f})"


def rows(table, near):
    for low, high in zip(MOMENTA, MOMENTA[1:]):
        cut = (near["pt"] >= low) & (near["pt"] < high)
        yield low, high, {name: values[cut] for name, values in near.items()}


def picture(points, path):
    """Resolution in z against transverse momentum: networks and straight-line fit."""
    left, top, right, bottom = 60, 20, 440, 260
    largest = 10

    def place(momentum, value):
        x = left + (right - left) * momentum / MOMENTA[-1]
        return x, bottom - (bottom - top) * value / largest

    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 310" font-family="sans-serif" font-size="12">',
        '<rect width="460" height="310" fill="white"/>',
        f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="black"/>',
    ]
    for tick in range(0, largest + 1, 2):
        x, y = place(0, tick)
        lines.append(f'<text x="{x - 8}" y="{y + 4:.0f}" text-anchor="end">{tick}</text>')
    for tick in range(0, 5):
        x, y = place(tick, 0)
        lines.append(f'<text x="{x:.0f}" y="{y + 18}" text-anchor="middle">{tick}</text>')
    lines.append(f'<text x="250" y="{bottom + 38}" text-anchor="middle">transverse momentum [GeV]</text>')
    lines.append('<text transform="translate(22 140) rotate(-90)" text-anchor="middle">z: 68 % within [cm]</text>')
    for name, colour, column, offset in [("straight-line fit", "#888", 1, 0), ("networks", "#0060a0", 2, 18)]:
        for (low, high), *values in points:
            value, error = values[column - 1]
            if not numpy.isfinite(value):
                continue
            x0, y = place(low, value)
            x1, _ = place(high, value)
            _, y0 = place(0, value - error)
            _, y1 = place(0, value + error)
            middle = (x0 + x1) / 2
            lines.append(
                f'<path d="M{x0:.1f} {y:.1f}H{x1:.1f}M{middle:.1f} {y0:.1f}V{y1:.1f}" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="320" y="{top + 12 + offset}" fill="{colour}">{name}</text>')
    lines.append("</svg>")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    near, far = read(sys.argv[1]), read(sys.argv[2])
    points = []
    print(f"{len(near['z'])} tracks with |z| < 20 cm\n")
    print("| pT, GeV | tracks | with network | z, 68 % within, cm | fit, cm | theta, deg | abs(z) < 20 found, of true abs(z) < 15 |")
    print("|---|---|---|---|---|---|---|")
    for low, high, part in rows(MOMENTA, near):
        z, error = width(part["neural_z"] - part["z"])
        fit, fit_error = width(part["fitted_z"] - part["z"])
        theta, _ = width(numpy.degrees(part["neural_theta"] - part["theta"]))
        central = numpy.abs(part["z"]) < 15
        found = numpy.abs(part["neural_z"][central]) < 20
        points.append(((low, high), (fit, fit_error), (z, error)))
        print(
            f"| {low} to {high} | {len(part['z'])} | {numpy.mean(part['network'] < 255):.3f} | {z:.2f} ± {error:.2f} "
            f"| {fit:.1f} | {theta:.1f} | {fraction(found)} |")
    print("\n| without super-layer | tracks | z, 68 % within, cm | theta, deg |\n|---|---|---|---|")
    for network, name in enumerate(MISSING):
        cut = near["network"] == network
        z, error = width((near["neural_z"] - near["z"])[cut])
        theta, _ = width(numpy.degrees(near["neural_theta"] - near["theta"])[cut])
        print(f"| {name} | {cut.sum()} | {z:.2f} ± {error:.2f} | {theta:.1f} |")
    print(f"\n{len(far['z'])} tracks of beam background\n")
    print("| true abs(z), cm | tracks | abs(z) < 20 by networks | abs(z) < 35 by fit |\n|---|---|---|---|")
    for low, high in [(0, 15), (15, 25), (25, 40), (40, 60), (60, 120)]:
        cut = (numpy.abs(far["z"]) >= low) & (numpy.abs(far["z"]) < high)
        print(
            f"| {low} to {high} | {cut.sum()} | {fraction(numpy.abs(far['neural_z'][cut]) < 20)} "
            f"| {fraction(numpy.abs(far['fitted_z'][cut]) < 35)} |")
    print(f"| all | {len(far['z'])} | {fraction(numpy.abs(far['neural_z']) < 20)} | {fraction(numpy.abs(far['fitted_z']) < 35)} |")
    picture(points, sys.argv[3])


if __name__ == "__main__":
    main()
