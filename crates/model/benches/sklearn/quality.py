"""How good is our scorecard on tables it has never seen, next to the usual methods?

For every NAME.train.csv / NAME.test.csv / NAME.json in a folder: fit on the train part, report ROC AUC, log loss and
ECE on the test part. The other methods' figures are cached in baselines.json in that folder, so they are fitted once;
ours (--ours path/to/lead-model) are made anew each time.

    python quality.py FOLDER [--ours target/release/lead-model] [--only NAME,NAME] [--methods onehot_lr,hist_gb] [--again]
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss, roc_auc_score

import tables
from methods import METHODS


def ece(outcome, probability, bins=10):
    """Expected calibration error: bins of equal width, weighted by rows."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            total += inside.sum() * abs(probability[inside].mean() - outcome[inside].mean())
    return total / len(outcome)


def ece_quantile(outcome, probability, bins=10):
    """The same with bins of equal count: sees miscalibration that equal width hides where scores crowd."""
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, bins)
    return sum(len(p) * abs(probability[p].mean() - outcome[p].mean()) for p in parts) / len(outcome)


def figures(outcome, probability, seconds):
    return {
        "auc": round(float(roc_auc_score(outcome, probability)), 5),
        "log_loss": round(float(log_loss(outcome, np.clip(probability, 1e-15, 1 - 1e-15))), 5),
        "ece": round(float(ece(outcome, probability)), 5),
        "ece_q": round(float(ece_quantile(outcome, probability)), 5),
        "seconds": round(seconds, 2),
    }


def versions():
    from importlib.metadata import version
    names = ("scikit-learn", "interpret-core", "numpy", "scipy", "pandas")
    return {"python": sys.version.split()[0], **{n: version(n) for n in names}}


def baselines(folder, name, setting, cache, methods, again):
    """Fills the cache for one table; writes it after every fit, so that a stopped run loses one at most."""
    known = cache["tables"].setdefault(name, {})
    missing = [m for m in methods if again or m not in known]
    if not missing:
        return
    train, y_train, test, y_test, numeric, text = tables.prepare(folder, name, setting)
    known["rows"] = [len(train), len(test)]
    known["columns"] = {"numeric": len(numeric), "text": len(text)}
    known["positives"] = round(float(y_test.mean()), 4)
    for method in missing:
        begin = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = METHODS[method](train, numeric, text).fit(train, y_train)
            seconds = time.perf_counter() - begin
            known[method] = figures(y_test, model.predict_proba(test)[:, 1], seconds)
        print(f"  {name} {method}: {known[method]}", file=sys.stderr, flush=True)
        (folder / "baselines.json").write_text(json.dumps(cache, indent=1) + "\n")


