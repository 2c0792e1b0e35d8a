"""Writes the fixture that holds linfa's fit to scikit-learn's: plain linear features, alpha = 1/C.

Four cases of eight standardised columns: 50 % and 5 % positives, the outcome stored as "positive class first seen" and
"last seen" (linfa-logistic 0.8.1 takes the majority, or the first seen, as positive: both orders must come out alike).
For every alpha: coefficients, intercept and the first rows' probabilities of LogisticRegression(lbfgs, tol 1e-12),
checked against Newton's method run to a gradient below 1e-10. The file holds Newton's figures, which are the minimiser;
how far scikit-learn's own stop was from them is stated beside.

    python parity.py --out ../../tests/it/fixtures/parity.json
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import scipy
import sklearn
from sklearn.linear_model import LogisticRegression

ALPHAS = (0.1, 1.0, 10.0)
COLUMNS = 8
# name, rows, share of positives, whether the first row is positive
CASES = (
    ("half, positive first", 400, 0.50, True),
    ("half, negative first", 400, 0.50, False),
    ("rare, positive first", 900, 0.05, True),
    ("rare, negative first", 900, 0.05, False),
)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def draw(seed, rows, share, positive_first):
    """Correlated columns, standardised with the population deviation and rounded before any fit, and an outcome."""
    rng = np.random.default_rng(seed)
    mix = np.eye(COLUMNS) + 0.35 * rng.normal(size=(COLUMNS, COLUMNS))
    x = rng.normal(size=(rows, COLUMNS)) @ mix
    x[:, 1] = np.exp(0.5 * x[:, 1])  # one heavy tail
    x[:, 2] = (x[:, 2] > 0.4).astype(float)  # one flag
    x = np.round((x - x.mean(axis=0)) / x.std(axis=0), 6)
    logit = x @ np.array([0.9, -0.6, 0.5, 0.0, 0.3, -0.2, 0.1, -0.8]) + 0.7 * rng.normal(size=rows)
    positives = round(share * rows)
    # the highest noisy logits convert: exactly the share wanted
    y = np.zeros(rows, dtype=int)
    y[np.argsort(-(logit + rng.logistic(size=rows)), kind="stable")[:positives]] = 1
    first = int(np.flatnonzero(y == int(positive_first))[0])
    order = np.r_[first, np.delete(np.arange(rows), first)]
    return x[order], y[order]


def newton(x, y, alpha):
    """Minimiser of sum log(1 + exp(-s z)) + alpha/2 |w|^2 with a free intercept; returns (w, b, largest gradient)."""
    rows, columns = x.shape
    design = np.c_[x, np.ones(rows)]
    penalty = np.r_[np.full(columns, alpha), 0.0]
    theta = np.zeros(columns + 1)
    for _ in range(100):
        p = sigmoid(design @ theta)
        gradient = design.T @ (p - y) + penalty * theta
        if np.abs(gradient).max() < 1e-10:
            break
        hessian = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        theta = theta - np.linalg.solve(hessian, gradient)
    largest = float(np.abs(design.T @ (sigmoid(design @ theta) - y) + penalty * theta).max())
    assert largest < 1e-10, f"Newton stopped at a gradient of {largest}"
    return theta[:-1], float(theta[-1]), largest


def fit(x, y, alpha):
    """One record: the minimiser, and how far scikit-learn stopped from it."""
    w, b, gradient = newton(x, y, alpha)
    model = LogisticRegression(C=1.0 / alpha, solver="lbfgs", tol=1e-12, max_iter=100_000).fit(x, y)
    assert list(model.classes_) == [0, 1]
    p = sigmoid(x @ w + b)
    far_w = float(np.abs(model.coef_[0] - w).max())
    far_p = float(np.abs(model.predict_proba(x)[:, 1] - p).max())
    assert far_w < 1e-5 and far_p < 1e-6, f"scikit-learn is {far_w} and {far_p} off"
    return {
        "alpha": alpha,
        "c": 1.0 / alpha,
        "coefficients": w.tolist(),
        "intercept": b,
        "probabilities": [float(f"{v:.12g}") for v in p],
        "newton_gradient": gradient,
        "sklearn": {
            "coefficients": model.coef_[0].tolist(),
            "intercept": float(model.intercept_[0]),
            "iterations": int(model.n_iter_[0]),
            "largest_coefficient_difference": far_w,
            "largest_probability_difference": far_p,
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    cases = []
    for seed, (name, rows, share, positive_first) in enumerate(CASES, start=1):
        x, y = draw(seed, rows, share, positive_first)
        assert y.sum() == round(share * rows) and y[0] == int(positive_first)
        fits = [fit(x, y, alpha) for alpha in ALPHAS]
        cases.append({"name": name, "rows": rows, "positives": int(y.sum()), "x": x.tolist(), "y": y.tolist(), "fits": fits})
        worst = max(f["sklearn"]["largest_coefficient_difference"] for f in fits)
        print(f"{name}: {rows} rows, {y.sum()} positives, scikit-learn at most {worst:.1e} from Newton")
    document = {
        "made_by": "crates/model/benches/sklearn/parity.py",
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "objective": "sum(log(1 + exp(-s z))) + alpha / 2 * |w|^2, intercept free, alpha = 1 / C",
        "columns": COLUMNS,
        "cases": cases,
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{args.out.name}: {args.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
