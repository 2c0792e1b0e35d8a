// The live page of lead-loadgen. All state is the server's: this script shows what it is told and asks for what is pressed,
// so a reload loses nothing and two browsers see the same run. Its own are the open tab (in the address) and the colours.
//
// What it asks of the server, everything relative to the page's own address:
//   GET events        server-sent events, one at once and one a second; data is JSON: Locust's stats/requests and what `now` below reads
//   GET parts/NAME    the report's own markup for charts, percentiles, failures, exceptions, ratio and verdict
//   POST swarm, POST stop, POST stats/reset, GET logs: as in Locust; a refused form names its fields in `faults`
"use strict";

// --- Colours: first, so that nothing is painted in the wrong ones -----------------------------------------------------------

const THEMES = ["system", "light", "dark"];
const DARK = "screen and (prefers-color-scheme: dark)";

function kept(key, value) {
  // A browser may forbid storage; then the choice lasts as long as the page.
  try {
    if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return value ?? null;
  }
}

let theme = THEMES.includes(kept("theme")) ? kept("theme") : "system";
let nightRules = null;

/** The rules that the style sheets keep for the dark, found once: the switch turns them on or off as a whole. */
function findNightRules() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  return rules.filter((rule) => rule instanceof CSSMediaRule && rule.media.mediaText === DARK);
}

function applyTheme() {
  nightRules ??= findNightRules();
  for (const rule of nightRules) rule.media.mediaText = { system: DARK, light: "not all", dark: "screen" }[theme];
  document.documentElement.dataset.theme = theme;
}

applyTheme();

// --- Small things -----------------------------------------------------------------------------------------------------------

const at = (id) => document.getElementById(id);
const show = (element, yes) => { element.hidden = !yes; };
const put = (element, text) => { if (element.textContent !== text) element.textContent = text; };

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** Said to who does not see the page. */
const say = (words) => put(at("said"), words);

// Numbers as the report writes them.
const whole = (number) => Math.round(number).toLocaleString("en-US");
const digits = (number) => (number >= 99.95 ? whole(number) : number >= 9.995 ? number.toFixed(1) : number === 0 ? "0" : number.toFixed(2));
const rate = (number) => digits(number ?? 0);
const ms = (number) => (number == null ? "–" : number !== 0 && number < 0.9995 ? number.toFixed(3) : digits(number));
const bytes = (number) => (number >= 999_950 ? `${(number / 1e6).toFixed(1)} MB` : number >= 999.5 ? `${(number / 1e3).toFixed(1)} kB` : `${Math.round(number)} B`);
const counted = (number, unit) => `${whole(number)} ${unit}${Number(number) === 1 ? "" : "s"}`;

/** A share as percent: never 0 for something, never 100 for less than all. */
function percent(share) {
  const value = 100 * share;
  if (value === 0) return "0 %";
  if (value < 0.001) return "< 0.001 %";
  if (value < 0.1) return `${value.toFixed(3)} %`;
  if (value >= 99.95 && value < 100) return "> 99.9 %";
  return `${value.toFixed(1)} %`.replace(".0 %", " %");
}

function clock(seconds) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A span in words, as the report has them: `1 minute and 30 seconds`. */
function spanWords(seconds) {
  const parts = [[Math.floor(seconds / 3600), "hour"], [Math.floor(seconds / 60) % 60, "minute"], [Math.round(seconds % 60), "second"]];
  const words = parts.filter(([number]) => number > 0).map(([number, unit]) => counted(number, unit));
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0] ?? "less than a second";
}

/** Seconds of a time span as the command line reads it, or nothing. */
function spanOf(text) {
  const words = text.trim();
  if (/^\d+$/.test(words)) return Number(words);
  const parts = words && /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(words);
  return parts ? 3600 * Number(parts[1] ?? 0) + 60 * Number(parts[2] ?? 0) + Number(parts[3] ?? 0) : undefined;
}

