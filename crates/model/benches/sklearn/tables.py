"""Reads a CSV export the way every script here does, and names the columns' kinds.

Not a cleaning step: cells stay as exported. Three rules only, the same for every method:
a text column of which 95 % of the filled cells are numbers is numeric; constant columns and text columns with more
distinct values than half the rows (identifiers, free text) are dropped; pandas' own missing tokens are missing.
"""

import json
import pathlib

import numpy as np
import pandas as pd


def read(path, delimiter=","):
    """One CSV with text cells turned to numbers where the column is one of numbers."""
    table = pd.read_csv(path, sep=delimiter, low_memory=False)
    for name in table.columns:
        if table[name].dtype.kind in "ifb":
            continue
        text = table[name].astype(object).map(lambda v: v.strip() if isinstance(v, str) else v)
        text = text.where(text != "", np.nan)
        number = pd.to_numeric(text, errors="coerce")
        filled = text.notna().sum()
        table[name] = number if filled and number.notna().sum() >= 0.95 * filled else text
    return table


def settings(folder):
    """NAME -> {target, positive, delimiter} for every NAME.json beside NAME.train.csv and NAME.test.csv."""
    folder = pathlib.Path(folder)
    found = {}
    for path in sorted(folder.glob("*.json")):
        if (folder / f"{path.stem}.train.csv").exists() and (folder / f"{path.stem}.test.csv").exists():
            found[path.stem] = json.loads(path.read_text())
    return found


def split(table, target, positive):
    """Features and 0/1 outcome."""
    outcome = table[target].map(lambda v: str(int(v)) if isinstance(v, float) and v == int(v) else str(v))
    return table.drop(columns=target), (outcome == str(positive)).to_numpy().astype(int)


def kinds(features):
    """(numeric columns, text columns) of the training part, without constant ones and identifiers."""
    numeric, text = [], []
    for name in features.columns:
        distinct = features[name].nunique()
        if distinct < 2 and features[name].notna().all() or distinct == 0:
            continue
        if features[name].dtype.kind in "ifb":
            numeric.append(name)
        elif distinct <= len(features) / 2:
            text.append(name)
    return numeric, text


def prepare(folder, name, setting):
    """(train features, train outcome, test features, test outcome, numeric names, text names) of one split."""
    folder = pathlib.Path(folder)
    parts = []
    for part in ("train", "test"):
        table = read(folder / f"{name}.{part}.csv", setting.get("delimiter", ","))
        parts.append(split(table, setting["target"], setting["positive"]))
    (train, y_train), (test, y_test) = parts
    numeric, text = kinds(train)
    # one cell of text in the test part only must not change a column's kind
    for column in numeric:
        test[column] = pd.to_numeric(test[column], errors="coerce")
    for part in (train, test):
        part[numeric] = part[numeric].astype(float)
        for column in text:
            part[column] = part[column].astype(object).map(lambda v: "(missing)" if pd.isna(v) else str(v))
    return train[numeric + text], y_train, test[numeric + text], y_test, numeric, text
