// What tests of the dashboard's page share: a browser window that notes what went wrong in it, a page once it
// stands, and what axe has against it.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const openBrowser = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

/** `act` in a window of its own; its answer, and the errors and foreign requests of the page. */
export async function inWindow(browser, home, options, act) {
  const { mode = 'simple', storage = {}, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...rest });
  await context.addInitScript(
    ([mode, storage]) => {
      if (self !== top) return;
      if (!localStorage.getItem('tokentrial')) localStorage.setItem('tokentrial', JSON.stringify({ state: { mode }, version: 1 }));
      for (const [name, value] of Object.entries(storage)) if (!localStorage.getItem(name)) localStorage.setItem(name, JSON.stringify({ state: value, version: 1 }));
    },
    [mode, storage],
  );
  const tab = await context.newPage();
  const trouble = [];
  tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
  tab.on('pageerror', (error) => trouble.push(error.message));
  tab.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:', 'about:'].includes(url.protocol) && url.host !== new URL(home).host) trouble.push(request.url());
  });
  const found = await act(tab);
  await context.close();
  return { ...found, trouble };
}

/** Serious and critical ones, and whether the page is wider than its window. */
export async function faultsOf(tab) {
  // What fades in has its colours only then.
  await tab.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished.catch(() => undefined))));
  await tab.evaluate(await readFile(axe, 'utf8'));
  const faults = await tab.evaluate(async () => {
    const told = await globalThis.axe.run(document, { resultTypes: ['violations'], iframes: false });
    return told.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' ; ')}`);
  });
  return { faults, wide: await tab.evaluate(() => document.documentElement.scrollWidth > innerWidth) };
}

export async function open(tab, home, place) {
  await tab.goto(new URL(place, home).href);
  await tab.getByRole('heading', { level: 1 }).waitFor();
}
