// A score for people: the probability, its tier, and what moved it.

import { bar, el, fill, percent, quiet } from "./dom.js";

const signed = (points) => `${points < 0 ? "−" : "+"}${Math.abs(100 * points).toFixed(1)} pts`;

export function showAnswer(place, answer) {
  const { score, reasons } = answer;
  const scale = el("div", { class: "scale", role: "img", "aria-label": `${percent(score.raw_score)} of 100 %` }, bar(score.raw_score, "up"));
  fill(place,
    el("p", { class: "headline" },
      el("span", { class: "number" }, percent(score.raw_score)),
      el("span", { class: "tier", title: `bucket ${score.bucket} of 5` }, score.tier),
      el("span", { class: "quiet" }, "likely to convert")),
    scale,
    el("p", { class: "scale-text" }, el("span", {}, answer.lead_id === "" ? "unnamed lead" : answer.lead_id), el("span", {}, `bucket ${score.bucket} of 5`)),
    reasons ? why(reasons) : null,
    el("p", { class: "quiet" }, `${answer.model.name}, request ${answer.request_id}`));
}

function why(reasons) {
  const all = [...reasons.positive, ...reasons.negative];
  const most = Math.max(...all.map((reason) => Math.abs(reason.probability)), 1e-9);
  const list = (side, title, items) => items.length === 0 ? [] : [
    el("h3", {}, title),
    el("ul", { class: "reasons" }, items.map((reason) => el("li", {},
      el("span", {}, reason.text.replace(/: [+-][^:]*$/, "")),
      el("span", { class: `points ${side}` }, signed(reason.probability)),
      el("span", { class: "bar" }, bar(Math.abs(reason.probability) / most, side))))),
  ];
  return [...list("up", "What speaks for it", reasons.positive), ...list("down", "What speaks against it", reasons.negative)];
}

export function showFailure(place, error) {
  const faults = (error.errors ?? []).map((fault) => el("li", {}, el("code", {}, fault.pointer || "the body"), ` ${fault.detail}`));
  fill(place, el("p", { class: "bad" }, error.message), faults.length ? el("ul", { class: "faults" }, faults) : null,
    error.id ? quiet(`request ${error.id}`) : null);
}
