// What a person does with the pages of lead-service, done by a real browser. Fails with a sentence; leaves screenshots.

import assert from "node:assert/strict";
import { fits, goThrough, has, leave, shown, tabOf, text } from "./visitor.mjs";

const { PAGE_URL: url, PAGE_KEY: key, PAGE_ADMIN_KEY: adminKey } = process.env;

const tab = (width, height, colours) => tabOf(url, width, height, colours);

async function enter(page, withKey) {
  await page.goto(url, { waitUntil: "networkidle0" });
  await shown(page, "#door");
  await page.type("#key", withKey);
  await page.click("#door button");
  await shown(page, "#fields input");
}

const api = async (path, body, withKey = key) => {
  const answer = await fetch(url + path, {
    method: body ? "POST" : "GET",
    headers: { "X-API-Key": withKey, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return answer.json();
};

const steps = {
  async "a wrong key is refused, a right one opens the page"() {
    const page = await tab(1280, 1000);
    await page.goto(url, { waitUntil: "networkidle0" });
    await shown(page, "#door");
    await page.type("#key", "nobody's key");
    await page.click("#door button");
    await has(page, "#fields", "Invalid API key");
    await page.$eval("#key", (input) => { input.value = ""; });
    await page.type("#key", key);
    await page.click("#door button");
    await shown(page, "#fields input");
    assert.equal(await page.$eval("#door", (door) => door.hidden), true);
    await leave(page);
  },

  async "the example scores what the API says, with its reasons as bars"() {
    const page = await tab(1280, 1700);
    await enter(page, key);
    await page.click("#form button:not([type=button])");
    await shown(page, "#answer .number");
    const { example } = await api("/api/v1/model/features");
    const { score, reasons } = await api("/api/v1/score?explain=6", example);
    assert.equal(await text(page, "#answer .number"), `${(100 * score.raw_score).toFixed(1)} %`);
    assert.equal(await text(page, "#answer .tier"), score.tier);
    const bars = await page.$$eval("#answer .reasons .bar i", (all) => all.map((bar) => bar.getBoundingClientRect().width));
    assert.equal(bars.length, reasons.positive.length + reasons.negative.length);
    assert.ok(bars.every((width) => width > 0), `every reason has a bar: ${bars}`);
    await has(page, "#card", "AUC");
    await page.screenshot({ path: "desktop.png", fullPage: true });
    await leave(page);
  },

  async "a fault is shown at its field"() {
    const page = await tab(1280, 1000);
    await enter(page, key);
    const field = "#feature-bounce_rate";
    await page.$eval(field, (input) => { input.value = "7"; });
    await page.click("#form button:not([type=button])");
    await has(page, "#answer", "fault");
    assert.equal(await page.$eval(field, (input) => input.getAttribute("aria-invalid")), "true");
    await has(page, `${field}-hint`, "must lie between 0 and 1");
    assert.equal(await page.$eval(field, (input) => input === document.activeElement), true, "the focus is on the fault");
    await page.screenshot({ path: "fault.png" });
    await page.$eval(field, (input) => { input.value = "0.3"; });
    await page.click("#form button:not([type=button])");
    await shown(page, "#answer .number");
    assert.equal(await page.$eval(field, (input) => input.getAttribute("aria-invalid")), "false");
    await leave(page);
  },

  async "a lead can be pasted, and no text of it becomes markup"() {
    const page = await tab(1280, 1000);
    await enter(page, key);
    await page.focus("#tab-form");
    await page.keyboard.press("ArrowRight");
    await shown(page, "#json");
    await page.$eval("#json", (area) => { area.value = "{"; });
    await page.click("#paste button");
    await has(page, "#answer", "not valid JSON");
    const { example } = await api("/api/v1/model/features");
    example.lead_id = "<img src=x onerror=alert(1)>";
    await page.$eval("#json", (area, body) => { area.value = body; }, JSON.stringify(example));
    await page.click("#paste button");
    await has(page, "#answer", "<img src=x onerror=alert(1)>");
    assert.equal(await page.$("#answer img"), null);
    await leave(page);
  },

  async "it works on a phone, by day and by night"() {
    for (const colours of ["light", "dark"]) {
      const page = await tab(390, 844, colours);
      await enter(page, key);
      await page.click("#form button:not([type=button])");
      await shown(page, "#answer .number");
      await fits(page);
      await page.screenshot({ path: `phone-${colours}.png`, fullPage: true });
      await leave(page);
    }
  },

  async "drift is told after traffic, and the challenger to an admin only"() {
    const { example } = await api("/api/v1/model/features");
    for (let round = 0; round < 20; round += 1) {
      await api("/api/v1/score/batch", Array.from({ length: 100 }, (_, index) => ({ ...example, lead_id: String(index) })));
    }
    const page = await tab(1280, 1700, "dark");
    await enter(page, key);
    await has(page, "#duel", "scope admin");
    await page.click("[data-refresh=drift]");
    await shown(page, "#shifts table");
    await leave(page);
    const admin = await tab(1280, 1700, "dark");
    await enter(admin, adminKey);
    await shown(admin, "#duel table, #duel p");
    await admin.screenshot({ path: "admin-dark.png", fullPage: true });
    await leave(admin);
  },

  async "the API's page shows every endpoint from the service alone"() {
    const page = await tab(1280, 1400);
    await page.goto(`${url}/docs`, { waitUntil: "networkidle0" });
    await shown(page, ".opblock");
    const { paths } = await api("/openapi.json");
    const methods = Object.values(paths).flatMap((item) => Object.keys(item).filter((name) => name !== "parameters"));
    assert.equal((await page.$$(".opblock")).length, methods.length);
    await page.screenshot({ path: "docs.png" });
    await leave(page);
  },

  async "the type of a problem leads a person to its words"() {
    const page = await tab(1280, 1400);
    const { type } = await (await fetch(`${url}/api/v1/model/info`)).json();
    await page.goto(url + type, { waitUntil: "networkidle0" });
    await shown(page, ".opblock");
    await page.waitForFunction((id) => {
      const { top, bottom } = document.getElementById(id).getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }, {}, type.split("#")[1]);
    await page.screenshot({ path: "docs-error.png" });
    await leave(page);
  },

  async "a stream can be tried on the API's page, with its example as it is"() {
    const page = await tab(1280, 1400);
    await page.goto(`${url}/docs`, { waitUntil: "networkidle0" });
    const stream = "#operations-scoring-scoreStream";
    await page.click(".authorize");
    await page.type(".modal-ux input", key);
    await page.click(".modal-ux .authorize");
    await page.click(".modal-ux .btn-done");
    await (await shown(page, `${stream} button`)).click();
    await (await shown(page, `${stream} .try-out__btn`)).click();
    await (await shown(page, `${stream} .execute`)).click();
    await has(page, `${stream} .live-responses-table`, '"scored":2,"failed":0,"complete":true');
    await page.$eval(`${stream} .opblock-section-request-body`, (body) => body.scrollIntoView());
    await page.screenshot({ path: "docs-stream.png" });
    await leave(page);
  },

  async "an operation can be tried on the API's page"() {
    const page = await tab(1280, 1400);
    await page.goto(`${url}/docs`, { waitUntil: "networkidle0" });
    await (await shown(page, "#operations-health-getHealth button")).click();
    await (await shown(page, "#operations-health-getHealth .try-out__btn")).click();
    await (await shown(page, "#operations-health-getHealth .execute")).click();
    await has(page, "#operations-health-getHealth .live-responses-table", "healthy");
    await page.screenshot({ path: "docs-tried.png" });
    await leave(page);
  },
};

await goThrough(steps);