// --- What the server said last ----------------------------------------------------------------------------------------------

const STATES = {
  ready: "ready", spawning: "spawning", running: "running", stopping: "stopping", cleanup: "stopping", stopped: "stopped",
};
const GOING = ["spawning", "running", "stopping"];

let now = null;
let prefilled = "";

function hear(event) {
  const before = now;
  now = JSON.parse(event.data);
  now.state = STATES[now.state] ?? "ready";
  found();
  // Whoever is writing in the form is not interrupted.
  const values = JSON.stringify(now.form ?? {});
  if (now.form && values !== prefilled && (!prefilled || at("begin").hidden)) {
    prefilled = values;
    prefill(now.form);
  }
  if (before && before.state !== now.state) say(now.state === "stopped" ? "The run has ended." : `The run is ${now.state}.`);
  if (now.state !== "ready" && before?.state === "ready" && here() === "new") location.replace("#charts");
  paint();
  const isOther = before?.state !== now.state || before?.run !== now.run;
  refresh(isOther);
}

// --- The bar ----------------------------------------------------------------------------------------------------------------

function paint() {
  if (!now) return;
  const isGoing = GOING.includes(now.state);
  document.body.dataset.state = now.state;
  put(at("state-name"), now.state);
  put(at("target"), now.host || "");
  put(at("load"), now.state === "ready" ? "" : now.load || "");
  // It is cut off where there is no room.
  at("load").title = at("load").textContent;
  show(at("figures"), now.state !== "ready");
  paintFigures();
  const isForm = now.state === "ready" || (now.state === "stopped" && here() === "new");
  show(at("begin"), isForm);
  show(at("back"), now.state === "stopped");
  show(at("results"), !isForm);
  show(at("edit"), now.state === "spawning" || now.state === "running");
  show(at("stop"), isGoing);
  at("stop").disabled = now.state === "stopping";
  show(at("new"), now.state === "stopped" && !isForm);
  show(at("reset"), now.state !== "ready");
  show(at("broken"), Boolean(now.fault) && now.state !== "ready" && !isGoing);
  put(at("broken"), now.fault ?? "");
  if (!isGoing && at("change").open) at("change").close();
  if (now.version) put(at("version"), now.version);
  paintTitle();
  paintTabs();
  if (here() === "statistics") paintRows();
}

const P95 = "response_time_percentile_0.95";
const isTotal = (row) => row.name === "Aggregated" && !row.method;

function paintFigures() {
  const asked = now.is_open;
  put(at("users-name"), asked ? "In flight" : "Users");
  const users = whole(asked ? now.in_flight ?? 0 : now.user_count ?? 0);
  const goal = !asked && now.state === "spawning" && now.target_users != null ? ` of ${whole(now.target_users)}` : "";
  figure("users", users, goal);
  // What is over is told as a whole, what is going on as it is now.
  const isOver = now.state === "stopped";
  const total = now.stats?.find(isTotal);
  figure("rps", rate(isOver ? now.total_rps : now.current_rps), asked && now.target_rate != null && !isOver ? ` of ${rate(now.target_rate)}` : "");
  figure("failed", percent(now.fail_ratio ?? 0));
  at("failed").parentElement.classList.toggle("bad", now.fail_ratio > 0);
  const p95 = isOver ? total?.[P95] : now.current_response_time_percentiles?.[P95];
  figure("p95", ms(p95), p95 == null ? "" : " ms");
  at("rps").parentElement.title = isOver ? "Over the whole run" : "Over the last ten seconds";
  at("p95").parentElement.title = `95 % of the requests of ${isOver ? "the whole run" : "the last ten seconds"} were answered within this time`;
  const [elapsed, ends] = [now.elapsed_s ?? 0, now.ends_s];
  figure("time", clock(elapsed), ends ? ` of ${clock(ends)}` : "");
  const progress = at("progress");
  show(progress, Boolean(ends) && GOING.includes(now.state));
  progress.value = ends ? Math.min(1, elapsed / ends) : 0;
  const kinds = now.errors?.length ?? 0;
  show(at("failures-badge"), kinds > 0);
  put(at("failures-badge"), whole(kinds));
}

