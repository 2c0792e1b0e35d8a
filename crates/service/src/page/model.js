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
  const shifts = [drift.score, ...drift.features];
  const sure = shifts.filter((shift) => shift.note === null).length;
  const order = { act: 0, watch: 1, steady: 2 };
  const rank = (shift) => (shift.note === null ? order[shift.verdict] : 3);
  shifts.sort((left, right) => rank(left) - rank(right) || right.psi - left.psi);
  const rows = shifts.slice(0, 10).map((shift) => [
    shift.of.replaceAll("_", " "),
    fixed(shift.psi),
    percent(shift.missing[1]),
    percent(shift.outside),
    shift.note === null ? verdict(shift.verdict) : el("span", { class: "quiet", title: shift.note }, "too few leads"),
  ]);
  const minutes = Math.max(1, Math.round(drift.covered_seconds / 60));
  fill(place,
    el("p", {}, `${counted(drift.rows)} leads of the last ${minutes} min beside the rows the model was trained on: `,
      drift.verdict ? verdict(drift.verdict) : "too few leads for a verdict", "."),
    drift.rows === 0 ? null : table([["of"], ["PSI", true], ["missing", true], ["outside", true], ["calls for"]], rows),
    drift.rows === 0 ? null : quiet(`${sure} of ${shifts.length} figures rest on enough leads; the ten that moved most are shown.`));
}

const verdict = (word) => el("span", { class: `verdict-${word}` }, word);

export function showChallenger(place, duel) {
  const { challenger, live, difference, tiers } = duel;
  const points = (value) => (value === null ? "–" : `${(100 * value).toFixed(1)} pts`);
  const most = Math.max(...tiers.leads.flat(), 1);
  const rows = tiers.leads.map((row, index) => [el("b", {}, tiers.names[index]), ...row.map((leads) => el("span", { class: leads === most ? "up" : null }, counted(leads)))]);
  fill(place,
    facts([
      ["Challenger", `${challenger.name} ${challenger.version}`],
      ["Beside", `${live.name} ${live.version}`],
      ["Sees", `${percent(duel.share, 0)} of the leads; ${counted(duel.leads)} so far, ${counted(duel.dropped)} dropped`],
      ["Same tier", percent(duel.agreement)],
      ["Mean difference", `${points(difference.mean)}, in size ${points(difference.mean_absolute)}`],
      ["Middle half", `${points(difference.p25)} to ${points(difference.p75)}`],
      ["PSI of the scores", fixed(duel.psi)],
    ]),
    duel.misfit ? el("p", { class: "bad" }, duel.misfit) : null,
    el("h3", {}, "Leads by tier: live down, challenger across"),
    table([[""], ...tiers.names.map((name) => [name, true])], rows));
}
