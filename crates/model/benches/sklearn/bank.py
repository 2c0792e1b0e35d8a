"""Writes the table on which training with pairs is timed: shaped like a bank's telephone campaign, 16 columns, made up.

Nine columns of text and seven of numbers, 12 % positives; the truth has bends, and four pairs of features that act
together. Needs nothing but Python itself; the same seed gives the same files.

    python bank.py --out FOLDER                  # FOLDER/bank.train.csv, bank.test.csv, bank.json as in quality.py
"""

import argparse
import csv
import json
import math
import pathlib
import random

JOBS = {"worker": (22, -0.25), "manager": (21, 0.1), "technician": (17, 0.0), "clerk": (11, 0.1), "services": (9, -0.15),
        "retired": (6, 0.4), "self-employed": (4, 0.0), "founder": (3, -0.2), "unemployed": (3, 0.1), "student": (3, 0.5),
        "unknown": (1, 0.0)}
MONTHS = {"jan": (3, 0.2), "feb": (6, 0.2), "mar": (1, 1.3), "apr": (7, 0.4), "may": (30, -0.7), "jun": (12, 0.1),
          "jul": (15, -0.4), "aug": (14, -0.2), "sep": (1, 1.1), "oct": (2, 1.0), "nov": (9, -0.4), "dec": (1, 1.4)}
COLUMNS = ("age", "job", "marital", "education", "default", "balance", "housing", "loan", "contact", "day", "month",
           "duration", "campaign", "pdays", "previous", "poutcome", "y")
# Brings the share of positives to about 12 %.
BASE = -5.35


def pick(dice, weights):
    return dice.choices(list(weights), weights=list(weights.values()))[0]


def yes(dice, share):
    return "yes" if dice.random() < share else "no"


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def person(dice):
    """Who is called."""
    job = pick(dice, {name: weight for name, (weight, _) in JOBS.items()})
    mean, spread = {"retired": (63, 8), "student": (25, 4)}.get(job, (40, 9))
    age = min(max(int(dice.gauss(mean, spread)), 18), 95)
    alone = {"single": max(70 - age, 8), "married": age, "divorced": 4 + age / 5}
    skilled = job in ("manager", "self-employed", "founder")
    education = pick(dice, {"tertiary": 65 if skilled else 20, "secondary": 55, "primary": 18, "unknown": 4})
    money = dice.lognormvariate(6.2 + 0.3 * (education == "tertiary") + 0.01 * (age - 40), 1.3)
    balance = int(money if dice.random() > 0.08 else -dice.expovariate(1 / 330))
    housing = yes(dice, sigmoid(1.1 - 0.05 * (age - 35)))
    return [age, job, pick(dice, alone), education, yes(dice, 0.02), balance, housing, yes(dice, 0.16)]


def call(dice):
    """The call, and those before it."""
    month = pick(dice, {name: weight for name, (weight, _) in MONTHS.items()})
    early = month in ("may", "jun")
    contact = pick(dice, {"cellular": 42 if early else 88, "unknown": 53 if early else 5, "telephone": 6})
    duration = min(int(dice.lognormvariate(5.2, 0.92)), 4900)
    campaign = min(1 + int(dice.expovariate(0.55)), 60)
    if dice.random() > (0.01 if contact == "unknown" else 0.25):
        return [contact, dice.randint(1, 31), month, duration, campaign, -1, 0, "unknown"]
    days = max(1, int(dice.gauss(182, 8) if dice.random() < 0.45 else dice.gammavariate(4, 60)))
    outcome = pick(dice, {"failure": 59, "other": 22, "success": 19})
    return [contact, dice.randint(1, 31), month, duration, campaign, days, 1 + int(dice.expovariate(0.5)), outcome]


def logit(age, job, marital, education, default, balance, housing, loan, contact, day, month, duration, campaign, pdays,
          previous, poutcome):
    """The truth, in log-odds."""
    talk = math.log1p(duration / 60)
    alone = (2.1 * talk + MONTHS[month][1] + JOBS[job][1] + 0.001 * (age - 42) ** 2
             + 0.15 * min(max(math.log1p(max(balance, 0)) - 5, -2), 4) - 0.6 * (housing == "yes") - 0.5 * (loan == "yes")
             - 0.15 * min(campaign, 10) + 2.2 * (poutcome == "success") - 0.9 * (contact == "unknown")
             + 0.3 * (education == "tertiary") - 0.2 * (marital == "married") - 0.3 * (default == "yes")
             + 0.4 * (80 < pdays < 100) + 0.02 * min(previous, 8))
    together = (1.0 * (talk - 1.6) * (contact == "unknown") - 0.9 * (talk - 1.6) * (poutcome == "success")
                + 0.05 * min(max(age - 45, -20), 25) * (job in ("retired", "clerk"))
                + 0.9 * (day > 20 and month in ("oct", "nov", "jan")) - 0.8 * (day < 8 and month in ("jul", "aug")))
    return BASE + alone + together


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--train", type=int, default=45_000, help="rows to train on")
    parser.add_argument("--test", type=int, default=15_000, help="rows to measure on")
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    dice = random.Random(args.seed)
    for part, rows in (("train", args.train), ("test", args.test)):
        with open(args.out / f"bank.{part}.csv", "w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, delimiter=";", lineterminator="\n")
            table.writerow(COLUMNS)
            for _ in range(rows):
                cells = person(dice) + call(dice)
                table.writerow([*cells, yes(dice, sigmoid(logit(*cells)))])
    # the last of the files: where it is, the others are whole
    setting = {"target": "y", "positive": "yes", "delimiter": ";", "source": "bank.py: synthetic"}
    (args.out / "bank.json").write_text(json.dumps(setting) + "\n")


if __name__ == "__main__":
    main()