/** A figure and, smaller, what belongs to it. */
function figure(id, value, unit = "") {
  const element = at(id);
  if (element.textContent === value + unit) return;
  element.replaceChildren(value, ...(unit ? [make("small", unit)] : []));
}

function paintTitle() {
  const figures = GOING.includes(now.state) ? `${rate(now.current_rps)}/s, ${percent(now.fail_ratio ?? 0)} failed · ` : "";
  const words = `${figures}${now.state} · lead-loadgen`;
  if (document.title !== words) document.title = words;
}

// --- Tabs: which one is open stands in the address --------------------------------------------------------------------------

const TABS = ["charts", "statistics", "failures", "exceptions", "ratio", "downloads", "logs"];

function here() {
  const name = location.hash.slice(1);
  return TABS.includes(name) || name === "new" ? name : "charts";
}

function paintTabs() {
  const open = here();
  for (const name of TABS) {
    const tab = at(`tab-${name}`);
    tab.setAttribute("aria-selected", String(name === open));
    tab.tabIndex = name === open ? 0 : -1;
    show(at(name), name === open);
  }
}

function moveOnTabs(event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  const from = TABS.indexOf(here());
  const to = event.key === "Home" ? 0 : event.key === "End" ? TABS.length - 1 : event.key in steps ? (from + steps[event.key] + TABS.length) % TABS.length : -1;
  if (to < 0) return;
  event.preventDefault();
  location.replace(`#${TABS[to]}`);
  at(`tab-${TABS[to]}`).focus();
}

// --- Parts that the server draws --------------------------------------------------------------------------------------------

const PARTS = { charts: ["charts"], statistics: ["percentiles"], failures: ["failures"], exceptions: ["exceptions"], ratio: ["ratio"] };
const fetched = new Map();

/** Charts of a long run are large and move slowly: the longer it is, the seldomer they are fetched. */
const patience = () => ((now.elapsed_s ?? 0) < 180 ? 900 : (now.elapsed_s ?? 0) < 900 ? 1_900 : 4_900);

/** Fetches what is looked at: all of it after a change of state, else what has grown old. */
function refresh(isOther) {
  if (!now || now.state === "ready" || document.hidden) return;
  for (const name of [...(PARTS[here()] ?? []), "verdict"]) {
    const part = fetched.get(name);
    const age = part ? performance.now() - part.at : Infinity;
    const isDone = now.state === "stopped" && part?.state === "stopped" && part.run === now.run && age < 10_000;
    if (isOther || (!isDone && age >= patience())) fetchPart(name);
  }
  if (here() === "logs") fetchLogs();
}

async function fetchPart(name) {
  const part = fetched.get(name) ?? { text: "", isBusy: false };
  if (part.isBusy) return;
  fetched.set(name, Object.assign(part, { isBusy: true, at: performance.now(), state: now.state, run: now.run }));
  try {
    const answer = await fetch(`parts/${name}`);
    if (!answer.ok) throw new Error(`parts/${name}: ${answer.status}`);
    const text = await answer.text();
    const room = document.querySelector(`[data-part="${name}"]`);
    if (text !== part.text && !isBeingCopied(room)) {
      part.text = text;
      replace(room, text);
    }
  } catch {
    // That the server is gone is told by the events; the part is asked for again.
    part.at = 0;
  } finally {
    part.isBusy = false;
  }
}

/** Whether somebody has marked text in there. */
function isBeingCopied(room) {
  const selection = getSelection();
  return !selection.isCollapsed && room.contains(selection.anchorNode);
}

