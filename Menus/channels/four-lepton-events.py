#!/usr/bin/env python3
"""Makes events of e+ e- -> mu+ mu- mu+ mu- at lowest order, the background of resonances in four-muon events, as HepMC3.

    python3 Menus/channels/four-lepton-events.py --events 20000 --seed 1 -o four-muons.hepmc3
    sluice import four-muons.hepmc3 --process four_muons --cross-section '0.3 pb' …

All twelve diagrams of one or two virtual photons with muon masses, both kinds of muon pairs and their interference: two photons off
the incoming electrons (four diagrams), and a muon pair that radiates another one (eight). Spin by spin with explicit Dirac
matrices. Radiation of further photons, the Z boson and the electron's mass are left out. Events have weight 1: drawn in two sets
of variables that follow the poles, weighted with the matrix element, and taken in proportion to their weight; the share of
the cross-section that the largest weights would have had beyond the bound is printed.

With --acceptance all four muons fly within 12 to 160 degrees of the laboratory and have 0.1 GeV or more across the beams: a
detector sees four tracks of no others. The cross-section of what is made is printed. Needs numpy.
"""

import argparse
import math

import numpy as np

MUON = 0.1056583755
ALPHA = 1 / 137.035999
TO_PICOBARN = 0.3893793721e9  # GeV^2 pb
ELECTRON, POSITRON, CROSSING = 7.007, 4.000, 0.083  # GeV, GeV, rad
SPREAD = (5.13e-3, 2.375e-3)  # GeV
GAMMA = np.zeros((4, 4, 4), complex)  # gamma^mu with mu = x, y, z, energy, chiral
SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
for axis in range(3):
    GAMMA[axis, :2, 2:] = SIGMA[axis]
    GAMMA[axis, 2:, :2] = -SIGMA[axis]
GAMMA[3, :2, 2:] = GAMMA[3, 2:, :2] = np.eye(2)
METRIC = np.array([-1.0, -1, -1, 1])
ONE = np.eye(4)


def dot(a, b):
    return np.einsum("...m,...m,m->...", a, b, METRIC)


def slash(p):
    return np.einsum("...m,m,mab->...ab", p, METRIC, GAMMA)


def spinors(p, mass, anti):
    """u(p), or v(p), of both spins: arrays (n, 2, 4)."""
    unit = np.zeros((2, 4))
    for spin in range(2):
        unit[spin, spin] = 1
        unit[spin, 2 + spin] = -1 if anti else 1
    made = np.einsum("nab,sb->nsa", slash(p), unit)
    made = (mass * unit - made) if anti else (made + mass * unit)
    return made / np.sqrt(2 * (p[:, None, None, 3] + mass))


def bar(spinor):
    return np.einsum("...a,ab->...b", spinor.conj(), GAMMA[3])


