"""Writes the fixture that our evaluation measures are checked against.

scikit-learn gives ROC AUC, PR AUC (average precision), log loss and Brier; DeLong's variance, its 95 % interval and the
paired test are written here twice, by the definition (all pairs of a positive and a negative) and by midranks, and the
two must agree; ECE and gain per decile by their definitions below. Scores are rounded so that ties occur.

    python reference.py --out ../../tests/it/fixtures/quality.json

Definitions
- interval: AUC +- 1.959964 standard errors, clipped to [0, 1] (the plain one, not the logit-transformed).
- log_loss: mean of -ln p of what happened, scores clipped to [1e-15, 1 - 1e-15].
- average_precision: sum over distinct scores of (recall gained) x precision, no interpolation.
- ece, reliability: ten bins, floor(10 x score), a score of 1 in the last; |mean score - share of positives| weighted by rows.
- deciles: rows by falling score, ties in row order, decile d = rows [floor(d n / 10), floor((d + 1) n / 10));
  lift = the decile's share of positives / the overall share; gain = share of all positives found up to its end.
  `tied` marks deciles whose border cuts through equal scores: their figures depend on the order of equal rows.
- paired: AUC(a) - AUC(b) on the same rows, covariance by DeLong, two-sided normal p.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import scipy
import sklearn
from scipy.stats import norm, rankdata
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

Z = 1.959963984540054


def placements(y, s):
    """(V10 per positive, V01 per negative) by the definition: the share of the other class beaten, ties half."""
    pos, neg = s[y == 1], s[y == 0]
    wins = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return wins.mean(axis=1), wins.mean(axis=0)


def placements_by_ranks(y, s):
    """The same from midranks (Sun and Xu 2014)."""
    pos, neg = s[y == 1], s[y == 0]
    both = rankdata(np.r_[pos, neg])
    return (both[: len(pos)] - rankdata(pos)) / len(neg), 1.0 - (both[len(pos):] - rankdata(neg)) / len(pos)


def covariance(y, *scores):
    """AUCs and DeLong's covariance matrix of one or more score sets on the same rows."""
    v = [placements(y, s) for s in scores]
    for (a, b), s in zip(v, scores):
        c, d = placements_by_ranks(y, s)
        assert np.allclose(a, c, atol=1e-12) and np.allclose(b, d, atol=1e-12)
    v10, v01 = np.array([a for a, _ in v]), np.array([b for _, b in v])
    cov = np.atleast_2d(np.cov(v10)) / v10.shape[1] + np.atleast_2d(np.cov(v01)) / v01.shape[1]
    return v10.mean(axis=1), cov


def ece(y, s, bins=10):
    place = np.minimum((s * bins).astype(int), bins - 1)
    return float(sum(abs(s[place == b].sum() - y[place == b].sum()) for b in range(bins)) / len(y))


def reliability(y, s, bins=10):
    """Per bin of equal width: rows, mean score, share of positives (null where empty)."""
    place = np.minimum((s * bins).astype(int), bins - 1)
    rows = []
    for b in range(bins):
        inside = place == b
        n = int(inside.sum())
        rows.append({"rows": n, "mean": float(s[inside].mean()) if n else None, "share": float(y[inside].mean()) if n else None})
    return rows


def deciles(y, s):
    order = np.argsort(-s, kind="stable")
    n, total, found, rows = len(y), int(y.sum()), 0, []
    for d in range(10):
        low, high = d * n // 10, (d + 1) * n // 10
        positives = int(y[order[low:high]].sum())
        found += positives
        cut = [k for k in (low, high) if 0 < k < n and s[order[k - 1]] == s[order[k]]]
        rows.append({"rows": high - low, "positives": positives, "lift": positives / (high - low) / (total / n),
                     "gain": found / total, "tied": bool(cut)})
    return rows


def one(y, s):
    auc, cov = covariance(y, s)
    assert abs(auc[0] - roc_auc_score(y, s)) < 1e-12
    error = float(np.sqrt(cov[0, 0]))
    clipped = np.clip(s, 1e-15, 1 - 1e-15)
    return {
        "roc_auc": float(roc_auc_score(y, s)),
        "roc_auc_variance": float(cov[0, 0]),
        "roc_auc_interval": [max(0.0, float(auc[0]) - Z * error), min(1.0, float(auc[0]) + Z * error)],
        "average_precision": float(average_precision_score(y, s)),
        "log_loss": float(log_loss(y, clipped)),
        "brier": float(brier_score_loss(y, s)),
        "ece": ece(y, s),
        "reliability": reliability(y, s),
        "deciles": deciles(y, s),
    }


def paired(y, a, b):
    auc, cov = covariance(y, a, b)
    variance = float(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    difference = float(auc[0] - auc[1])
    z = difference / np.sqrt(variance)
    return {"difference": difference, "variance": variance, "z": float(z), "p": float(2 * norm.sf(abs(z)))}


def draw(seed, rows, base, digits, sharp, noise):
    """An outcome and two score sets of different skill, rounded to `digits`.

    `sharp` < 1 makes the first over-confident, `noise` blurs the second.
    """
    rng = np.random.default_rng(seed)
    logit = base + 1.3 * rng.normal(size=rows)
    y = (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(int)
    a = 1 / (1 + np.exp(-(logit + 0.4 * rng.normal(size=rows)) / sharp))
    b = 1 / (1 + np.exp(-(logit + noise * rng.normal(size=rows))))
    return y, np.round(a, digits), np.round(b, digits)


CASES = (
    ("few ties", 1, 200, -1.2, 6, 1.0, 4.0),
    ("many ties", 2, 150, 0.0, 1, 1.0, 1.2),
    ("rare and over-confident", 3, 300, -3.0, 3, 0.5, 1.2),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    sets = [(name, *draw(*rest)) for name, *rest in CASES]
    # small enough to check with a pencil: one tie between the classes, a score of 0 and one of 1
    y = np.array([1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0])
    a = np.array([1.0, 0.9, 0.8, 0.8, 0.7, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0])
    b = np.array([0.9, 0.4, 0.6, 0.7, 0.8, 0.5, 0.1, 0.2, 0.5, 0.3, 0.1, 0.6])
    sets.append(("by hand", y, a, b))
    cases = []
    for name, y, a, b in sets:
        cases.append({"name": name, "rows": len(y), "outcome": y.tolist(), "a": a.tolist(), "b": b.tolist(),
                      "measures_a": one(y, a), "measures_b": one(y, b), "paired": paired(y, a, b)})
        print(f"{name}: {len(y)} rows, {y.sum()} positives, AUC {cases[-1]['measures_a']['roc_auc']:.4f} / "
              f"{cases[-1]['measures_b']['roc_auc']:.4f}, paired p {cases[-1]['paired']['p']:.4g}")
    document = {
        "made_by": "crates/model/benches/sklearn/reference.py",
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "definitions": __doc__.split("Definitions\n")[1].strip().splitlines(),
        "cases": cases,
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{args.out.name}: {args.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
