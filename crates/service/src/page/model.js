// What is known about the model: its card, its drift, and how a challenger compares.

import { bar, counted, el, facts, fill, fixed, percent, quiet, table } from "./dom.js";

export function showCard(place, info, importance) {
  const { training, cut_points, name } = info.metadata;
  const interval = training.quality?.auc_interval;
  const auc = interval ? `${fixed(training.auc)} (${fixed(interval[0])} to ${fixed(interval[1])})` : fixed(training.auc);
  const most = importance.top_10[0]?.[1] || 1;
  fill(place,
    facts([
      ["Model", `${name} ${info.version}`],
      ["Features", String(info.n_features)],
      ["Trained on", `${counted(training.rows)} rows of ${training.source}, ${percent(training.positives / training.rows)} of them converted`],
      ["Judged on", `${counted(training.test_rows)} rows it had not seen`],
      ["AUC", auc],
      ["Log loss, Brier", `${fixed(training.log_loss)}, ${fixed(training.brier)}`],
      ["Calibration error", percent(training.calibration_error, 2)],
      ["Tiers from", cut_points.map((point) => percent(point)).join(", ")],
    ]),
    training.warnings?.length ? [el("h3", {}, "Look at first"), el("ul", {}, training.warnings.map((warning) => el("li", {}, warning)))] : null,
    el("h3", {}, "What it weighs most"),
    el("ul", { class: "reasons" }, importance.top_10.map(([feature, weight]) => el("li", {},
      el("span", {}, feature.replaceAll("_", " ")),
      el("span", { class: "points" }, fixed(weight, 2)),
      el("span", { class: "bar" }, bar(weight / most, "up"))))));
}

export function showDrift(place, drift) {
  const shifts = [drift.score, ...drift.features].filter((shift) => shift.note === null || shift.of === "score");
  const order = { act: 0, watch: 1, steady: 2 };
  shifts.sort((left, right) => order[left.verdict] - order[right.verdict] || right.psi - left.psi);
  const rows = shifts.slice(0, 12).map((shift) => [
    shift.of.replaceAll("_", " "),
    fixed(shift.psi),
    percent(shift.missing[1]),
    percent(shift.outside),
    el("span", { class: `verdict-${shift.verdict}`, title: shift.note }, shift.note ? "too few" : shift.verdict),
  ]);
  fill(place,
    el("p", {}, `${counted(drift.rows)} leads, held against the rows the model was trained on: `, el("b", { class: `verdict-${drift.verdict}` }, drift.verdict), "."),
    drift.rows === 0 ? null : table([["of"], ["PSI", true], ["missing", true], ["outside", true], ["calls for"]], rows));
}

export function showChallenger(place, duel) {
  fill(place, quiet(JSON.stringify(duel)));
}
