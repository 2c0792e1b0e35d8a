// A form made from the model's schema: one field a feature, grouped as the schema groups them.

import { el, fill } from "./dom.js";

const LARGEST = 2 ** 53;

const idOf = (feature) => `feature-${feature.name}`;
const isOptional = (feature) => feature.presence !== "required";
const words = (name) => name.replaceAll("_", " ");

export function buildForm(place, features) {
  const groups = Map.groupBy ? Map.groupBy(features, (feature) => feature.group) : grouped(features);
  const id = el("div", { class: "field" },
    el("label", { for: "lead-id" }, "lead id"), el("input", { id: "lead-id", maxlength: 512 }),
    el("p", { class: "hint" }, "Your name for the lead; it comes back with the score."));
  fill(place, el("div", { class: "fields" }, id), [...groups].map(([group, members], index) =>
    el("details", { open: index === 0 },
      el("summary", {}, words(group), " ", el("span", { class: "quiet" }, `${members.length} features`)),
      el("div", { class: "fields" }, members.map(field)))));
}

function grouped(features) {
  const groups = new Map();
  for (const feature of features) groups.set(feature.group, [...(groups.get(feature.group) ?? []), feature]);
  return groups;
}

function field(feature) {
  const id = idOf(feature);
  const label = el("label", { for: id, title: feature.meaning }, words(feature.name), isOptional(feature) ? null : el("b", {}, " *"));
  return el("div", { class: "field" }, label, input(feature, id),
    el("p", { class: "hint", id: `${id}-hint`, "data-hint": hint(feature) }, hint(feature)));
}

function input(feature, id) {
  const common = { id, "aria-describedby": `${id}-hint` };
  const choices = options(feature);
  if (choices) {
    const empty = isOptional(feature) ? [el("option", { value: "" }, "–")] : [];
    return el("select", common, empty, choices.map(([value, text]) => el("option", { value }, text)));
  }
  return el("input", { ...common, type: "number", inputmode: "decimal", step: feature.kind === "real" ? "any" : 1, min: feature.min, max: feature.max < LARGEST ? feature.max : null });
}

/** What can be chosen, as [value, text]; null where a number is typed. */
function options(feature) {
  if (feature.levels?.length) return feature.levels.map((level) => [level, level]);
  if (feature.kind === "flag") return [["0", "no"], ["1", "yes"]];
  if (feature.kind !== "category") return null;
  const count = feature.max - feature.min + 1;
  return count <= 20 ? Array.from({ length: count }, (_, index) => [String(feature.min + index), String(feature.min + index)]) : null;
}

function hint(feature) {
  const { min, max, unit } = feature;
  const top = max !== null && max < LARGEST;
  const range = min !== null && top ? `${min} to ${max}` : min !== null ? `from ${min}` : top ? `up to ${max}` : "any number";
  return options(feature) ? feature.meaning : unit ? `${range}, ${unit}` : range;
}

/** Puts a lead's values into the form; what it does not name is left empty. */
export function fillForm(features, lead) {
  document.getElementById("lead-id").value = lead.lead_id;
  for (const feature of features) {
    document.getElementById(idOf(feature)).value = lead.features[feature.name] ?? "";
  }
}

/** The form as a lead: empty fields are not named, so that the service applies its own rule for them. */
export function readForm(features) {
  const values = {};
  for (const feature of features) {
    const text = document.getElementById(idOf(feature)).value;
    if (text !== "") values[feature.name] = feature.levels?.length ? text : Number(text);
  }
  return { lead_id: document.getElementById("lead-id").value, features: values };
}

/** Shows each fault at its field, opens the groups that hold one, and goes to the first. */
export function markFaults(errors) {
  const faults = new Map(errors.map((error) => [error.pointer.replace("/features/", ""), error.detail]));
  let first = null;
  for (const hint of document.querySelectorAll("#fields [data-hint]")) {
    const input = hint.previousElementSibling;
    const fault = faults.get(input.id.replace("feature-", ""));
    hint.textContent = fault ?? hint.dataset.hint;
    hint.classList.toggle("bad", Boolean(fault));
    input.setAttribute("aria-invalid", String(Boolean(fault)));
    if (fault) {
      input.closest("details").open = true;
      first ??= input;
    }
  }
  first?.focus();
}
