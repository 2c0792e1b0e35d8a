// What every visit needs: a browser, tabs that note what no page should do, and a list of steps that is gone through.

import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const browser = await puppeteer.launch({
  executablePath: process.env.PAGE_BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});

/** How often a condition is looked at: frames, the default, are not drawn for a tab behind another. */
export const OFTEN = { polling: 100 };

/** A new tab that notes what no page should do: complain, or ask anyone but `url`. */
export async function tabOf(url, width, height, colours = "light") {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // A refusal that is part of the story (401, 403, 404, 422) is logged by the browser itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.troubles.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) page.troubles.push(`asks elsewhere: ${request.url()}`);
  });
  page.setDefaultTimeout(60_000);
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: colours }]);
  return page;
}

export const text = (page, selector) => page.$eval(selector, (element) => element.textContent);
export const shown = (page, selector) => page.waitForSelector(selector, { visible: true });
export const has = (page, selector, words) =>
  page.waitForFunction((at, wanted) => document.querySelector(at)?.textContent.includes(wanted), OFTEN, selector, words);

/** Nothing hangs over the edge of the page. */
export async function fits(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `nothing hangs over the edge: ${wide} of ${room}`);
}

/** Closes a tab in which nothing was amiss. */
export async function leave(page) {
  assert.deepEqual(page.troubles, []);
  await page.browserContext().close();
}

/** Goes through the steps one after another, says how each went, and ends the program: with 1 if one failed. */
export async function goThrough(steps) {
  let failed = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
      console.log(`ok: ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED: ${name}\n  ${error.message}`);
    }
  }
  await browser.close();
  process.exit(failed === 0 ? 0 : 1);
}
