"""How long do scikit-learn and interpret-core train where `lead-model train` takes seconds? Prints one JSON line each.

    lead-model synth --rows 100000 > synth.csv
    python train.py --data synth.csv --target converted --positive 1
    python train.py --ebm FOLDER/NAME            # NAME.train.csv, NAME.test.csv, NAME.json as in quality.py

--data: for every number of knots, SplineTransformer(degree=1, that many quantile knots) + LogisticRegressionCV(Cs = 1 /
penalties, stratified folds, log loss) on the rows that are not held out; seconds are the sum over the knots, the AUC is
the held-out one of the choice with the best cross-validated log loss. Spline columns are made once per number of knots
before the folds are cut, which is scikit-learn's quickest way. Both of its layouts are timed: dense and sparse.
The default grid, folds and held-out share are those of `lead-model train` (src/train/select.rs); it stops early where a
finer curve no longer helps and tries pairs beside, which `--pairs 0` leaves out.

cpu_seconds is what the processes used in all, imports and reading the CSV included: where it is far below jobs x
seconds, something else had the cores. Every fit runs in a process of its own that is ended after --budget seconds; its line then says "finished": false and
its seconds are a lower bound. Reading the CSV is not timed here; `lead-model train` reads it within its seconds.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import signal
import sys
import time
import warnings

for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)  # forced kernels would slow numpy down

import numpy as np  # noqa: E402
from sklearn.linear_model import LogisticRegressionCV  # noqa: E402
from sklearn.metrics import log_loss, roc_auc_score  # noqa: E402
from sklearn.model_selection import StratifiedKFold, train_test_split  # noqa: E402

import tables  # noqa: E402
from methods import METHODS, spline_columns  # noqa: E402
from quality import versions  # noqa: E402


def kernel():
    """The BLAS that numpy runs on, for the record."""
    from threadpoolctl import threadpool_info
    return sorted({f"{i['internal_api']} {i.get('architecture', '')}".strip() for i in threadpool_info()})


def spline_grid(args, layout, say):
    """The grid search; reports after each number of knots so that an ended run still shows how far it came."""
    table = tables.read(args.data, args.delimiter)
    features, outcome = tables.split(table, args.target, args.positive)
    rows = train_test_split(np.arange(len(outcome)), test_size=args.holdout, random_state=args.seed, stratify=outcome)
    train, test = features.iloc[rows[0]].copy(), features.iloc[rows[1]].copy()
    y, y_test = outcome[rows[0]], outcome[rows[1]]
    numeric, text = tables.kinds(train)
    for part in (train, test):
        part[numeric] = part[numeric].astype(float)
        for name in text:
            part[name] = part[name].fillna("(missing)").astype(str)
    total, best = 0.0, None
    for count in args.knots:
        begin = time.perf_counter()
        columns = spline_columns(train, numeric, text, count, sparse=layout == "sparse")
        x = columns.fit_transform(train)
        folds = StratifiedKFold(args.folds, shuffle=True, random_state=args.seed)
        fit = LogisticRegressionCV(Cs=[1 / p for p in args.penalties], cv=folds, scoring="neg_log_loss", max_iter=2000,
                                   l1_ratios=(0.0,), use_legacy_attributes=False, n_jobs=args.jobs).fit(x, y)
        total += time.perf_counter() - begin
        mean = float(np.asarray(fit.scores_).reshape(args.folds, -1).mean(axis=0).max())
        if best is None or mean > best["mean"]:
            p = fit.predict_proba(columns.transform(test))[:, 1]
            best = {"mean": mean, "knots": count, "penalty": round(1 / float(np.ravel(fit.C_)[0]), 6), "columns": x.shape[1],
                    "auc": round(float(roc_auc_score(y_test, p)), 5), "log_loss": round(float(log_loss(y_test, p)), 5)}
        say({"rows": len(y), "features": len(numeric) + len(text), "seconds": round(total, 2), "knots_done": count,
             "chosen": {k: best[k] for k in ("knots", "penalty", "columns")}, "auc": best["auc"],
             "log_loss": best["log_loss"], "blas": kernel(), "finished": count == args.knots[-1]})


def boosting(args, method, say):
    """One fit of a method of methods.py on a split of quality.py."""
    folder, name = args.ebm.parent, args.ebm.name
    setting = json.loads((folder / f"{name}.json").read_text())
    train, y, test, y_test, numeric, text = tables.prepare(folder, name, setting)
    begin = time.perf_counter()
    model = METHODS[method](train, numeric, text).fit(train, y)
    seconds = time.perf_counter() - begin
    p = model.predict_proba(test)[:, 1]
    say({"rows": len(y), "features": len(numeric) + len(text), "seconds": round(seconds, 2),
         "auc": round(float(roc_auc_score(y_test, p)), 5), "log_loss": round(float(log_loss(y_test, p)), 5), "finished": True})


def child(work, args, variant, pipe):
    os.setsid()  # so that joblib's workers end with it
    warnings.simplefilter("ignore")
    work(args, variant, pipe.send)


def cpu_of_session(leader):
    """CPU seconds that the living processes of a session have used (Linux; None elsewhere)."""
    if not pathlib.Path("/proc/self/stat").exists():
        return None
    ticks = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # ended meanwhile
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return round(ticks / os.sysconf("SC_CLK_TCK"), 1)


def bounded(what, work, args, variant):
    """Runs `work` for at most the budget and prints its last report."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(work, args, variant, theirs))
    begin = time.perf_counter()
    process.start()
    theirs.close()
    report, stopped = {}, None
    try:
        while not report.get("finished"):
            if not ours.poll(max(0.0, begin + args.budget - time.perf_counter())):
                stopped = f"after the budget of {args.budget:g} s"
                break
            try:
                report = ours.recv()
            except EOFError:
                stopped = "failed"
                break
        elapsed, cpu = time.perf_counter() - begin, cpu_of_session(process.pid)
    finally:  # after Ctrl-C too
        try:
            os.killpg(process.pid, signal.SIGKILL)  # joblib's workers too, which would linger
        except ProcessLookupError:
            pass
        process.join()
    if stopped:
        report = {**report, "seconds": round(elapsed, 2), "finished": False, "stopped": stopped}
    print(json.dumps({"what": what, **report, "cpu_seconds": cpu, "jobs": args.jobs, "versions": versions()}), flush=True)
    return report["finished"]