def ours(binary, folder, name, setting, extra):
    """Trains and scores with our command line; the score column is the probability."""
    _, y_test = tables.split(
        tables.read(folder / f"{name}.test.csv", setting.get("delimiter", ",")), setting["target"], setting["positive"])
    delimiter = ["--delimiter", setting["delimiter"]] if setting.get("delimiter", ",") != "," else []
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        train = [binary, "train", "--data", str(folder / f"{name}.train.csv"), "--target", setting["target"],
                 "--positive", str(setting["positive"]), *delimiter, "--out", str(scratch / "model.json"), *extra]
        begin = time.perf_counter()
        subprocess.run(train, check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - begin
        score = [binary, "score", "--model", str(scratch / "model.json"), "--in", str(folder / f"{name}.test.csv"),
                 *delimiter, "--out", str(scratch / "scored.csv"), "--keep"]
        subprocess.run(score, check=True, capture_output=True, text=True)
        scored = pd.read_csv(scratch / "scored.csv", sep=setting.get("delimiter", ","), low_memory=False)
        if "raw_score" not in scored.columns:  # the output's delimiter may be the comma all the same
            scored = pd.read_csv(scratch / "scored.csv", low_memory=False)
    if len(scored) != len(y_test):
        raise ValueError(f"{name}: {len(scored)} rows scored of {len(y_test)}")
    return figures(y_test, scored["raw_score"].to_numpy(float), seconds)


def closed(known, mine):
    """Share of the distance from one-hot LR to gradient boosting (AUC) that our model covers; None where there is none."""
    gap = known["hist_gb"]["auc"] - known["onehot_lr"]["auc"]
    return None if gap < 0.002 else (mine["auc"] - known["onehot_lr"]["auc"]) / gap


def show(name, known, mine):
    rows, kinds = known["rows"], known["columns"]
    print(f"\n{name}: {rows[0]} + {rows[1]} rows, {kinds['numeric']} numeric + {kinds['text']} text, "
          f"{100 * known['positives']:.1f} % positives")
    print(f"  {'method':<12} {'AUC':>7} {'log loss':>9} {'ECE':>7} {'ECE(q)':>7} {'fit s':>7}")
    lines = [(m, known[m]) for m in METHODS if m in known] + ([("ours", mine)] if mine else [])
    for method, f in lines:
        print(f"  {method:<12} {f['auc']:7.4f} {f['log_loss']:9.4f} {f['ece']:7.4f} {f['ece_q']:7.4f} {f['seconds']:7.1f}")
    if mine:
        share = closed(known, mine)
        position = "no gap between one-hot LR and boosting" if share is None else f"{100 * share:.0f} % of the gap closed"
        print(f"  ours - onehot_lr {mine['auc'] - known['onehot_lr']['auc']:+.4f} AUC, "
              f"ours - hist_gb {mine['auc'] - known['hist_gb']['auc']:+.4f}, {position}")


def summary(known, results):
    """One line per table: the three figures of one-hot LR, ours, boosting machine with pairs, gradient boosting."""
    print("\n| table | AUC LR / ours / EBM / HGB | log loss | ECE | gap closed | train s |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, mine in results.items():
        four = [known[name].get("onehot_lr"), mine, known[name].get("ebm"), known[name].get("hist_gb")]
        cells = [" / ".join("-" if f is None else f"{f[key]:.4f}" for f in four) for key in ("auc", "log_loss", "ece")]
        share = closed(known[name], mine)
        print(f"| {name} | {' | '.join(cells)} | {'-' if share is None else f'{100 * share:.0f} %'} | {mine['seconds']:.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--ours", help="the lead-model binary; without it only the other methods are shown")
    parser.add_argument("--only", help="table names, separated by commas")
    parser.add_argument("--methods", default=",".join(METHODS), help="which of the other methods to fit (all)")
    parser.add_argument("--again", action="store_true", help="fit the other methods anew")
    parser.epilog = "Flags after -- go to `lead-model train`."
    words = sys.argv[1:]
    here = words.index("--") if "--" in words else len(words)
    args, extra = parser.parse_args(words[:here]), words[here + 1:]

    path = args.folder / "baselines.json"
    cache = json.loads(path.read_text()) if path.exists() else {"versions": versions(), "tables": {}}
    if cache["versions"] != versions():
        print(f"note: cached with {cache['versions']}, now {versions()}; --again fits anew", file=sys.stderr)
        if args.again:
            cache = {"versions": versions(), "tables": {}}
    chosen = args.only.split(",") if args.only else None
    failed, results = [], {}
    for name, setting in tables.settings(args.folder).items():
        if chosen and name not in chosen:
            continue
        baselines(args.folder, name, setting, cache, args.methods.split(","), args.again)
        mine = None
        if args.ours:
            try:
                mine = ours(args.ours, args.folder, name, setting, extra)
            except subprocess.CalledProcessError as error:
                failed.append(name)
                print(f"\n{name}: {' '.join(error.cmd[:2])} failed: {error.stderr.strip()}")
        show(name, cache["tables"][name], mine)
        if mine:
            results[name] = mine
    if results:
        summary(cache["tables"], results)
    print("\n" + ", ".join(f"{k} {v}" for k, v in cache["versions"].items()))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
