// report.mjs <page.html>: what a report's page does in a browser, with scripts and without. Prints
// what it found as JSON; what must hold is asserted by tests/program/report_page_test.py.
import { chromium } from 'playwright-core';

import { faultsOf } from './tab.mjs';

const page = 'file://' + process.argv[2];

async function look(browser, options, act) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const tab = await context.newPage();
  const trouble = [];
  tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
  tab.on('pageerror', (error) => trouble.push(error.message));
  tab.on('request', (request) => /^(file|data|blob):/.test(request.url()) || trouble.push(request.url()));
  await tab.goto(page);
  const found = await act(tab);
  await context.close();
  return { ...found, trouble };
}

// Every figure comes near once, so that it is drawn.
async function visit(tab) {
  const figures = tab.locator('figure');
  const count = await figures.count();
  for (let i = 0; i < count; i += 1) await figures.nth(i).scrollIntoViewIfNeeded();
  await tab.waitForFunction(() => document.querySelectorAll('figure.chart:not(.lives)').length === 0);
  return count;
}

// The texts of the first chart that has an axis to zoom, before and after.
async function zoom(tab, act) {
  const place = tab.locator('figure:has(button[aria-label^="Zoom in"]) .live').first();
  const texts = () => place.locator('svg text').allTextContents();
  const before = await texts();
  await act(place);
  return { before: before.join('|'), after: (await texts()).join('|') };
}

const screen = async (tab) => ({
  figures: await visit(tab),
  live: await tab.locator('figure.lives .live svg').count(),
  pictures: await tab.locator('picture:visible').count(),
  names: await tab.locator('.live').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))),
  ground: await tab.evaluate(() => getComputedStyle(document.body).backgroundColor),
  headings: await tab.locator('h1,h2,h3').evaluateAll((all) => all.map((one) => +one.tagName[1])),
  button: await zoom(tab, (place) => place.locator('..').getByRole('button', { name: 'Zoom in' }).click()),
  key: await zoom(tab, (place) => place.press('0')),
  ...(await faultsOf(tab)),
});

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const still = async (tab) => ({
  figures: await tab.locator('figure').count(),
  pictures: await tab.locator('picture:visible').count(),
  live: await tab.locator('.live').count(),
});
const print = async (tab) => {
  await visit(tab);
  await tab.emulateMedia({ media: 'print' });
  return { pictures: await tab.locator('picture:visible').count(), live: await tab.locator('.live:visible').count() };
};
const found = {
  light: await look(browser, { colorScheme: 'light' }, screen),
  dark: await look(browser, { colorScheme: 'dark' }, screen),
  narrow: await look(browser, { viewport: { width: 390, height: 800 } }, screen),
  still: await look(browser, { javaScriptEnabled: false }, still),
  print: await look(browser, {}, print),
};
await browser.close();
console.log(JSON.stringify(found));
