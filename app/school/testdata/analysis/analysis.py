#!/usr/bin/env python3
"""Writes the sets of marks in this folder, and what is to be found out about each.

    python3 analysis.py          writes NAME.csv and NAME.json for every set
    python3 analysis.py FILE     prints what is to be found out about the marks in FILE

It needs nothing but the standard library and shares nothing with the program: every index is worked out by its
definition, from deviations, in fractions of whole numbers; roots are taken to 60 digits. The formulas are those of
Moodle's "Quiz statistics calculations".
"""

import csv
import json
import pathlib
import random
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 80


def root(value):
    value = Fraction(value)
    return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def mean(values):
    return Fraction(sum(values), len(values)) if values else None


def cov(a, b):
    """Covariance with n - 1, None for fewer than two pairs."""
    if len(a) < 2:
        return None
    ma, mb = mean(a), mean(b)
    return sum((x - ma) * (y - mb) for x, y in zip(a, b)) / (len(a) - 1)


def k_statistics(values):
    """k2, k3, k4; None where there are too few values."""
    n = len(values)
    m = mean(values)
    m2, m3, m4 = (sum((v - m) ** k for v in values) / n for k in (2, 3, 4))
    k2 = Fraction(n, n - 1) * m2 if n > 1 else None
    k3 = Fraction(n * n, (n - 1) * (n - 2)) * m3 if n > 2 else None
    k4 = Fraction(n * n, (n - 1) * (n - 2) * (n - 3)) * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) if n > 3 else None
    return k2, k3, k4


def slots(rows, items):
    """What each place of the test earned in each attempt, whichever question stood there.

    What all were asked is a place; the k-th question of the others, from the left, is a place after these. Nothing there
    counts 0.
    """
    fixed = [i for i in range(items) if all(row[i] is not None for row in rows)]
    table = []
    for row in rows:
        table.append([row[i] for i in fixed] + [v for i, v in enumerate(row) if i not in fixed and v is not None])
    width = max(len(row) for row in table)
    return [[row[k] if k < len(row) else Fraction(0) for row in table] for k in range(width)]


def analyse(maxima, rows):
    totals = [sum(v for v in row if v is not None) for row in rows]
    n, out = len(rows), {}
    ordered = sorted(totals)
    out["attempts"] = n
    out["mean"] = mean(totals)
    out["median"] = ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2
    k2, k3, k4 = k_statistics(totals)
    deviation = root(k2) if k2 is not None else None
    out["standard_deviation"] = deviation
    out["skewness"] = k3 / (k2 * deviation) if k3 is not None and k2 else None
    out["kurtosis"] = k4 / (k2 * k2) if k4 is not None and k2 else None

    places = slots(rows, len(maxima))
    p, variance = len(places), cov(totals, totals)
    cic = None
    if p > 1 and variance:
        cic = 100 * Fraction(p, p - 1) * (1 - sum(cov(x, x) for x in places) / variance)
    ratio = 100 * root(1 - cic / 100) if cic is not None else None
    out["cic"], out["error_ratio"] = cic, ratio
    out["standard_error"] = ratio / 100 * deviation if ratio is not None else None

    with_total = [cov(x, totals) for x in places]
    all_roots = sum(root(c) for c in with_total if c is not None and c >= 0)
    out["items"] = []
    for i, maximum in enumerate(maxima):
        asked = [r for r in range(n) if rows[r][i] is not None]
        x = [rows[r][i] for r in asked]
        t = [totals[r] for r in asked]
        out["items"].append(item(maximum, x, t, all_roots))
    return out


