#!/usr/bin/env python3
"""Thickness of the beam pipe and its surroundings outside the beryllium part: prints Sources/Detector/Tables/beam_pipe.tsv.

Dimensions are those of the experiment's public geometry description (first running period): titanium pipe with flanges and
cooling, steel support of the pixels, tantalum pipes that part into the two beam lines, tungsten and copper mounts around them, and the
tungsten shield. Paths start on the axis and run straight outwards at fixed z; cables and the carbon cones of the silicon (1 %) are
left out.
"""
import math

SECTORS = 16
# Radiation length (cm), loss of a minimum-ionising particle (MeV/cm), nuclear interaction length (cm): Particle Data Group 2024.
# The pixel support is four fifths iron.
MATERIALS = {
  "titanium": (3.560, 6.71, 27.80), "paraffin": (48.2, 1.97, 79.0), "steel": (2.20, 9.14, 21.0), "gold": (0.3344, 21.55, 10.16),
  "tantalum": (0.4094, 19.13, 11.02), "tungsten": (0.3504, 22.10, 9.946), "copper": (1.436, 12.57, 15.32),
}
HALF_HEIGHT = 1.5  # of the tantalum where it is a block

# Titanium pipe: z range, thickness of titanium and of paraffin, cm.
ROUND = [
  (-9.15, -8.70, 0.16, 0.0), (-8.70, -8.00, 1.50, 0.0), (-8.00, -7.65, 0.37, 1.13), (-7.65, -6.75, 0.22, 0.38),
  (-6.75, -2.90, 0.19, 0.06), (5.10, 10.70, 0.19, 0.06), (10.70, 11.55, 0.22, 0.38), (11.55, 11.95, 0.37, 1.13),
  (11.95, 12.65, 1.50, 0.0), (12.65, 13.65, 0.45, 0.0),
]
COATING = 0.0010
SUPPORT = [(-6.50, -3.50, 0.55), (6.70, 9.70, 0.55)]
FIXTURE = 0.5  # mean thickness of the slotted copper ring around the tungsten mounts


def in_bore(x, y, z):
  """Bores of the two beams: one of radius 1.0 cm that bends from the axis to its beam line, one that follows the other beam line
  from the collision point, of 0.5 cm up to |z| of about 22 cm and 1.0 cm at 45 cm."""
  start, end, opening = (11.0, 27.0, (22.0, 45.2)) if z > 0 else (9.15, 24.5, (21.0, 44.2))
  distance = abs(z)
  bend = 0.0415 * end * (distance - start) / (end - start) if distance < end else 0.0415 * distance
  share = min(max((distance - opening[0]) / (opening[1] - opening[0]), 0), 1)
  return (x - bend) ** 2 + y * y < 1.0 or (x + 0.0415 * distance) ** 2 + y * y < (0.5 + 0.5 * share) ** 2


def in_tantalum(x, y, z):
  """The envelope of the tantalum pipes: round near the collision point, then a block that widens in x."""
  distance, r = abs(z), math.hypot(x, y)
  start, round_radius, cone, block, width = (
    (13.95, 1.50, 14.25, 17.0, 2.155) if z > 0 else (9.45, 1.15, 10.10, 13.20, 1.93))
  if distance < start: return r < round_radius
  if distance < cone: return r < round_radius + (1.8 - round_radius) * (distance - start) / (cone - start)
  if distance < block: return r < 1.8
  return abs(y) < HALF_HEIGHT and abs(x) < width + (4.0 - width) * (distance - block) / (48.2 - block)


