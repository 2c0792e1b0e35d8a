// Elements without markup in texts: whatever comes from the service is put in as text, never as HTML.

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; texts become text nodes, null and undefined nothing. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function fill(place, ...children) {
  place.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
}

export const quiet = (text) => el("p", { class: "quiet" }, text);

/** A bar whose length is a share of its track, 0 to 1. The style is set by property, which a strict CSP allows. */
export function bar(share, side) {
  const inside = el("i", { class: side });
  inside.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return inside;
}

export const percent = (share, digits = 1) =>
  share === null || share === undefined ? "–" : `${(100 * share).toFixed(digits)} %`;

export const fixed = (value, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : "–");

export const counted = (value) => value.toLocaleString("en-US");

/** A table that scrolls by itself where the screen is too narrow; columns are [title, is a number]. */
export function table(columns, rows) {
  const kind = (index) => (columns[index][1] ? { class: "n" } : {});
  const head = el("tr", {}, columns.map(([title], index) => el("th", { scope: "col", ...kind(index) }, title)));
  const body = rows.map((row) => el("tr", {}, row.map((cell, index) => el("td", kind(index), cell))));
  return el("div", { class: "table", tabindex: "0", role: "group" }, el("table", {}, el("thead", {}, head), el("tbody", {}, body)));
}

export const facts = (pairs) =>
  el("dl", {}, pairs.filter(([, value]) => value !== null).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