def matrix_element(energy, minus, plus):
    """Sum over spins of the squared amplitude, mean over those of the beams; e^8 included. minus, plus: (n, 2, 4)."""
    count = len(minus)
    beam = np.zeros((2, count, 4))
    beam[0, :, 2], beam[1, :, 2] = energy / 2, -energy / 2
    beam[:, :, 3] = energy / 2
    # Beams without mass: of the four combinations of their spins two annihilate.
    u = spinors(beam[0], 0, False)
    v = bar(spinors(beam[1], 0, True))
    currents = np.einsum("npa,mab,neb->npem", v, GAMMA, u)
    pick = [(p, e) for p in range(2) for e in range(2) if np.abs(currents[0, p, e]).max() > 1e-9 * energy]
    photon = slash(np.stack([currents[:, p, e] for p, e in pick], 1) / energy**2)
    negative = [bar(spinors(minus[:, i], MUON, False)) for i in range(2)]
    positive = [spinors(plus[:, i], MUON, True) for i in range(2)]
    pairs, momenta = {}, {}
    for i in range(2):
        for j in range(2):
            q = minus[:, i] + plus[:, j]
            left = np.einsum("nsa,mab->nsmb", negative[i], GAMMA).reshape(count, 8, 4)
            current = (left @ positive[j].transpose(0, 2, 1)).reshape(count, 2, 4, 2).transpose(0, 1, 3, 2)
            pairs[i, j], momenta[i, j] = slash(current / dot(q, q)[:, None, None, None]), q
    # Spins: beams, then of muon 0, its antimuon, muon 1, and its antimuon, for both ways to pair them.
    total = np.zeros((count, len(pick), 2, 2, 2, 2), complex)
    for other, sign in [(0, 1), (1, -1)]:
        first, second = (0, other), (1, 1 - other)
        part = np.zeros_like(total)
        for a, b in [(first, second), (second, first)]:
            virtual = beam[0] - momenta[b]
            propagator = slash(virtual / dot(virtual, virtual)[:, None])
            for place, (p, e) in enumerate(pick):
                right = (propagator[:, None, None] @ pairs[b] @ u[:, None, None, e, :, None])[..., 0].reshape(count, 4, 4)
                left = (v[:, None, None, p, None, :] @ pairs[a])[..., 0, :].reshape(count, 4, 4)
                line = (left @ right.transpose(0, 2, 1)).reshape(count, 2, 2, 2, 2)
                part[:, place] += line if a == first else line.transpose(0, 3, 4, 1, 2)
        for radiating, radiated in [(first, second), (second, first)]:
            q = momenta[radiated]
            after, before = minus[:, radiating[0]] + q, plus[:, radiating[1]] + q
            forward = (slash(after) + MUON * ONE) / (dot(after, after) - MUON**2)[:, None, None]
            backward = (MUON * ONE - slash(before)) / (dot(before, before) - MUON**2)[:, None, None]
            out, anti = negative[radiating[0]], positive[radiating[1]]
            # s of the muon, w x of the radiated pair; h of the beams, t of the antimuon.
            left = (out[:, None, None] @ pairs[radiated]).transpose(0, 3, 1, 2, 4).reshape(count, 8, 4) @ forward
            right = (photon @ anti[:, None].transpose(0, 1, 3, 2)).transpose(0, 1, 3, 2).reshape(count, -1, 4)
            one = (left @ right.transpose(0, 2, 1)).reshape(count, 2, 2, 2, len(pick), 2).transpose(0, 4, 1, 5, 2, 3)
            left = (out[:, None] @ photon @ backward[:, None]).reshape(count, -1, 4)
            right = (pairs[radiated] @ anti[:, None, None].transpose(0, 1, 2, 4, 3)).transpose(0, 4, 1, 2, 3)
            two = (left @ right.reshape(count, 8, 4).transpose(0, 2, 1)).reshape(count, len(pick), 2, 2, 2, 2)
            line = one + two
            part += line if radiating == first else line.transpose(0, 1, 4, 5, 2, 3)
        # Now spins of muon 0, antimuon `other`, muon 1, the other antimuon.
        total += sign * (part if other == 0 else part.transpose(0, 1, 2, 5, 4, 3))
    return (np.abs(total) ** 2).reshape(count, -1).sum(1) / 4 * (4 * math.pi * ALPHA) ** 4


def break_up(energy, a, b):
    return np.sqrt(np.maximum((energy**2 - (a + b) ** 2) * (energy**2 - (a - b) ** 2), 0)) / (2 * energy)


def boosted(p, frame):
    """p, given in the rest frame of a system of four-momentum `frame`, seen where that is given."""
    mass = np.sqrt(np.maximum(dot(frame, frame), 1e-12))
    along = np.einsum("na,na->n", p[:, :3], frame[:, :3])
    energy = (p[:, 3] * frame[:, 3] + along) / mass
    factor = (p[:, 3] + energy) / (frame[:, 3] + mass)
    return np.concatenate([p[:, :3] + factor[:, None] * frame[:, :3], energy[:, None]], axis=1)


def vector(size, cosine, azimuth, mass):
    sine = np.sqrt(np.maximum(0, 1 - cosine**2))
    return np.stack([size * sine * np.cos(azimuth), size * sine * np.sin(azimuth), size * cosine,
                     np.sqrt(size**2 + mass**2)], axis=1)


