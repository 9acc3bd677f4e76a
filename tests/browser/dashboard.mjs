// dashboard.mjs <address> <run>: the dashboard's page in a real browser, as people use it. Prints what it
// found as JSON; what must hold is asserted by tests/program/dashboard_page_test.py.
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [home, run] = process.argv.slice(2);
const host = new URL(home).host;
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PLACES = ['/', '/runs', '/analyze/latency', '/analyze/requests', '/compare', '/cost', '/reports', '/sql', '/glossary', '/settings'];

async function look(browser, options, act) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  if (options.mode) {
    await context.addInitScript((mode) => {
      // The frame of a report has no storage.
      if (self === top && !localStorage.getItem('tokentrial')) localStorage.setItem('tokentrial', JSON.stringify({ state: { mode }, version: 1 }));
    }, options.mode);
  }
  const tab = await context.newPage();
  const trouble = [];
  tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
  tab.on('pageerror', (error) => trouble.push(error.message));
  tab.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:', 'about:'].includes(url.protocol) && url.host !== host) trouble.push(request.url());
  });
  const found = await act(tab);
  await context.close();
  return { ...found, trouble };
}

// Charts far below are made when they are near, so only what is in sight must have come.
const isSettled = () => [...document.querySelectorAll('[aria-busy="true"], main .skeleton')].every((one) => one.getBoundingClientRect().top >= innerHeight);
const settled = (tab) => tab.waitForFunction(isSettled, null, { timeout: 150_000 });

async function go(tab, place) {
  await tab.goto(new URL(place, home).href);
  await tab.getByRole('heading', { level: 1 }).waitFor();
  await settled(tab);
}

// From the answer to the tokens of one request, by pointer; then back and forward.
async function primary(tab) {
  await go(tab, '/');
  const answer = await tab.locator('.answer h2').innerText();
  const reasons = await tab.locator('.answer ol li').count();
  await tab.getByRole('link', { name: 'See the evidence' }).click();
  await tab.locator('figure .place svg').first().waitFor();
  const chart = await tab.locator('figure .place svg').first().locator('text').allTextContents();
  await tab.getByRole('button', { name: 'Zoom in' }).first().click();
  const zoomed = await tab.locator('figure .place svg').first().locator('text').allTextContents();
  await tab.getByRole('button', { name: 'Show the figures' }).first().click();
  const figures = await tab.locator('figure .table tbody tr').count();
  await tab.getByRole('link', { name: 'Requests', exact: true }).click();
  await tab.getByRole('row').nth(3).waitFor();
  await tab.getByRole('button', { name: 'Whole' }).click();
  await tab.getByRole('button', { name: 'Whole' }).click();
  await tab.waitForURL(/sort=-e2e_ms/);
  await tab.getByRole('row').nth(1).click();
  const drawer = tab.getByRole('dialog');
  await drawer.getByRole('heading', { name: 'Each token' }).waitFor();
  const tokens = await drawer.locator('tbody tr').count();
  const link = tab.url();
  await tab.goBack();
  await drawer.waitFor({ state: 'hidden' });
  await tab.goForward();
  await drawer.getByRole('heading', { name: 'Each token' }).waitFor();
  return { answer, reasons, chart: chart.join('|'), zoomed: zoomed.join('|'), figures, tokens, link };
}

// The same link in a new window.
const deep = (link) => async (tab) => {
  await tab.goto(link);
  await tab.getByRole('dialog').getByRole('heading', { name: 'Each token' }).waitFor();
  return { title: await tab.getByRole('dialog').getByRole('heading', { level: 2 }).innerText() };
};