def main():
    def numbers(kind):
        return lambda text: [kind(v) for v in text.split(",")]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, help="CSV for the spline grid")
    parser.add_argument("--target", default="converted")
    parser.add_argument("--positive", default="1")
    parser.add_argument("--delimiter", default=",")
    parser.add_argument("--penalties", type=numbers(float), default=[300, 100, 30, 10, 5, 2, 0.7, 0.25, 0.1],
                        help="L2 penalties, the strongest first; Cs = 1/penalty")
    parser.add_argument("--knots", type=numbers(int), default=[2, 5, 9, 17, 33], help="numbers of knots (pieces + 1); 2 is a line")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--holdout", type=float, default=0.2, help="share held out, as in `lead-model train`")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--layouts", default="dense,sparse")
    parser.add_argument("--ebm", type=pathlib.Path, help="FOLDER/NAME of a split: boosting machines")
    parser.add_argument("--methods", default="ebm,hist_gb", help="methods for --ebm")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--budget", type=float, default=600, help="seconds per line")
    args = parser.parse_args()
    if not args.data and not args.ebm:
        parser.error("give --data, --ebm or both")
    done = []
    if args.data:
        for layout in args.layouts.split(","):
            grid = f"{len(args.penalties)} penalties x {len(args.knots)} knots x {args.folds} folds"
            done.append(bounded(f"SplineTransformer + LogisticRegressionCV, {layout}, {grid}", spline_grid, args, layout))
    if args.ebm:
        for method in args.methods.split(","):
            done.append(bounded(f"{method} on {args.ebm.name}", boosting, args, method))
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
