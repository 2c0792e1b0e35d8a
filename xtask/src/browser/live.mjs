// What a person does with the live page of lead-loadgen, done by a real browser. The steps tell one story, each going on
// where the one before it stopped. Fails with a sentence; leaves screenshots.

import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, createServer as createRelay } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OFTEN, fits, goThrough, has, leave, shown, tabOf, text } from "./visitor.mjs";

const { LIVE_URL: url, LIVE_TARGET: target, LIVE_LOCKED_URL: lockedUrl, LIVE_TOKEN: token } = process.env;

const TABS = ["charts", "statistics", "failures", "exceptions", "ratio", "downloads", "logs"];

/** The live page in a new tab, once the server has said how things are. */
async function open(hash = "", { width = 1280, height = 900, colours = "light" } = {}) {
  const page = await tabOf(url, width, height, colours);
  await page.goto(`${url}/${hash}`, { waitUntil: "domcontentloaded" });
  await page.waitForFunction(() => document.body.dataset.state, OFTEN);
  return page;
}

const server = async () => (await fetch(`${url}/stats/requests`)).json();
const state = (page, name) => page.waitForFunction((wanted) => document.body.dataset.state === wanted, OFTEN, name);
const isVisible = (page, selector) => page.$eval(selector, (element) => element.checkVisibility());
const write = (page, selector, words) =>
  page.$eval(selector, (input, value) => { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); }, words);
const fault = (page, field) => page.waitForFunction((at) => document.getElementById(at).textContent.length > 5, OFTEN, `${field}-fault`);
const requests = (page) => page.$eval("#rows .total td", (cell) => Number(cell.textContent.replaceAll(",", "")));
const more = (page, than) =>
  page.waitForFunction((least) => Number(document.querySelector("#rows .total td")?.textContent.replaceAll(",", "")) > least, OFTEN, than);
const go = async (page, tab) => {
  await page.click(`#tab-${tab}`);
  await shown(page, `#${tab}`);
};
/** A moment for what moves to come to rest before its picture is taken. */
const rest = () => new Promise((done) => { setTimeout(done, 400); });
const picture = async (page, name, fullPage = false) => {
  await rest();
  await page.screenshot({ path: `live-${name}.png`, fullPage });
};

/** Fills the form that is shown and starts. */
async function begin(page, fields) {
  await shown(page, "#start");
  if (fields.rate) await page.click("#start input[value=rate]");
  else await page.click("#start input[value=users]");
  for (const [name, words] of Object.entries(fields)) await write(page, `#${name}`, words);
  await page.click("#go");
}

