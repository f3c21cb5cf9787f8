"""The smallest errors that any unbiased fit of a track can have (Cramer and Rao) in the detector of the tables.

Independent of the project's own code: it reads the tables and nothing else. A track's measurements are u and v on the
sensors that its helix goes through and distances from wires in the chamber; their covariance has the points' own
resolution and, correlated, the multiple scattering of every cylinder of material before them. The inverse of the Fisher
information is the smallest covariance. Straggling of energy losses, wrong points and wrong sides of wires are left out:
they can only make a fit worse.

Before this file: `input`, a list of [momentum, polar angle, mass, number of azimuths], and `tables`, a folder.
Printed: for each of them half the width of the central 68.27 % in d0, phi0, omega, z0 and tan lambda, in cm, rad and 1/cm.
"""
import json
import math
import numpy as np


def table(name):
    lines = [l.rstrip('\n').split('\t') for l in open(tables + '/' + name + '.tsv') if l.strip() and l[0] != '#']
    return [dict(zip(lines[0], l)) for l in lines[1:]]


def value(text):
    try:
        return float(text)
    except ValueError:
        return None


constants = {row['quantity']: value(row['value']) for row in table('constants')}
bending = 0.299792458e-2 * constants['field']                # GeV of pT per cm of radius
silicon, chamber, material = table('svd_layers'), table('cdc_layers'), table('material_budget')


def path(state, arcs):
    """Points of the helix (x, y, phi, omega, z, tan lambda at arc 0) at transverse arc lengths: (n, 3)."""
    x, y, phi, omega, z, slope = state
    turned = phi - omega * arcs
    return np.stack([x + (np.sin(phi) - np.sin(turned)) / omega, y + (np.cos(turned) - np.cos(phi)) / omega,
                     z + slope * arcs], -1)


def tangent(state, arcs):
    turned = state[2] - state[3] * arcs
    return np.stack([np.cos(turned), np.sin(turned), np.full_like(arcs, state[5])], -1)


def derivative(state, change, arcs):
    """Shift of the points at fixed arc lengths when the state changes."""
    step = 1e-5 * np.asarray(change)
    return (path(state + step, arcs) - path(state - step, arcs)) / 2e-5


class Sensors:
    def __init__(self):
        rows = []
        for row in silicon:
            layer, ladders = int(row['layer']), int(row['n_ladders'])
            slant = math.radians(float(row['slant_deg']))
            for ladder in range(ladders):
                phi = math.radians(constants['silicon.first_ladder_phi_%d' % layer]) + 2 * math.pi * ladder / ladders
                out, along = np.array([math.cos(phi), math.sin(phi), 0]), np.array([-math.sin(phi), math.cos(phi), 0])
                v = np.array([0, 0, math.cos(slant)]) - math.sin(slant) * out
                centre = float(row['r_cm(sensor centre)']) * out + float(row['ladder_shift_rphi_cm']) * along
                centre[2] = float(row['z_centre_active_cm'])
                rows.append((layer, centre, along, v, np.cross(along, v), float(row['width_u_cm(wide)']) / 2,
                             float(row['width_u_cm(narrow)']) / 2, float(row['length_v_cm']) / 2))
        self.layer = np.array([r[0] for r in rows])
        self.centre, self.u, self.v, self.normal = (np.array([r[i] for r in rows]) for i in (1, 2, 3, 4))
        self.wide, self.narrow, self.length = (np.array([r[i] for r in rows]) for i in (5, 6, 7))

    def crossed(self, state):
        """Sensors that a helix goes through on its way out, with the arc lengths."""
        radius = np.hypot(self.centre[:, 0], self.centre[:, 1])
        sine = np.minimum(1, abs(state[3]) * radius / 2)
        arcs = 2 / abs(state[3]) * np.arcsin(sine)
        for _ in range(12):
            away = np.einsum('ij,ij->i', path(state, arcs) - self.centre, self.normal)
            speed = np.einsum('ij,ij->i', tangent(state, arcs), self.normal)
            arcs = np.clip(arcs - away / np.where(abs(speed) < 1e-3, 1e-3, speed), 0, math.pi / abs(state[3]))
        offset = path(state, arcs) - self.centre
        u, v = np.einsum('ij,ij->i', offset, self.u), np.einsum('ij,ij->i', offset, self.v)
        half = self.wide + 0.5 * (1 + v / self.length) * (self.narrow - self.wide)
        on = (abs(np.einsum('ij,ij->i', offset, self.normal)) < 1e-6) & (abs(v) < self.length) & (abs(u) < half) & (arcs > 0)
        return np.nonzero(on)[0], arcs


sensors = Sensors()


def chamber_information(row):
    """Mean of 1/variance over the cell: worse at the wire and at the edge."""
    half = 0.5 * float(row['cell_width_cm'])
    start = constants['chamber.edge_start'] * half
    d = (np.arange(400) + 0.5) / 400 * half
    core, wire, edge = (constants['chamber.resolution_' + k] for k in ('core', 'wire', 'edge'))
    sigma = core + np.maximum(0, 1 - d / constants['chamber.resolution_wire_range']) * (wire - core) \
        + np.maximum(0, (d - start) / (half - start)) * (edge - core)
    return np.mean(1 / sigma**2)