def item(maximum, x, t, all_roots):
    o = [total - mark for total, mark in zip(t, x)]
    index = {"n": len(x), "max_mark": maximum}
    index["facility"] = mean(x) / maximum if x and maximum else None
    var_x, var_o, both = cov(x, x), cov(o, o), cov(x, o)
    index["standard_deviation"] = root(var_x) if var_x is not None else None
    index["discrimination_index"] = 100 * both / (root(var_x) * root(var_o)) if var_x and var_o else None
    most = cov(sorted(x), sorted(o))
    index["discriminative_efficiency"] = 100 * both / most if most else None
    own = cov(x, t)
    index["effective_weight"] = 100 * root(own) / all_roots if own is not None and own >= 0 and all_roots else None
    top = None
    if x and maximum:
        least = sorted(o, reverse=True)[-(-len(o) // 3) - 1]
        top = mean([mark for mark, rest in zip(x, o) if rest >= least]) / maximum
    index["facility_top_third"] = top
    return index


def read(path):
    text = pathlib.Path(path).read_text(encoding="utf-8-sig")
    divider = ";" if ";" in text.splitlines()[0] else ","
    table = [row for row in csv.reader(text.splitlines(), delimiter=divider) if row]
    number = lambda cell: Fraction(Decimal(cell.strip().replace(",", "."))) if cell.strip() else None
    return [number(c) for c in table[0]], [[number(c) for c in row] for row in table[1:]]


def plain(value):
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def able(rng, attempts, difficulties):
    """Marks 0 and 1 of people of different ability at items of different difficulty."""
    rows = []
    for _ in range(attempts):
        ability = rng.gauss(0, 1)
        rows.append([int(ability + rng.gauss(0, 1) > d) for d in difficulties])
    return rows


def sets():
    """name -> (rows with the maximum marks first, divider)."""
    rng = random.Random(20221118)
    out = {}
    ten = [-2, -1.5, -1, -0.5, -0.2, 0, 0.3, 0.6, 1, 1.8]
    out["ordinary"] = [[1] * 10] + able(rng, 40, ten)

    maxima = [1, 2, 3, 1.5, 0.5, 4, 10, 1]
    parts = [0, 0.25, 0.3333333, 0.5, 0.6666667, 0.75, 1]
    rows = []
    for _ in range(33):
        good = rng.random()
        rows.append([f"{m * (rng.choice(parts[3:]) if rng.random() < good else rng.choice(parts[:4])):.7f}" for m in maxima])
    out["parts"] = [maxima] + rows

    out["one"] = [[1, 2, 3], [1, 0.5, 3]]
    out["two"] = [[1, 2, 3], [1, 0.5, 3], [0, 2, 1]]
    out["three"] = [[1, 2, 3], [1, 0.5, 3], [0, 2, 1], [1, 1, 1]]
    out["equal"] = [[1, 2, 3]] + [[1, 0.1, 0.2]] * 6
    out["single"] = [[5]] + [[v] for v in (0, 1, 1, 2, 3, 5, 5, 4, 2, 1)]
    out["nobody"] = [[1, 1]] + [[0, 0]] * 5

    rows = able(rng, 24, ten[:6])
    for row in rows:
        row[2], row[4] = 1, 0
    out["constant"] = [[1] * 6] + rows

    # The last two items are got by those who get the rest wrong, and one of them outweighs it.
    rows = able(rng, 30, ten[:6])
    for row in rows:
        few = sum(row) < 4
        row += [int(few), 3 if few and rng.random() < 0.9 else 0]
    out["negative"] = [[1] * 6 + [1, 3]] + rows

    # All covariances with T are 0 or below, so no weight is left to share.
    out["opposed"] = [[1, 1], [1, 0], [0, 1], [1, 0], [0, 1]]
    # Totals are equal as decimals and not as binary fractions: 0.1 + 0.2 is 0.3.
    out["tenths"] = [[1, 1, 1], [0.1, 0.2, 0], [0, 0, 0.3], [0.3, 0, 0], [0.2, 0.1, 0], [0, 0.15, 0.15]]
    # An item whose covariance with T is 0, not nearly 0.
    out["unrelated"] = [[0.1, 0.1, 0.3]] + [[a, b, 0] for a in (0, 0.1) for b in (0, 0.1)] + [[0.1, 0.1, 0.3], [0, 0, 0.3]]
    out["balanced"] = [[1, 1], [0.1, 0.7], [0.3, 0.5], [0.1, 0.5], [0.3, 0.3]]

    rows = []
    for row in able(rng, 60, [-1, 0, 1] + [d / 4 for d in range(-4, 5)]):
        drawn = rng.sample(range(3, 12), 4)
        rows.append([v if i < 3 or i in drawn else "" for i, v in enumerate(row)])
    out["pool"] = [[1] * 12] + rows

    # Some were asked fewer; one item was asked once, one never.
    rows = []
    for k, row in enumerate(able(rng, 25, [-1, 0, 1, 0, 0.5, -0.5, 0, 0])):
        drawn = rng.sample(range(2, 6), rng.randint(0, 3))
        row = [v * 2 if i < 2 or i in drawn else "" for i, v in enumerate(row)]
        row[6] = 1 if k == 7 else ""
        rows.append(row)
    out["ragged"] = [[2] * 8] + rows

    out["big"] = [[1e12, 1e12, 1e12]] + [[f"{999999999000 + rng.randint(0, 3)}", f"{999999999000 + rng.randint(0, 3)}.5", f"{rng.randint(0, 1)}"] for _ in range(20)]
    out["small"] = [["0.000001"] * 4] + [[f"{rng.randint(0, 1000) / 1e9:.9f}" for _ in range(4)] for _ in range(15)]
    # Marks by certainty go below 0; an item that cannot earn anything has no facility.
    out["below"] = [[1, 1, 1, 0]] + [[f"{rng.choice([-2, -0.6666667, 0, 0.3333333, 0.6666667, 1])}" for _ in range(3)] + [0] for _ in range(22)]
    return out


def write():
    here = pathlib.Path(__file__).parent
    for name, table in sets().items():
        lines = [",".join(str(cell) for cell in row) for row in table]
        (here / f"{name}.csv").write_text("\n".join(lines) + "\n")
    # The same marks as "parts" as a German spreadsheet saves them.
    german = (here / "parts.csv").read_text().replace(",", ";").replace(".", ",").replace("\n", "\r\n")
    (here / "german.csv").write_bytes(("\ufeff" + german).encode())
    for path in sorted(here.glob("*.csv")):
        path.with_suffix(".json").write_text(json.dumps(plain(analyse(*read(path))), indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(plain(analyse(*read(sys.argv[1]))), indent=1))
    else:
        write()