class PhaseSpace:
    """Two ways to draw four muons, and the density of both at any point, per Lorentz-invariant phase space."""

    def __init__(self, energy):
        self.energy = energy
        self.low, self.high = 4 * MUON**2, (energy - 2 * MUON) ** 2
        self.log = math.log(self.high / self.low)
        # Share of two masses drawn as 1/s that fit the energy.
        a = math.sqrt(self.low) * np.exp(0.5 * self.log * (np.arange(2000) + 0.5) / 2000)
        self.fits = np.mean(a[:, None] + a[None, :] < energy)

    def mass_square(self, random, count):
        return self.low * np.exp(self.log * random.random(count))

    def draw(self, random, count):
        half = count // 2
        one, two = self.conversion(random, half), self.radiation(random, count - half)
        minus, plus = np.concatenate([one[0], two[0]]), np.concatenate([one[1], two[1]])
        # The muons of equal charge have no order.
        for which in (minus, plus):
            turned = random.random(len(which)) < 0.5
            which[turned] = which[turned][:, ::-1]
        return minus, plus

    def pair(self, random, q, square):
        mass = np.sqrt(square)
        p = vector(break_up(mass, MUON, MUON), random.uniform(-1, 1, len(q)), random.uniform(0, 2 * math.pi, len(q)), MUON)
        return boosted(p, q), boosted(p * np.array([-1, -1, -1, 1]), q)

    def pole(self, first, second, p):
        return (self.energy * np.sqrt(p**2 + first) - first) / (self.energy * p)

    def conversion(self, random, count):
        first, second = self.mass_square(random, 4 * count), self.mass_square(random, 4 * count)
        fit = np.flatnonzero(np.sqrt(first) + np.sqrt(second) < self.energy)[:count]
        first, second = first[fit], second[fit]
        p = break_up(self.energy, np.sqrt(first), np.sqrt(second))
        a = self.pole(first, second, p)
        span = np.log((a + 1) / (a - 1))
        cosine = a - (a + 1) * np.exp(-span * random.random(len(p)))
        cosine *= np.where(random.random(len(p)) < 0.5, 1, -1)
        q = vector(p, cosine, random.uniform(0, 2 * math.pi, len(p)), np.sqrt(first))
        other = np.concatenate([-q[:, :3], (self.energy - q[:, 3])[:, None]], axis=1)
        (a0, b0), (a1, b1) = self.pair(random, q, first), self.pair(random, other, second)
        return np.stack([a0, a1], 1), np.stack([b0, b1], 1)

    def dalitz(self, square):
        """Range of the first denominator of a radiated mass, and of the second at a value of the first."""
        mass = np.sqrt(square)
        lowest, highest = square + 2 * MUON * mass, (self.energy - MUON) ** 2 - MUON**2

        def second(denominator):
            system = np.sqrt(denominator + MUON**2)
            anti = (self.energy**2 - system**2 - MUON**2) / (2 * system)
            radiated = (system**2 + square - MUON**2) / (2 * system)
            p, k = break_up(self.energy, system, MUON) * self.energy / system, break_up(system, MUON, mass)
            least = 2 * ((p * mass) ** 2 + (MUON * k) ** 2 + (MUON * mass) ** 2) / (anti * radiated + p * k)
            return square + least, square + 2 * (anti * radiated + p * k), p * k, system

        return lowest, highest, second

    def radiation(self, random, count):
        square = self.mass_square(random, count)
        lowest, highest, second = self.dalitz(square)
        fit = highest > lowest
        square, lowest = square[fit], lowest[fit]
        lowest, highest, second = self.dalitz(square)
        first = lowest * (highest / lowest) ** random.random(len(square))
        low, high, product, system = second(first)
        other = low * (high / low) ** random.random(len(square))
        cosine = np.clip(1 - 0.5 * (other - low) / product, -1, 1)
        mass = np.sqrt(square)
        inside = vector(break_up(system, MUON, mass), -cosine, np.zeros(len(mass)), mass)
        p = break_up(self.energy, system, MUON)
        whole = vector(p, np.ones(len(p)), np.zeros(len(p)), system)
        q = boosted(inside, whole)
        back = inside * np.array([-1, -1, -1, 1])
        back[:, 3] = np.sqrt((inside[:, :3] ** 2).sum(1) + MUON**2)
        muon, anti = boosted(back, whole), vector(p, -np.ones(len(p)), np.zeros(len(p)), MUON)
        # Any direction of the whole.
        turn = rotations(random, len(p))
        q, muon, anti = (np.concatenate([np.einsum("nab,nb->na", turn, x[:, :3]), x[:, 3:]], 1) for x in (q, muon, anti))
        swap = random.random(len(p)) < 0.5
        muon[swap], anti[swap] = anti[swap].copy(), muon[swap].copy()
        pair = self.pair(random, q, square)
        return np.stack([muon, pair[0]], 1), np.stack([anti, pair[1]], 1)

    def density(self, minus, plus):
        e = self.energy
        total = np.zeros(len(minus))
        for j in range(2):
            q = [minus[:, 0] + plus[:, j], minus[:, 1] + plus[:, 1 - j]]
            s = [np.maximum(dot(x, x), self.low * (1 + 1e-12)) for x in q]
            decays = [np.sqrt(1 - 4 * MUON**2 / x) / (8 * math.pi) for x in s]
            # Two photons off the beams: density in both masses and the cosine, over the volume of phase space in these.
            p = np.sqrt((q[0][:, :3] ** 2).sum(1))
            cosine = q[0][:, 2] / p
            volume = p / (8 * math.pi * e) * decays[0] * decays[1] / (2 * math.pi) ** 2  # of d s1 d s2 d cos
            for index in range(2):
                c = cosine if index == 0 else -cosine
                a = self.pole(s[index], s[1 - index], p)
                span = np.log((a + 1) / (a - 1))
                angle = 0.5 * (1 / (a - c) + 1 / (a + c)) / span
                total += 0.5 * 0.25 / (s[0] * s[1] * self.log**2 * self.fits) * angle / volume
            # One pair radiates the other: one of four pairs, and muon and antimuon may be exchanged.
            for index in range(2):
                square, k = s[index], q[index]
                mu, anti = (minus[:, 1 - index], plus[:, 1 - j] if index == 0 else plus[:, j])
                volume = decays[index] / (2 * math.pi) / (128 * math.pi**3 * e**2)  # of d s d D1 d D2
                denominators = [dot(x + k, x + k) - MUON**2 for x in (mu, anti)]
                for first, other in (denominators, denominators[::-1]):
                    lowest, highest, second = self.dalitz(square)
                    with np.errstate(invalid="ignore", divide="ignore"):
                        low, high, _, _ = second(first)
                        found = 1 / (square * self.log * first * np.log(highest / lowest) * other * np.log(high / low))
                    total += 0.5 * 0.125 * np.where(np.isfinite(found), found, 0) / volume
        return total