/** New markup in the place of the old, with wide tables scrolled as they were. Every outside string in it was escaped by the server. */
function replace(room, text) {
  const places = [...room.querySelectorAll(".table")].map((table) => table.scrollLeft);
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  for (const slot of fresh.content.querySelectorAll("svg.slots rect")) {
    const title = slot.querySelector("title");
    if (!title) continue;
    slot.dataset.tip = title.textContent;
    title.remove();
  }
  for (const table of fresh.content.querySelectorAll(".table")) table.tabIndex = 0;
  room.replaceChildren(fresh.content);
  [...room.querySelectorAll(".table")].forEach((table, index) => { table.scrollLeft = places[index] ?? 0; });
  if (pointer) tell(document.elementFromPoint(pointer.x, pointer.y));
}

// The browser's own tooltips vanish whenever a chart is drawn anew; this one stays and follows.
let pointer = null;

function tell(element) {
  const tip = at("tip");
  const words = element?.dataset?.tip;
  show(tip, Boolean(words));
  if (!words) return;
  put(tip, words);
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(pointer.x - width / 2, innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(8, pointer.y - height - 14)}px`;
}

async function fetchLogs() {
  try {
    const { master } = await (await fetch("logs")).json();
    const lines = at("lines");
    const isAtEnd = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 8;
    if (isBeingCopied(lines)) return;
    put(lines, master.join("\n") || "Nothing was logged yet.");
    if (isAtEnd) lines.scrollTop = lines.scrollHeight;
  } catch {
    // As above.
  }
}

// --- The table of statistics ------------------------------------------------------------------------------------------------

const COLUMNS = [
  ["name", "Endpoint"],
  ["num_requests", "Requests", whole], ["num_failures", "Failures", whole],
  ["median_response_time", "Median", ms], [P95, "95 %", ms], ["response_time_percentile_0.99", "99 %", ms],
  ["avg_response_time", "Average", ms], ["min_ms", "Min", ms], ["max_ms", "Max", ms],
  ["avg_content_length", "Size", bytes], ["current_rps", "Requests/s", rate], ["current_fail_per_sec", "Failures/s", rate],
];
let order = { key: "name", isDown: false };

function paintHead() {
  const row = document.createElement("tr");
  for (const [key, label] of COLUMNS) {
    const cell = make("th", undefined, key === "name" ? "name" : "");
    cell.scope = "col";
    cell.setAttribute("aria-sort", key !== order.key ? "none" : order.isDown ? "descending" : "ascending");
    const button = make("button", label);
    button.type = "button";
    button.addEventListener("click", () => {
      order = { key, isDown: order.key === key ? !order.isDown : key !== "name" };
      kept("order", JSON.stringify(order));
      paintHead();
      paintRows();
      at("rows").querySelector("[aria-sort$=ending] button").focus();
    });
    cell.append(button);
    row.append(cell);
  }
  at("rows").tHead.replaceChildren(row);
}

function paintRows() {
  if (!now || isBeingCopied(at("rows"))) return;
  const all = now.stats ?? [];
  const value = (row) => (order.key === "name" ? `${row.name} ${row.method}` : row[order.key] ?? -1);
  const compare = (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (order.isDown ? -1 : 1);
  const rows = [...all.filter((row) => !isTotal(row)).sort(compare), ...all.filter(isTotal)].map(rowOf);
  at("rows").tBodies[0].replaceChildren(...rows);
}

function rowOf(row) {
  const line = make("tr", undefined, row.method ? "" : "total");
  const name = make("th", undefined, "name");
  name.scope = "row";
  if (row.method) name.append(make("span", row.method, "method"));
  name.append(row.name);
  line.append(name);
  for (const [key, , words] of COLUMNS.slice(1)) {
    const isBad = row[key] > 0 && (key === "num_failures" || key === "current_fail_per_sec");
    const cell = make("td", words(row[key] ?? 0), isBad ? "bad" : "");
    if (isBad && key === "num_failures") cell.append(make("small", `(${percent(row.num_failures / row.num_requests)})`));
    line.append(cell);
  }
  return line;
}

// --- Forms ------------------------------------------------------------------------------------------------------------------

const FIELDS = ["user_count", "spawn_rate", "rate", "arrivals", "host", "run_time", "stages", "warmup", "stop_timeout"];

function prefill(values) {
  const form = at("start");
  for (const name of FIELDS) {
    form.elements[name].value = values[name] ?? (name === "arrivals" ? "constant" : "");
  }
  form.elements.model.value = values.rate != null && values.rate !== "" ? "rate" : "users";
  at("advanced").open = ["stages", "warmup", "stop_timeout"].some((name) => values[name]);
  foresee();
}

/** What the form would do, in a sentence and a sketch. */
function foresee() {
  const form = at("start");
  const text = (name) => form.elements[name].value.trim();
  const isRate = form.elements.model.value === "rate";
  const stages = stagesOf(text("stages"));
  for (const field of form.querySelectorAll("[data-for]")) show(field, field.dataset.for === (isRate ? "rate" : "users"));
  put(at("stages-hint"), isRate ? "From the rate above in straight lines to each number, in its time." : "In straight lines to each number of users, in its time; takes the place of the two fields above.");
  for (const name of ["user_count", "spawn_rate"]) form.elements[name].disabled = !isRate && text("stages") !== "";
  const peak = Number(text(isRate ? "rate" : "user_count"));
  const speed = Number(text("spawn_rate")) || Infinity;
  const limit = spanOf(text("run_time")) || Infinity;
  let points = isRate ? [[0, peak]] : [[0, 0], [peak / speed, peak]];
  if (stages) points = stages.reduce((line, [time, to]) => [...line, [line.at(-1)[0] + time, to]], [[0, isRate ? peak : 0]]);
  const rampEnd = points.at(-1)[0];
  const end = Math.min(stages ? rampEnd : Infinity, limit);
  const shownEnd = Number.isFinite(end) ? end : Math.max(60, 2 * rampEnd);
  points.push([Math.max(shownEnd, rampEnd), points.at(-1)[1]]);
  const isKnown = points.every(([time, value]) => Number.isFinite(time) && Number.isFinite(value)) && points.some(([, value]) => value > 0) && shownEnd > 0;
  sketch(isKnown ? points : [], shownEnd);
  put(at("sketch-end"), isKnown ? (Number.isFinite(end) ? clock(end) : "until stopped") : "");
  put(at("outlook"), isKnown ? outlook(points, { isRate, stages, rampEnd, end, shownEnd }) : `Give a number of ${isRate ? "requests per second" : "users"}.`);
}

/** The same as a sentence. */
function outlook(points, { isRate, stages, rampEnd, end, shownEnd }) {
  const peak = valueAt(points, shownEnd);
  const most = isRate ? `${digits(peak)} requests/s` : counted(peak, "user");
  const how = stages ? `Up to ${most} in ${counted(stages.length, "stage")}`
    : isRate ? `${most} from the start`
    : rampEnd > end ? `Up to ${most}: the run ends before all are started`
    : rampEnd >= 1 ? `${most}, all running after ${spanWords(rampEnd)}` : `${most} at once`;
  const length = !Number.isFinite(end) ? "until it is stopped" : stages && end < rampEnd ? `cut off after ${spanWords(end)}` : `for ${spanWords(end)}`;
  return `${how}; ${length}.`;
}

/** The greatest value of straight lines until a time. */
function valueAt(points, end) {
  return points.reduce((most, [time, value], index) => {
    if (time <= end) return Math.max(most, value);
    const [before, from] = points[index - 1];
    return before >= end ? most : Math.max(most, from + ((value - from) * (end - before)) / (time - before));
  }, 0);
}

/** Stages as seconds and values; nothing where there are none or not yet readable ones. */
function stagesOf(text) {
  const stages = text.split(",").map((stage) => {
    const [time, value] = stage.split(":");
    return [spanOf(time ?? ""), value?.trim() ? Number(value) : NaN];
  });
  return text && stages.every(([time, value]) => time !== undefined && value >= 0) ? stages : undefined;
}

function sketch(points, end) {
  const [area, line] = at("sketch").children;
  if (points.length === 0) {
    for (const shape of [area, line]) shape.setAttribute("points", "");
    return;
  }
  const peak = valueAt(points, end);
  const place = ([time, value]) => `${((320 * time) / end).toFixed(1)},${(116 - (100 * value) / peak).toFixed(1)}`;
  const path = points.map(place).join(" ");
  line.setAttribute("points", path);
  area.setAttribute("points", `0,120 ${path} ${((320 * points.at(-1)[0]) / end).toFixed(1)},120`);
}

function clearFaults(form) {
  for (const fault of form.querySelectorAll(".fault")) put(fault, "");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** What is wrong, at its field where it is known, else above the button; the focus goes to the first. */
function showFaults(form, faults, rest) {
  const fields = [...form.elements].filter((field) => faults[field.name] && field.type !== "radio" && field.type !== "checkbox");
  for (const field of fields) {
    field.setAttribute("aria-invalid", "true");
    put(at(`${field.id}-fault`), faults[field.name]);
    field.closest("details")?.setAttribute("open", "");
  }
  put(at(`${form.id}-fault`), fields.length ? "" : rest);
  fields[0]?.focus();
}

/** Sends the form as Locust's page does, and says whether it was taken. */
async function send(form, names) {
  const button = form.querySelector("[type=submit]");
  clearFaults(form);
  const body = new URLSearchParams();
  for (const name of names) {
    const field = form.elements[name];
    if (!field.disabled && (field.type !== "checkbox" || field.checked)) body.set(name, field.value.trim());
  }
  button.disabled = true;
  try {
    const answer = await fetch("swarm", { method: "POST", body });
    const said = await answer.json().catch(() => ({ message: `The generator answered ${answer.status}.` }));
    if (answer.ok && said.success) return true;
    if (said.confirm) {
      show(at("confirm-line"), true);
      said.faults = { host: "This is neither this machine nor in a private network. If you may load it, tick the box and start again." };
    }
    showFaults(form, said.faults ?? {}, said.message);
  } catch {
    showFaults(form, {}, "The generator did not answer; is it still running?");
  } finally {
    button.disabled = false;
  }
  return false;
}

async function start(event) {
  event.preventDefault();
  const form = at("start");
  const isRate = form.elements.model.value === "rate";
  const names = [...(isRate ? ["rate", "arrivals"] : ["user_count", "spawn_rate"]), "host", "run_time", "stages", "warmup", "stop_timeout", "confirm"];
  if (await send(form, names)) {
    location.replace("#charts");
    at("main").focus();
  }
}

function openChange() {
  const form = at("update");
  clearFaults(form);
  for (const field of form.querySelectorAll("[data-for]")) show(field, field.dataset.for === (now.is_open ? "rate" : "users"));
  form.elements.user_count.value = now.target_users ?? now.user_count ?? "";
  form.elements.spawn_rate.value = now.spawn_rate ?? now.form?.spawn_rate ?? "";
  form.elements.rate.value = now.target_rate ?? "";
  at("change").showModal();
}

async function update(event) {
  event.preventDefault();
  if (await send(at("update"), now.is_open ? ["rate"] : ["user_count", "spawn_rate"])) {
    at("change").close();
    say("The run was changed.");
  }
}

/** Asks for something that needs no words. */
async function ask(button, path, done) {
  button.disabled = true;
  show(at("notice"), false);
  try {
    const answer = await fetch(path, { method: "POST" });
    if (!answer.ok) throw new Error(`The generator refused (${answer.status}): ${(await answer.text()).slice(0, 200)}`);
    say(done);
    refresh(true);
  } catch (error) {
    put(at("notice"), error instanceof TypeError ? "The generator did not answer; is it still running?" : error.message);
    show(at("notice"), true);
  } finally {
    button.disabled = false;
  }
}

// --- The line to the server -------------------------------------------------------------------------------------------------

/** One event a second is due: after this long without one nobody is there, whatever the connection says. */
const SILENCE_MS = 6_000;
let source = null;
let heardAt = performance.now();

function listen() {
  source?.close();
  heardAt = performance.now();
  source = new EventSource("events");
  source.onmessage = (event) => {
    heardAt = performance.now();
    hear(event);
  };
  source.onerror = lose;
}

function found() {
  if (at("lost").hidden) return;
  show(at("lost"), false);
  show(at("notice"), false);
  delete document.body.dataset.lost;
  say("The generator answers again.");
  fetched.clear();
}

function lose() {
  if (!at("lost").hidden) return;
  put(at("lost"), "The generator does not answer: it has ended, or the network is down. What is shown is what it said last; this page tries again every two seconds.");
  show(at("lost"), true);
  document.body.dataset.lost = "";
}

let isAsking = false;

async function watch() {
  const isSilent = performance.now() - heardAt > SILENCE_MS;
  if (isAsking || (!isSilent && source.readyState === EventSource.OPEN)) return;
  lose();
  isAsking = true;
  try {
    const answer = await fetch("stats/requests", { signal: AbortSignal.timeout(3_000) });
    // Who must show a token first is sent to the door.
    if (answer.status === 401 || answer.redirected) location.assign("login");
    else if (answer.ok) listen();
  } catch {
    // Not there yet.
  } finally {
    isAsking = false;
  }
}

// --- Beginning --------------------------------------------------------------------------------------------------------------

function setTheme(next) {
  theme = next;
  kept("theme", theme);
  applyTheme();
  const words = `Colours: ${{ system: "as the system", light: "light", dark: "dark" }[theme]}`;
  at("theme").setAttribute("aria-label", words);
  at("theme").title = words;
}

function begin() {
  // The page with the door has no run to show.
  if (!at("results")) return;
  setTheme(theme);
  at("theme").addEventListener("click", () => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]));
  try {
    const wanted = JSON.parse(kept("order"));
    if (COLUMNS.some(([key]) => key === wanted?.key)) order = wanted;
  } catch {
    // Another page's, or somebody's own.
  }
  paintHead();
  for (const name of TABS) at(`tab-${name}`).addEventListener("click", () => location.replace(`#${name}`));
  document.querySelector("[role=tablist]").addEventListener("keydown", moveOnTabs);
  addEventListener("hashchange", () => { paint(); refresh(false); });
  document.addEventListener("visibilitychange", () => refresh(false));
  document.querySelector("[data-skip]").addEventListener("click", (event) => { event.preventDefault(); at("main").focus(); });
  at("start").addEventListener("submit", start);
  at("start").addEventListener("input", foresee);
  // A yes is for one machine.
  at("host").addEventListener("input", () => { show(at("confirm-line"), false); at("confirm").checked = false; });
  at("update").addEventListener("submit", update);
  at("cancel").addEventListener("click", () => at("change").close());
  at("edit").addEventListener("click", openChange);
  at("stop").addEventListener("click", () => ask(at("stop"), "stop", "The run is stopped."));
  at("reset").addEventListener("click", () => ask(at("reset"), "stats/reset", "The statistics begin anew."));
  at("new").addEventListener("click", () => {
    location.hash = "new";
    paint();
    scrollTo(0, 0);
    at("begin-title").focus();
  });
  at("back").addEventListener("click", () => location.replace("#charts"));
  addEventListener("pointermove", (event) => {
    pointer = { x: event.clientX, y: event.clientY };
    tell(event.target);
  }, { passive: true });
  addEventListener("pointerleave", () => { pointer = null; show(at("tip"), false); });
  foresee();
  listen();
  setInterval(watch, 2_000);
}

document.addEventListener("DOMContentLoaded", begin);
