// compare.mjs <address> <run,run>: two runs set against each other in the dashboard: charts of one's own choice that are
// zoomed together, and the comparison as files. Prints what it found as JSON; tests/program/dashboard_compare_test.py
// asserts what must hold.
import { readFile } from 'node:fs/promises';
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [home, runs] = process.argv.slice(2);

// What stands at the axes of a chart.
const words = (figure) => figure.locator('.place svg text').allTextContents();

async function changed(tab, id, before) {
  await tab.waitForFunction(
    ([id, before]) => [...document.querySelectorAll(`#${id} .place svg text`)].map((one) => one.textContent).join() !== before,
    [id, before.join()],
  );
}

// Charts are drawn when they come near.
async function drawn(tab, id) {
  await tab.locator(`figure#${id}`).scrollIntoViewIfNeeded();
  await tab.locator(`figure#${id} .place svg`).waitFor();
}

async function choose(tab) {
  await open(tab, home, `/compare?runs=${runs}`);
  await tab.getByRole('button', { name: 'Choose charts' }).click();
  const dialog = tab.getByRole('dialog');
  const chosen = dialog.locator('label[data-selected]');
  while ((await chosen.count()) > 0) await chosen.first().click();
  await dialog.getByText(/^Time to first token: share of requests/).click();
  await dialog.getByText(/^Time to first token: how it is distributed/).click();
  const told = await faultsOf(tab);
  await dialog.getByRole('button', { name: 'Show 2 charts' }).click();
  await tab.waitForURL(/charts=ttft-ecdf,ttft-distribution/);
  return told;
}

async function zoom(tab) {
  const shares = tab.locator('figure#ttft-ecdf');
  const bars = tab.locator('figure#ttft-distribution');
  await drawn(tab, 'ttft-ecdf');
  await bars.locator('.place svg').waitFor();
  const whole = await words(bars);
  await shares.getByRole('button', { name: 'Zoom in' }).click();
  await changed(tab, 'ttft-distribution', whole);
  const zoomed = await words(bars);
  await bars.getByRole('button', { name: 'Show the whole' }).click();
  await changed(tab, 'ttft-distribution', zoomed);
  const again = await words(bars);
  await tab.locator('label', { hasText: 'Zoom together' }).click();
  await tab.waitForURL(/zoom=apart/);
  const before = await words(shares);
  await shares.getByRole('button', { name: 'Zoom in' }).click();
  await changed(tab, 'ttft-ecdf', before);
  return { whole, zoomed, again, alone: await words(bars) };
}

async function files(tab) {
  const kept = {};
  for (const name of ['Document (PDF)', 'Document (Word)', 'Workbook (Excel)', 'Differences (CSV)']) {
    await tab.getByRole('button', { name: 'Save the comparison' }).click();
    const [file] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('menuitem', { name }).click()]);
    const bytes = await readFile(await file.path());
    kept[name] = { name: file.suggestedFilename(), begins: bytes.subarray(0, 4).toString('latin1'), text: name.includes('CSV') ? bytes.toString() : '' };
  }
  return kept;
}

async function compared(tab) {
  const chooser = await choose(tab);
  const charts = await zoom(tab);
  await tab.reload();
  await drawn(tab, 'ttft-ecdf');
  const restored = await tab.locator('figure.chart').evaluateAll((all) => all.map((one) => one.id));
  const apart = !(await tab.locator('label', { hasText: 'Zoom together' }).getAttribute('data-selected'));
  return { charts, restored, apart, chooser, saved: await files(tab), tests: await tab.getByRole('region', { name: /^Tests of/ }).innerText(), ...(await faultsOf(tab)) };
}

// What a reader sees who changes nothing.
async function usual(tab) {
  await open(tab, home, `/compare?runs=${runs}`);
  await drawn(tab, 'differences');
  return { restored: await tab.locator('figure.chart').evaluateAll((all) => all.map((one) => one.id)), ...(await faultsOf(tab)) };
}

// Each beside the other: what stands at their axes is the same, before a zoom and behind it.
async function beside(tab) {
  await open(tab, home, `/compare?runs=${runs}&charts=ttft-distribution`);
  await drawn(tab, 'ttft-distribution');
  await tab.locator('label', { hasText: 'Side by side' }).click();
  await tab.waitForURL(/sides=beside/);
  const each = tab.locator('#ttft-distribution .beside .place');
  await each.nth(1).locator('svg').waitFor();
  const numbers = async (i) => (await each.nth(i).locator('svg text').allTextContents()).filter((text) => /^[\d.,]+%?$/.test(text));
  const titles = [];
  for (const i of [0, 1]) titles.push((await each.nth(i).locator('svg text').allTextContents())[0]);
  const whole = [await numbers(0), await numbers(1)];
  const before = await each.nth(1).locator('svg text').allTextContents();
  await tab.locator('figure#ttft-distribution').getByRole('button', { name: 'Zoom in' }).click();
  await tab.waitForFunction((before) => [...document.querySelectorAll('#ttft-distribution .beside .place:nth-child(2) svg text')].map((one) => one.textContent).join() !== before, before.join());
  return { titles, whole, zoomed: [await numbers(0), await numbers(1)], ...(await faultsOf(tab)) };
}

const browser = await openBrowser();
const found = {};
found.compared = await inWindow(browser, home, { mode: 'advanced' }, compared);
found.usual = await inWindow(browser, home, { colorScheme: 'dark' }, usual);
found.beside = await inWindow(browser, home, { mode: 'advanced' }, beside);
await browser.close();
console.log(JSON.stringify(found));