def rotations(random, count):
    """Rotations without preference, from unit quaternions."""
    q = random.normal(size=(count, 4))
    w, x, y, z = (q / np.linalg.norm(q, axis=1)[:, None]).T
    return np.stack([
        np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], 1),
        np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], 1),
        np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], 1)], 1)


def beams(random, count):
    """Momenta of both beams in the laboratory, with their spread."""
    half = CROSSING / 2
    e = ELECTRON + SPREAD[0] * random.normal(size=count)
    p = POSITRON + SPREAD[1] * random.normal(size=count)
    zero = np.zeros(count)
    return (np.stack([e * math.sin(half), zero, e * math.cos(half), e], 1),
            np.stack([p * math.sin(half), zero, -p * math.cos(half), p], 1))


def to_laboratory(vectors, electron, positron):
    """From the centre of mass, z along the electron, to the laboratory: vectors (n, k, 4)."""
    whole = electron + positron
    inverse = whole * np.array([-1, -1, -1, 1])
    z = boosted(electron, inverse)[:, :3]
    z /= np.linalg.norm(z, axis=1)[:, None]
    y = np.tile([0.0, 1, 0], (len(z), 1))
    x = np.cross(y, z)
    x /= np.linalg.norm(x, axis=1)[:, None]
    y = np.cross(z, x)
    axes = np.stack([x, y, z], 2)
    mass = np.sqrt(dot(whole, whole))
    unit = whole / mass[:, None]
    turned = []
    for k in range(vectors.shape[1]):
        v = np.concatenate([np.einsum("nab,nb->na", axes, vectors[:, k, :3]), vectors[:, k, 3:]], 1)
        turned.append(boosted(v, unit))
    return np.stack(turned, 1)