const steps = {
  async "what is wrong with the form is said at its field, and nothing starts"() {
    const page = await open();
    await state(page, "ready");
    assert.equal(await page.$eval("#host", (input) => input.value), target, "the form knows the host of the command line");
    await picture(page, "start");
    await begin(page, { user_count: "many", spawn_rate: "2", host: "somewhere", run_time: "1.5m" });
    for (const field of ["user_count", "host", "run_time"]) {
      await fault(page, field);
      assert.equal(await page.$eval(`#${field}`, (input) => input.getAttribute("aria-invalid")), "true");
    }
    assert.equal(await page.$eval("#spawn_rate", (input) => input.getAttribute("aria-invalid")), null);
    assert.equal(await page.evaluate(() => document.activeElement.id), "user_count", "the focus is on the first fault");
    await picture(page, "fault");
    await write(page, "#user_count", "4");
    await write(page, "#host", target);
    await write(page, "#run_time", "");
    await page.click("#advanced summary");
    await write(page, "#stages", "30s");
    await page.click("#go");
    await fault(page, "stages");
    await picture(page, "fault-advanced", true);
    assert.equal((await server()).state, "ready");
    await leave(page);
  },

  async "a target on the internet asks for a yes"() {
    const page = await open();
    await begin(page, { user_count: "1", spawn_rate: "1", host: "http://192.0.2.1:9" });
    await fault(page, "host");
    await shown(page, "#confirm");
    await picture(page, "confirm");
    assert.equal((await server()).state, "ready");
    await write(page, "#host", target);
    assert.equal(await isVisible(page, "#confirm"), false, "a yes is for one machine");
    await leave(page);
  },

  async "a run is started by the form, and its numbers move"() {
    const page = await open();
    await begin(page, { user_count: "4", spawn_rate: "2", host: target, run_time: "" });
    await state(page, "running");
    await shown(page, "#charts svg .line.requests");
    await go(page, "statistics");
    await more(page, 0);
    await more(page, await requests(page));
    assert.equal(await text(page, "#users"), "4");
    assert.equal((await server()).user_count, 4);
    for (const [button, isThere] of [["edit", true], ["stop", true], ["reset", true], ["new", false]]) {
      assert.equal(await isVisible(page, `#${button}`), isThere, `while it runs: ${button}`);
    }
    await picture(page, "statistics", true);
    await page.click("#rows th:nth-child(2) button");
    const counts = await page.$$eval("#rows tbody tr:not(.total)", (rows) => rows.map((row) => Number(row.cells[1].textContent.replaceAll(",", ""))));
    assert.deepEqual(counts, [...counts].sort((a, b) => b - a), "sorted by requests, most first");
    await leave(page);
  },

  async "charts are drawn anew, and tell their values to a pointer that rests"() {
    const page = await open("#charts");
    await shown(page, "#charts svg");
    const drawing = () => page.$eval("[data-part=charts]", (room) => room.innerHTML);
    const before = await drawing();
    await page.waitForFunction((old) => document.querySelector("[data-part=charts]").innerHTML !== old, OFTEN, before);
    // A chart that is drawn anew has other slots in the same place.
    const place = await page.$eval("#charts svg.chart", (chart) => {
      const { x, y, width, height } = chart.getBoundingClientRect();
      return { x: x + 0.6 * width, y: y + 0.5 * height };
    });
    await page.mouse.move(place.x, place.y);
    await has(page, "#tip", "requests/s");
    await picture(page, "running", true);
    await leave(page);
  },

  async "users are changed while it runs"() {
    const page = await open();
    await page.click("#edit");
    await shown(page, "#change");
    assert.equal(await page.$eval("#edit-user_count", (input) => input.value), "4");
    await write(page, "#edit-user_count", "0.5");
    await page.click("#update [type=submit]");
    await fault(page, "edit-user_count");
    await picture(page, "edit-fault");
    await write(page, "#edit-user_count", "7");
    await write(page, "#edit-spawn_rate", "10");
    await page.click("#update [type=submit]");
    await page.waitForFunction(() => !document.getElementById("change").open, OFTEN);
    await page.waitForFunction(() => document.getElementById("users").textContent === "7", OFTEN);
    await state(page, "running");
    assert.equal((await server()).user_count, 7);
    await leave(page);
  },

  async "a second page sees the same, and a reload keeps run and tab"() {
    const [first, second] = [await open("#statistics"), await open("#statistics", { colours: "dark" })];
    for (const page of [first, second]) await more(page, 0);
    assert.equal(await text(second, "#users"), await text(first, "#users"));
    const before = await requests(first);
    await first.reload({ waitUntil: "domcontentloaded" });
    await more(first, before);
    assert.equal(await isVisible(first, "#statistics"), true);
    assert.equal(await text(first, "#target"), target);
    await first.bringToFront();
    await first.click("#reset");
    await second.waitForFunction((least) => Number(document.querySelector("#rows .total td")?.textContent.replaceAll(",", "")) < least, OFTEN, before);
    await state(second, "running");
    await leave(first);
    await leave(second);
  },

  async "tabs are walked by the keyboard"() {
    const page = await open("#charts");
    await page.focus("#tab-charts");
    for (const name of [...TABS.slice(1), "charts"]) {
      await page.keyboard.press("ArrowRight");
      await shown(page, `#${name}`);
      assert.equal(await page.evaluate(() => document.activeElement.id), `tab-${name}`);
    }
    await page.keyboard.press("End");
    await has(page, "#lines", "INFO");
    await picture(page, "logs");
    await go(page, "ratio");
    await has(page, "#ratio", "%");
    await picture(page, "ratio");
    await leave(page);
  },

  async "a server that is gone is told, and found again"() {
    // Between browser and generator lies a relay that can be cut.
    const lines = new Set();
    const relay = createRelay((near) => {
      const far = connect(Number(new URL(url).port), "127.0.0.1");
      for (const [from, to] of [[near, far], [far, near]]) {
        lines.add(from);
        from.pipe(to);
        from.on("error", () => to.destroy());
        from.on("close", () => to.destroy());
      }
    });
    const listen = (port) => new Promise((done) => { relay.listen(port, "127.0.0.1", () => done(relay.address().port)); });
    const port = await listen(0);
    const page = await tabOf(`http://127.0.0.1:${port}`, 1280, 900);
    await page.goto(`http://127.0.0.1:${port}/#charts`, { waitUntil: "domcontentloaded" });
    await shown(page, "#charts svg");
    assert.equal(await isVisible(page, "#lost"), false);
    const closed = new Promise((done) => { relay.close(done); });
    for (const line of lines) line.destroy();
    await closed;
    await shown(page, "#lost");
    await picture(page, "lost");
    await page.click("#stop");
    await shown(page, "#notice");
    await listen(port);
    await page.waitForSelector("#lost", { hidden: true });
    await go(page, "statistics");
    await more(page, await requests(page));
    relay.close();
    for (const line of lines) line.destroy();
    await leave(page);
  },

  async "it works on a phone, by day and by night"() {
    for (const colours of ["light", "dark"]) {
      const page = await open("#charts", { width: 390, height: 844, colours });
      await shown(page, "#charts svg");
      await fits(page);
      await picture(page, `phone-${colours}`, true);
      for (const name of TABS.slice(1)) {
        await page.$eval(`#tab-${name}`, (tab) => tab.click());
        await shown(page, `#${name}`);
        await rest();
        await fits(page);
      }
      await page.click("#edit");
      await shown(page, "#change");
      await picture(page, `phone-${colours}-edit`);
      await leave(page);
    }
  },

  async "the switch of colours is kept"() {
    const page = await open("#charts", { colours: "light" });
    await shown(page, "#charts svg");
    const ground = () => page.$eval("body", (body) => getComputedStyle(body).backgroundColor);
    const day = await ground();
    await page.click("#theme");
    assert.equal(await ground(), day, "light in the light changes nothing");
    await page.click("#theme");
    const night = await ground();
    assert.notEqual(night, day);
    await page.reload({ waitUntil: "domcontentloaded" });
    await page.waitForFunction(() => document.body.dataset.state, OFTEN);
    assert.equal(await ground(), night, "a reload keeps the dark");
    await shown(page, "#charts svg");
    await picture(page, "running-dark", true);
    await leave(page);
  },

  async "it is stopped, and the verdict on the run is shown"() {
    const page = await open();
    await page.click("#stop");
    await state(page, "stopped");
    await shown(page, "#verdict .verdict");
    for (const [button, isThere] of [["edit", false], ["stop", false], ["reset", true], ["new", true]]) {
      assert.equal(await isVisible(page, `#${button}`), isThere, `when it is over: ${button}`);
    }
    await picture(page, "stopped", true);
    await leave(page);
  },

  async "the report can be looked at, in either colours"() {
    const page = await tabOf(url, 1280, 900);
    const grounds = [];
    for (const theme of ["light", "dark"]) {
      await page.goto(`${url}/stats/report?theme=${theme}`, { waitUntil: "load" });
      await has(page, "section.verdict", "Failures: NONE");
      grounds.push(await page.$eval("body", (body) => getComputedStyle(body).backgroundColor));
      await fits(page);
      await picture(page, `report-${theme}`, true);
    }
    assert.notEqual(grounds[0], grounds[1]);
    assert.ok(!grounds.includes("rgba(0, 0, 0, 0)"), "its policy lets it have its style");
    await leave(page);
  },

  async "all files can be saved, and hold the run"() {
    const page = await open("#downloads");
    const folder = await mkdtemp(join(tmpdir(), "live-"));
    const devtools = await page.createCDPSession();
    await devtools.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder, browserContextId: page.browserContext().id });
    await shown(page, "#downloads");
    await picture(page, "downloads");
    const links = await page.$$("#downloads .files a");
    assert.equal(links.length, 7);
    for (const [index, link] of links.entries()) {
      await link.click();
      const deadline = Date.now() + 60_000;
      const done = async () => (await readdir(folder)).filter((name) => !name.endsWith(".crdownload")).length;
      while ((await done()) <= index && Date.now() < deadline) await rest();
      assert.equal(await done(), index + 1, `saved: ${await link.evaluate((element) => element.textContent)}`);
    }
    const names = await readdir(folder);
    const read = (ending) => {
      const name = names.find((name) => name.endsWith(ending));
      assert.ok(name, `a file ends with ${ending}: ${names}`);
      return readFile(join(folder, name), "utf8");
    };
    const total = (await server()).stats.at(-1).num_requests;
    assert.ok(total > 0);
    const statistics = await read("_requests.csv");
    assert.ok(statistics.startsWith("Type,Name,Request Count,Failure Count,"), statistics.slice(0, 80));
    assert.equal(statistics.trim().split("\n").at(-1).split(",")[2], String(total), "the CSV has all requests");
    assert.ok((await read("_requests_full_history.csv")).startsWith("Timestamp,User Count,"));
    assert.ok((await read("_failures.csv")).startsWith("Method,Name,Error,Occurrences"));
    assert.ok((await read("_exceptions.csv")).startsWith("Count,Message,Traceback,Nodes"));
    const report = await read(".html");
    assert.ok(report.includes("Load test report") && !report.includes("<script"), "the report is the generator's own");
    JSON.parse(await read(".json"));
    assert.ok((await read(".hlog")).includes("#[Histogram log format version"));
    await rm(folder, { recursive: true });
    await leave(page);
  },

  async "a new test is started from the old one's values, and a rate ends by itself"() {
    const page = await open();
    await page.click("#new");
    await shown(page, "#start");
    assert.equal(await page.$eval("#spawn_rate", (input) => input.value), "10", "as it was edited");
    await page.click("#back");
    await shown(page, "#results");
    await page.click("#new");
    await begin(page, { rate: "60", run_time: "4s", host: target });
    await state(page, "running");
    await has(page, "#charts", "Asked for");
    await picture(page, "rate", true);
    await state(page, "stopped");
    await shown(page, "#verdict .verdict");
    // The last of them may be cut off by the end, on a machine that is slow.
    const sent = (await server()).stats.at(-1).num_requests;
    assert.ok(sent > 0 && sent <= 240, `60 a second for 4 seconds: ${sent}`);
    await leave(page);
  },

  async "failures are told, and no text of them becomes markup"() {
    const broken = createServer((_, answer) => { answer.writeHead(500, "<img src=x>"); answer.end("<img src=x onerror=alert(1)>"); });
    await new Promise((done) => { broken.listen(0, "127.0.0.1", done); });
    const page = await open("#new");
    await begin(page, { user_count: "3", spawn_rate: "3", run_time: "", host: `http://127.0.0.1:${broken.address().port}` });
    await state(page, "running");
    await shown(page, "#failures-badge");
    await go(page, "failures");
    await has(page, "#failures", "500");
    assert.equal(await page.$("#failures img"), null);
    assert.ok((await text(page, "#failed")).includes("%"));
    await picture(page, "failures");
    const dark = await open("#failures", { colours: "dark" });
    await has(dark, "#failures", "500");
    await dark.click("#stop");
    await state(page, "stopped");
    await shown(dark, "#verdict .verdict");
    await has(dark, "#verdict .bad", "Failures: 100 %");
    await picture(dark, "failures-stopped-dark");
    await dark.goto(`${url}/stats/report`, { waitUntil: "load" });
    await has(dark, "section.verdict.bad", "Failures: 100 %");
    await picture(dark, "report-failures", true);
    broken.close();
    broken.closeAllConnections();
    await leave(dark);
    await leave(page);
  },

  async "wide screens are used, and a reset leaves the form"() {
    const page = await open("#charts", { width: 1920, height: 1000 });
    await shown(page, "#charts svg");
    await fits(page);
    await picture(page, "wide", true);
    await page.click("#reset");
    await page.waitForFunction(() => document.getElementById("failures-badge").hidden, OFTEN);
    assert.equal((await server()).stats.at(-1).num_requests, 0);
    await page.click("#new");
    await shown(page, "#start");
    await leave(page);
  },

  async "below a path and behind a token it is the same page"() {
    const page = await tabOf(lockedUrl, 1280, 900);
    await page.goto(`${lockedUrl}/`, { waitUntil: "domcontentloaded" });
    await shown(page, "#token");
    assert.ok(page.url().endsWith("/team/load/login"), page.url());
    await page.type("#token", "not the token at all");
    await page.click("[type=submit]");
    await page.waitForFunction(() => document.getElementById("token-fault")?.textContent.length > 5, OFTEN);
    await picture(page, "login");
    await page.type("#token", token);
    await page.click("[type=submit]");
    await page.waitForFunction(() => document.body.dataset.state === "ready", OFTEN);
    await begin(page, { user_count: "2", spawn_rate: "2", host: target, run_time: "3s" });
    await shown(page, "#charts svg");
    await state(page, "stopped");
    await go(page, "logs");
    await has(page, "#lines", "INFO");
    await leave(page);
  },
};

await goThrough(steps);
