"""The card of the networks of a search: efficiency, rejection, and whether the cut makes structure in the spectrum."""

import math

import numpy as np
import scipy.stats
from sklearn.metrics import roc_auc_score

from suppression.networks import asked, cores, judge, output


def share_text(passed, total):
    """A share with its Wilson interval at 68 %."""
    if total == 0:
        return "-"
    share = passed / total
    centre = (share + 0.5 / total) / (1 + 1 / total)
    half = math.sqrt(share * (1 - share) / total + 0.25 / total**2) / (1 + 1 / total)
    return f"{100 * share:.1f} ({100 * max(centre - half, 0):.1f} to {100 * (centre + half):.1f})"


def sculpting(values, passes, low, high, expected, bins):
    """Whether the share of background that passes has structure, in bins of equal contents.

    Returns counts before and after, and (chi2, degrees of freedom, probability) of the expected share times a constant, and times a
    straight line; None with too few candidates."""
    inside = (values >= low) & (values <= high)
    values, passes, expected = values[inside], passes[inside], expected[inside]
    bins = min(bins, passes.sum() // 8, (~passes).sum() // 8)
    if bins < 4:
        return None
    edges = np.quantile(values, np.linspace(0, 1, bins + 1))
    index = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    before = np.bincount(index, minlength=bins)
    after = np.bincount(index, weights=passes, minlength=bins)
    mean = np.bincount(index, weights=expected, minlength=bins) / before
    centre = np.linspace(-0.5, 0.5, bins)
    tests = []
    for order in (0, 1):
        # Least squares with the binomial variance of the fitted share.
        design = np.stack([mean * centre**power for power in range(order + 1)], 1)
        fitted = mean * after.sum() / (mean * before).sum()
        for _ in range(20):
            fitted = np.clip(fitted, 1e-4, 1 - 1e-4)
            variance = fitted * (1 - fitted) / before
            parameters = np.linalg.solve((design.T / variance) @ design, (design.T / variance) @ (after / before))
            fitted = design @ parameters
        chi2 = float(((after / before - fitted) ** 2 / variance).sum())
        tests.append((chi2, bins - order - 1, float(scipy.stats.chi2.sf(chi2, bins - order - 1))))
    return before, after.astype(int), tests


def write_card(search, settings, unit, ranges, networks, shares, cut, training, test, recipe):
    judged = {role: judge(ranges, networks, cut, sample) for role, sample in test.items()}
    lines = [
        f"# Background suppression of {search}", "",
        f"Written by `Menus/channels/train-suppression.py`. Candidates that pass the selection of `{settings['channel']}`"
        f"{', with `' + settings['loosened'][1] + '` in place of `' + settings['loosened'][0] + '`' if 'loosened' in settings else ''}; "
        "samples that nothing was trained on; "
        "shares in per cent with their 68 % intervals. Area: under the curve of signal against background efficiency, 0.5 for a blind choice, "
        "of training and test sample. Asked: the share of background that the cut is to pass in the part of the range that belongs to one network alone.", "",
        f"| range, {unit} | trained on signal, background | asked | signal that passes | background that passes | rejection | area, training | area, test |",
        "|---|---|---|---|---|---|---|---|"]
    for index, (low, high) in enumerate(ranges):
        areas = []
        for samples in (training, test):
            parts = []
            for role in ("signal", "background"):
                inside = (samples[role]["variable"] >= low) & (samples[role]["variable"] <= high)
                parts.append(output(networks[index], samples[role]["inputs"][inside]))
            target = np.concatenate([np.ones(len(parts[0])), np.zeros(len(parts[1]))])
            areas.append(roc_auc_score(target, np.concatenate(parts)) if len(set(target)) == 2 else math.nan)
        counts = {}
        for role, (passes, region, _) in judged.items():
            counts[role] = (int(passes[region == index].sum()), int((region == index).sum()))
        passed, total = counts["background"]
        rejection = f"{total / passed:.2f} ± {total / passed * math.sqrt(max(1 - passed / total, 0) / passed):.2f}" if passed else f"> {total / 2.3:.0f}"
        trained = [int(((s["variable"] >= low) & (s["variable"] <= high)).sum()) for s in (training["signal"], training["background"])]
        lines.append(
            f"| {low:g} to {high:g} | {trained[0]}, {trained[1]} | {100 * shares[index]:g} | {share_text(*counts['signal'])} | "
            f"{share_text(*counts['background'])} of {total} | {rejection} | {areas[0]:.3f} | {areas[1]:.3f} |")
    if len(settings["background"]) > 1:
        lines += ["", "| background | candidates | that pass |", "|---|---|---|"]
        passes = judged["background"][0]
        for number, (commands, *_) in enumerate(settings["background"]):
            own = test["background"]["process"] == number
            words = commands[-1].split()
            lines.append(f"| {words[words.index('--process') + 1]} | {own.sum()} | {share_text(int(passes[own].sum()), int(own.sum()))} |")
    lines += [
        "", "## Does the cut make structure in the background's spectrum?", "",
        "The share of background that passes, in bins of equal contents of the variable where one network decides, against a constant and against a straight line; "
        "and in the whole spectrum against the share asked for, times a constant. A window of the fit is a small part of a range.", "",
        f"| part, {unit} | bins | before | after | constant: chi2 / dof, p | straight line: chi2 / dof, p |", "|---|---|---|---|---|---|"]
    values, (passes, _, _) = test["background"]["variable"], judged["background"]
    whole = (-math.inf, math.inf)
    for low, high in cores(ranges, training["background"]["variable"]) + ([whole] if len(ranges) > 1 else []):
        expected = asked(ranges, shares, values) if (low, high) == whole else np.ones(len(values))
        found = sculpting(values, passes, low, high, expected, 20 if (low, high) == whole else 10)
        name = "whole, against the share asked for" if (low, high) == whole else f"{low:.3g} to {high:.3g}"
        if found is None:
            # Too few for bins: the distributions of those that pass and of the others.
            inside = (values >= low) & (values <= high)
            kept, left = values[inside & passes], values[inside & ~passes]
            text = "too few candidates"
            if min(len(kept), len(left)) >= 5:
                text = f"Kolmogorov-Smirnov p = {scipy.stats.ks_2samp(kept, left).pvalue:.3f}"
            lines.append(f"| {name} | none | {inside.sum()} | {len(kept)} | {text} | |")
            continue
        before, after, tests = found
        texts = [f"{chi2:.1f} / {dof}, {p:.3f}" for chi2, dof, p in tests]
        lines.append(f"| {name} | {len(before)} | {before.sum()} | {after.sum()} | {texts[0]} | {texts[1]} |")
    lines += ["", "## Samples", "", "The first of each are trained on, those with seeds above 100 tested on.", "", "```sh", *recipe, "```", ""]
    return "\n".join(lines)