// Without a pointer: the skip link, the palette, a request by arrow keys, out again by Escape.
async function keyboard(tab) {
  await go(tab, '/');
  await tab.keyboard.press('Tab');
  const skip = await tab.evaluate(() => document.activeElement.textContent);
  await tab.keyboard.press('Enter');
  const main = await tab.evaluate(() => document.activeElement.id);
  await tab.keyboard.press('Control+k');
  await tab.getByRole('dialog').waitFor();
  await tab.keyboard.type('Analyze: Requests');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/analyze\/requests/);
  await tab.getByRole('row').nth(3).waitFor();
  await tab.getByRole('grid').focus();
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tab.getByRole('dialog').getByRole('heading', { name: 'Each token' }).waitFor();
  const opened = tab.url();
  await tab.keyboard.press('Escape');
  await tab.getByRole('dialog').waitFor({ state: 'hidden' });
  return { skip, main, opened, closed: tab.url() };
}

// Marks that stay: a tag, the baseline; and a question in SQL.
async function work(tab) {
  await go(tab, `/runs?details=${run}`);
  const drawer = tab.getByRole('dialog');
  await drawer.getByLabel('New tag').fill('nightly');
  await drawer.getByRole('button', { name: 'Add' }).click();
  await drawer.locator('.tag', { hasText: 'nightly' }).waitFor();
  await drawer.locator('label', { hasText: 'Other runs are compared' }).click();
  await tab.locator('main .badge', { hasText: 'baseline' }).waitFor({ state: 'attached' });
  await go(tab, '/runs?q=nightly');
  const tagged = await tab.locator('.runs-table tbody tr').count();
  await go(tab, '/sql');
  await tab.getByLabel('SQL', { exact: true }).fill('SELECT count(*) AS n FROM requests');
  await tab.getByRole('button', { name: 'Ask' }).click();
  const answer = tab.getByRole('region', { name: 'Result' });
  await answer.waitFor();
  const rows = await answer.locator('tbody td').allTextContents();
  await tab.getByLabel('SQL', { exact: true }).fill('SELECT nothing FROM requests');
  const refused = tab.waitForResponse((response) => response.url().endsWith('/sql'));
  await tab.getByRole('button', { name: 'Ask' }).click();
  const status = (await refused).status();
  await tab.getByRole('alert').waitFor();
  return { tagged, rows, status, alert: await tab.getByRole('alert').innerText() };
}

// Every place: what axe has against it, whether it is wider than the window, its ground.
async function places(tab) {
  const all = {};
  for (const place of PLACES) {
    await go(tab, place);
    await tab.evaluate(await axeText());
    const faults = await tab.evaluate(async () => {
      const told = await globalThis.axe.run(document, { resultTypes: ['violations'], iframes: false });
      return told.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' ; ')}`);
    });
    all[place] = {
      faults,
      wide: await tab.evaluate(() => document.documentElement.scrollWidth > innerWidth),
      ground: await tab.evaluate(() => getComputedStyle(document.body).backgroundColor),
    };
  }
  return { all };
}

// Bytes that came over the wire until the first page stood.
async function weight(tab) {
  const sizes = [];
  tab.on('response', (response) => sizes.push(response.request().sizes().then((size) => [new URL(response.url()).pathname, size.responseBodySize])));
  await go(tab, '/glossary');
  const all = await Promise.all(sizes);
  return { bytes: all.filter(([path]) => !path.startsWith('/api/')).reduce((sum, [, size]) => sum + size, 0) };
}

let text;
async function axeText() {
  text ??= await (await import('node:fs/promises')).readFile(axe, 'utf8');
  return text;
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const found = {};
found.primary = await look(browser, {}, primary);
found.deep = await look(browser, {}, deep(found.primary.link));
found.keyboard = await look(browser, {}, keyboard);
found.work = await look(browser, { mode: 'advanced' }, work);
found.light = await look(browser, { colorScheme: 'light', mode: 'simple' }, places);
found.dark = await look(browser, { colorScheme: 'dark', mode: 'advanced' }, places);
found.narrow = await look(browser, { viewport: { width: 768, height: 1024 }, mode: 'advanced' }, places);
found.weight = await look(browser, {}, weight);
await browser.close();
console.log(JSON.stringify(found));