def surfaces():
    found = []
    for row in material:
        inner, outer = float(row['r_in_cm']), float(row['r_out_cm'])
        low, high = (-1e9, 1e9) if row['z_range_cm'] == '-' else map(float, row['z_range_cm'].split('..'))
        layer = [int(s['layer']) for s in silicon
                 if s['slant_deg'] == '0' and abs(float(s['r_cm(sensor centre)']) - inner) < 0.3 and outer < 15]
        # The gas on nine cylinders, one for each super-layer.
        parts = 9 if outer - inner > 10 else 1
        for part in range(parts):
            radius = inner + (part + 0.5) * (outer - inner) / parts
            thickness = float(row['x_over_x0_normal_incidence']) / parts
            found.append((radius, thickness, low, high, layer[0] if layer else 0))
    return sorted(f for f in found if f[0] < 112)


walls = surfaces()
information = [chamber_information(row) for row in chamber]


def smallest(p, theta, mass, azimuth, losses):
    """Least standard deviations of d0, phi0, omega, z0, tan lambda of one track."""
    slope, pT = 1 / math.tan(theta), p * math.sin(theta)
    omega, beta = bending / pT, p / math.hypot(p, mass)
    state = np.array([0, 0, azimuth, omega, 0, slope])
    arc_to = lambda r: 2 / omega * math.asin(omega * r / 2) if omega * r < 2 else None
    # What is measured: (arc, order, direction in which a shift of the path is measured, variance, projection along the path).
    rows = []
    numbers, arcs = sensors.crossed(state)
    for s in numbers:
        layer = sensors.layer[s]
        efficiency = constants['silicon.pixel_efficiency'] if layer < 3 else constants['silicon.strip_efficiency']**2
        if losses.random() > efficiency:
            continue
        n, t = sensors.normal[s], tangent(state, arcs[s:s + 1])[0]
        for axis, key in ((sensors.u[s], 'u'), (sensors.v[s], 'v')):
            # The path is cut by a plane: m = axis - n (axis t)/(n t).
            resolution = constants['silicon.resolution_%s_%d' % (key, layer)]
            rows.append((arcs[s], float(layer), axis - n * (axis @ t) / (n @ t), resolution**2))
    for row, weight in zip(chamber, information):
        radius = float(row['r_z0_cm'])
        arc = arc_to(radius)
        if arc is None or losses.random() > constants['chamber.efficiency']:
            continue
        z = slope * arc
        if not float(row['z_bwd_cm']) < z < float(row['z_fwd_cm']):
            continue
        place, t = path(state, np.array([arc]))[0], tangent(state, np.array([arc]))[0]
        tilt = math.tan(1e-3 * float(row['stereo_mrad']))
        wire = np.array([-place[1] / radius * tilt, place[0] / radius * tilt, 1])
        m = np.cross(t, wire)
        rows.append((arc, 100 + radius, m / np.linalg.norm(m), 1 / weight))
    arcs, order = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    axes, variance = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    seen = lambda shift: np.einsum('ij,ij->i', axes, shift)
    perigee = np.array([math.sin(azimuth), -math.cos(azimuth), 0, 0, 0, 0])
    unit = np.eye(6)
    gradient = np.stack([seen(derivative(state, c, arcs)) for c in (perigee, unit[2], unit[3] * 1e-2, unit[4], unit[5])], -1)
    gradient[:, 2] *= 1e2
    covariance = np.diag(variance)
    for radius, thickness, low, high, layer in walls:
        arc = arc_to(radius)
        if arc is None:
            continue
        place = path(state, np.array([arc]))[0]
        if not low < place[2] < high:
            continue
        t = tangent(state, np.array([arc]))[0]
        x = thickness * math.sqrt(1 + slope * slope) / ((t[0] * place[0] + t[1] * place[1]) / radius)
        angle = 0.0136 / (beta * p) * math.sqrt(x) * (1 + 0.038 * math.log(x))
        here = np.array([place[0], place[1], azimuth - omega * arc, omega, place[2], slope])
        # A sensor sees its own layer's scattering only behind it.
        behind = order > layer if layer else (order >= 100) & (arcs > arc) if radius > 15 else arcs > arc
        secant = math.sqrt(1 + slope * slope)
        for change, size in ((unit[2], secant), (unit[5] * secant**2 + unit[3] * omega * slope, 1.0)):
            kink = np.where(behind, seen(derivative(here, change, arcs - arc)), 0) * angle * size
            covariance += np.outer(kink, kink)
    fisher = gradient.T @ np.linalg.solve(covariance, gradient)
    scale = np.sqrt(np.diag(fisher))
    return np.sqrt(np.diag(np.linalg.inv(fisher / np.outer(scale, scale)))) / scale


def half_width(sigmas):
    """Half the width of the central 68.27 % of residuals of these standard deviations."""
    low, high = 0.0, 10 * max(sigmas)
    for _ in range(60):
        middle = 0.5 * (low + high)
        inside = sum(math.erf(middle / s / math.sqrt(2)) for s in sigmas) / len(sigmas)
        low, high = (middle, high) if inside < 0.682689 else (low, middle)
    return low


answers = []
for p, theta, mass, count in input:
    losses = np.random.default_rng(1)
    tracks = [smallest(p, theta, mass, 2 * math.pi * (i + 0.5) / count, losses) for i in range(int(count))]
    answers += [half_width([track[k] for track in tracks]) for k in range(5)]
print(json.dumps([float(a) for a in answers]))
