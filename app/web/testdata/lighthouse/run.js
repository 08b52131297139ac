// Has Lighthouse look at pages of the demo school as on a phone, three times each, and prints the medians as rows of a table.
// Below them stands what costs a page that is under the aim its points.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const aim = 95;
const runs = 3;
const categories = { performance: "performance", accessibility: "accessibility", "best-practices": "best practices", seo: "SEO" };
const passphrase = "four words for one run";
const program = process.argv[2];

/** address is where a server that was just started says it is. */
function address(server) {
  return new Promise((found, failed) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      const at = said.match(/http:\/\/[^\s/]+:\d+/);
      if (at) found(at[0]);
    });
    server.on("exit", (code) => failed(new Error(`serve has ended with ${code}`)));
  });
}

const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);

/** gradebook signs the demo's teacher in and returns the address of the class's gradebook. */
async function gradebook(page, origin) {
  await page.goto(`${origin}/en/teach/signin`);
  await page.type("[name=name]", "demo");
  await page.type("[name=passphrase]", passphrase);
  await press(page, "main form button");
  const [place] = await page.$$eval("main a", (all) => all.map((a) => a.href.match(/.*\/teach\/classes\/[0-9a-z]{16}/)?.[0]).filter(Boolean));
  return `${place}/gradebook`;
}

/**
 * quiz answers what can be chosen, hands in, begins anew, and returns the addresses of a question and of the result. It does
 * so without scripts, so that each press leads to the next page at once.
 */
async function quiz(page, lesson) {
  await page.setJavaScriptEnabled(false);
  await page.goto(lesson);
  await press(page, "#quiz button");
  const attempt = page.url().match(/.*\/attempts\/[^/]+/)[0];
  const questions = await page.$$eval(".steps a", (all) => all.map((a) => a.href));
  for (const at of questions) {
    await page.goto(at);
    const chosen = await page.$$eval("main form input[type=radio]", (all) => all.map((input) => (input.checked = true)).length);
    if (chosen) await Promise.all([page.waitForNavigation(), page.$eval("main form", (form) => form.submit())]); // incomplete, too
  }
  await page.goto(attempt);
  await press(page, "main form button");
  const result = page.url();
  await page.goto(lesson);
  await press(page, "#quiz button");
  return [page.url(), result];
}

/** measure returns the reports of all runs. */
async function measure(context, url) {
  const reports = [];
  for (let n = 0; n < runs; n++) {
    const page = await context.newPage();
    const { lhr } = await lighthouse(url, { onlyCategories: Object.keys(categories), disableStorageReset: true, logLevel: "error" }, undefined, page);
    await page.close();
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    if (lhr.finalDisplayedUrl !== url) throw new Error(`${url} leads to ${lhr.finalDisplayedUrl}`);
    reports.push(lhr);
  }
  return reports;
}

/** median is the report with the median score of the category. */
function median(reports, category) {
  return reports.toSorted((a, b) => a.categories[category].score - b.categories[category].score)[(runs - 1) / 2];
}

const score = (report, category) => Math.round(100 * report.categories[category].score);

/** costs are the audits that a report has lost points by. */
function costs(report, category) {
  return report.categories[category].auditRefs.filter((ref) => ref.weight > 0).map((ref) => report.audits[ref.id])
    .filter((audit) => audit.score !== null && audit.score < 0.9)
    .map((audit) => `${audit.title} (${audit.id}) ${audit.displayValue ?? ""} ${JSON.stringify(audit.details?.items ?? []).slice(0, 300)}`);
}

/** look measures the pages and prints what comes of it. */
async function look(browser, origin) {
  const [nobody, learner, teacher] = [await browser.createBrowserContext(), await browser.createBrowserContext(), await browser.createBrowserContext()];
  const lesson = `${origin}/en/lessons/false-alarms`;
  const [question, result] = await quiz(await learner.newPage(), lesson);
  const pages = [
    ["module", nobody, `${origin}/en/`], ["lesson", nobody, lesson], ["question", learner, question], ["result", learner, result],
    ["gradebook of 35", teacher, await gradebook(await teacher.newPage(), origin)],
  ];
  const below = [];
  console.log(`| page | ${Object.values(categories).join(" | ")} |`);
  for (const [name, context, url] of pages) {
    const reports = await measure(context, url);
    const row = Object.keys(categories).map((category) => [category, median(reports, category)]);
    console.log(`| ${name} | ${row.map(([category, report]) => score(report, category)).join(" | ")} |`);
    for (const [category, report] of row) {
      if (score(report, category) < aim) below.push(...costs(report, category).map((cost) => `${name}, ${categories[category]}: ${cost}`));
    }
  }
  for (const cost of below) console.log(cost);
}

const data = mkdtempSync(join(tmpdir(), "eberbach-lighthouse-"));
const server = spawn(program, ["serve", "--addr", "127.0.0.1:0", "--data", data, "--log", "off"], { stdio: ["ignore", "pipe", "inherit"] });
let browser;
try {
  const origin = await address(server);
  execFileSync(program, ["demo", "--data", data, "--passphrase", passphrase]);
  const executablePath = execFileSync("sh", ["-c", "command -v chromium-headless-shell"], { encoding: "utf8" }).trim();
  browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  await look(browser, origin);
} finally {
  await browser?.close();
  if (server.exitCode === null) {
    server.kill();
    await once(server, "exit");
  }
  rmSync(data, { recursive: true });
}