def shield(z):
  """Inner and outer radius of the tungsten shield and half the width of its cut-out; half the height of that is 1.55 cm."""
  d = abs(z)
  if z < 0:
    if 16.0 < d < 21.0: return 0.0, 2.6, 3.05
    if 21.0 <= d < 28.0: return 0.0, 2.6 + 1.318 * (d - 21.0) / 7.0, 3.05
    if 28.0 <= d < 38.0: return 2.368 + 1.882 * (d - 28.0) / 10.0, 3.918 + 1.882 * (d - 28.0) / 10.0, 3.05
    return None
  if 19.8 < d < 30.05: return 0.0, 2.8, 3.5
  if 30.05 <= d < 34.95: return 0.0, 2.8 + 0.743 * (d - 30.05) / 4.9, 3.5
  if 34.95 <= d < 45.0: return 2.74 + 1.51 * (d - 34.95) / 10.05, 4.254 + 1.546 * (d - 34.95) / 10.05, 3.5
  return None


def behind_flange(z, phi):
  """Lengths by material along a straight path from the axis, cm."""
  lengths = {"tantalum": 0.0, "tungsten": 0.0, "copper": 0.0}
  mounted = 14.6 < z < 17.0 or -13.2 < z < -10.8
  ring = shield(z)
  step = 0.01
  for i in range(600):
    r = (i + 0.5) * step
    x, y = r * math.cos(phi), r * math.sin(phi)
    if in_tantalum(x, y, z):
      if not in_bore(x, y, z): lengths["tantalum"] += step
    elif mounted and r < 2.35: lengths["tungsten"] += step
    elif ring and ring[0] < r < ring[1] and not (abs(x) < ring[2] and abs(y) < 1.55): lengths["tungsten"] += step
  if mounted: lengths["copper"] = FIXTURE
  return lengths


def line(low, high, sectors):
  """One row of the table from the lengths by material of each sector."""
  def total(of): return [sum(length * of(MATERIALS[name]) for name, length in sector.items()) for sector in sectors]
  x0 = total(lambda m: 1 / m[0])
  loss, nuclear = sum(total(lambda m: m[1])) / sum(x0), sum(total(lambda m: 1 / m[2])) / sum(x0)
  return f"{low}\t{high}\t{loss:.1f}\t{nuclear:.3f}\t" + "\t".join(f"{x:.3f}" for x in x0)


def mean(samples):
  """Mean of lengths by material."""
  return {name: sum(s[name] for s in samples) / len(samples) for name in samples[0]}


rows = []
backward = [-48.2, -44, -40, -38, -36, -32, -28, -24, -21, -18.5, -16, -14.6, -13.2, -12, -10.8, -10.1, -9.45, -9.15]
forward = [13.65, 14.25, 14.6, 15.8, 17, 18.4, 19.8, 22, 26, 30, 35, 40, 45, 48.2]
for low, high in list(zip(backward, backward[1:])) + list(zip(forward, forward[1:])):
  sectors = [
    mean([behind_flange(low + (i + 0.5) * (high - low) / 4, (sector + (j + 0.5) / 8) * 2 * math.pi / SECTORS)
          for i in range(4) for j in range(8)]) for sector in range(SECTORS)]
  rows.append((low, line(low, high, sectors)))
for low, high, titanium, paraffin in ROUND:
  cuts = sorted({low, high} | {z for s in SUPPORT for z in s[:2] if low < z < high})
  for a, b in zip(cuts, cuts[1:]):
    steel = sum(t for l, h, t in SUPPORT if l <= a and b <= h)
    rows.append((a, line(a, b, [{"titanium": titanium, "paraffin": paraffin, "steel": steel, "gold": COATING}] * SECTORS)))
print("# Beam pipe and what surrounds it outside the beryllium part (which is in material_budget.tsv): radiation lengths at normal"
      " incidence, seen from the axis, in sixteen sectors of azimuth from 0; minimum ionisation (MeV) and nuclear interaction lengths"
      " per radiation length. Dimensions S (public geometry of the first running period), thickness by sector D"
      " (Scripts/beam-pipe-material.py).")
print("z_from_cm\tz_to_cm\tloss_mev_per_x0\tinteraction_per_x0\t" + "\t".join(f"x0_{i}" for i in range(SECTORS)))
for _, text in sorted(rows): print(text)