def accepted(laboratory):
    transverse = np.hypot(laboratory[..., 0], laboratory[..., 1])
    theta = np.arctan2(transverse, laboratory[..., 2])
    return ((theta > math.radians(12)) & (theta < math.radians(160)) & (transverse > 0.1)).all(axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acceptance", action="store_true", help="four muons within the detector")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    random = np.random.Generator(np.random.PCG64(options.seed))
    nominal = math.sqrt(2 * ELECTRON * POSITRON * (1 + math.cos(CROSSING)))
    space = PhaseSpace(nominal)
    bound, weights, kept, tries = None, [], [], 0
    while sum(map(len, kept)) < options.events:
        minus, plus = space.draw(random, 20_000)
        tries += len(minus)
        electron, positron = beams(random, len(minus))
        laboratory = to_laboratory(np.concatenate([minus, plus], 1), electron, positron)
        good = accepted(laboratory) if options.acceptance else np.ones(len(minus), bool)
        minus, plus, laboratory = minus[good], plus[good], laboratory[good]
        # 1/(2 s) of the flux; 1/4 for two pairs of equal particles. Energy and momentum are those of the nominal beams.
        parts = range(0, len(minus), 1000)  # small enough for the processor's caches
        element = np.concatenate([matrix_element(nominal, minus[i : i + 1000], plus[i : i + 1000]) for i in parts])
        weight = element / space.density(minus, plus)
        weight *= TO_PICOBARN / (2 * nominal**2) / 4
        weights.append(weight)
        if bound is None:
            # One bound for all events: below it lie all but a thousandth of the first tries' cross-section.
            ordered = np.sort(weight)
            bound = ordered[np.searchsorted(np.cumsum(ordered), 0.999 * ordered.sum())]
        taken = random.random(len(weight)) * bound < weight
        kept.append(np.concatenate([electron[good][taken][:, None], positron[good][taken][:, None], laboratory[taken]], 1))
    weights = np.concatenate(weights)
    cross_section, error = weights.sum() / tries, math.sqrt((weights**2).sum()) / tries
    beyond = np.maximum(weights - bound, 0).sum() / weights.sum()
    events = np.concatenate(kept)[: options.events]
    write(events, cross_section, error, options.output)
    print(f"{len(events)} events, cross-section {cross_section:.4f} +- {error:.4f} pb"
          f"{' in the acceptance' if options.acceptance else ''}, {100 * beyond:.2f} % of it beyond the bound of the weights")


def write(events, cross_section, error, path):
    codes = [11, -11, 13, 13, -13, -13]
    with open(path, "w") as file:
        file.write("HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\nW Default\n")
        for number, event in enumerate(events):
            # The beams carry the small mismatch of energy that their spread makes: the muons' sum decides.
            file.write(f"E {number} 1 6\nU GEV MM\nW 1.0\nA 0 GenCrossSection {cross_section:.6g} {error:.2g} -1 -1\n")
            for index in range(2):
                px, py, pz, energy = event[index]
                file.write(f"P {index + 1} 0 {codes[index]} {px:.10g} {py:.10g} {pz:.10g} {energy:.10g} 0.000511 4\n")
            file.write("V -1 0 [1,2]\n")
            for index in range(2, 6):
                px, py, pz, energy = event[index]
                file.write(f"P {index + 1} -1 {codes[index]} {px:.10g} {py:.10g} {pz:.10g} {energy:.10g} {MUON} 1\n")
        file.write("HepMC::Asciiv3-END_EVENT_LISTING\n")


if __name__ == "__main__":
    main()
