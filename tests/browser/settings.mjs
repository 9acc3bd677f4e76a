// settings.mjs <address> <run> <folder for files>: what a reader chooses once and what it changes: prices, objectives, units, weights,
// layouts, all of it as a file. Prints what it found as JSON; tests/program/dashboard_settings_test.py asserts what must hold.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [home, run, folder] = process.argv.slice(2);
const cardOf = (tab, title) => tab.locator('.card', { has: tab.getByRole('heading', { name: title, exact: true }) });
const hintOf = (tab, label) => tab.getByLabel(label).getAttribute('placeholder');

// A machine is found and chosen by keys; Cost begins with it and says so; a price in the address goes over it.
async function prices(tab) {
  await open(tab, home, '/settings');
  const machine = tab.getByRole('combobox', { name: 'Machine of the list' });
  await machine.focus();
  await tab.keyboard.type('h100 aws');
  await tab.getByRole('option').first().waitFor();
  const offered = await tab.getByRole('option').count();
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  const chosen = await machine.inputValue();
  await tab.getByText(' a GPU hour · ').waitFor();
  await tab.getByLabel('Utilization').fill('none');
  await tab.getByRole('alert').waitFor();
  const wrong = await tab.getByRole('alert').innerText();
  await tab.getByLabel('Utilization').fill('50%');
  await tab.getByLabel('Requests a second').fill('20');
  await tab.getByRole('alert').waitFor({ state: 'detached' });
  const told = await faultsOf(tab);
  await tab.reload();
  await tab.waitForFunction((name) => document.querySelector('input[role=combobox]')?.value === name, chosen);
  await open(tab, home, `/cost?run=${run}`);
  const answer = tab.getByRole('heading', { name: / saves | costs | cost the same/ });
  await answer.waitFor();
  const first = await answer.innerText();
  const assumed = await tab.getByLabel('Assumptions').innerText();
  await tab.getByRole('button', { name: 'Put Settings in the link' }).click();
  await tab.waitForURL(/utilization=50/);
  await tab.getByText('20 requests a second · said above').waitFor();
  const whole = tab.url();
  await tab.goBack();
  await tab.getByText('20 requests a second · from Settings').waitFor();
  await tab.getByLabel('Price of a GPU hour').fill('1');
  await tab.waitForURL(/price=1/);
  await tab.getByText('$1 a GPU hour').first().waitFor();
  const over = await tab.getByLabel('Assumptions').innerText();
  await tab.getByRole('button', { name: 'As in Settings' }).click();
  await tab.waitForURL((url) => !url.searchParams.has('price'));
  await tab.waitForFunction((text) => document.querySelector('.answer .who')?.textContent === text, first);
  const cost = await faultsOf(tab);
  return { offered, chosen, wrong, first, assumed, whole, over, faults: [...told.faults, ...cost.faults], wide: told.wide || cost.wide };
}

// An objective is refused with its reason, a good one judges the run on Home and stands in Cost.
async function objectives(tab) {
  await open(tab, home, '/settings');
  const field = tab.getByLabel('New objective');
  await field.fill('ttft_p95=1');
  await tab.keyboard.press('Enter');
  const said = await tab.locator('#objective-help').innerText();
  await field.fill('ttft_p95 = 1ms');
  await tab.keyboard.press('Enter');
  await tab.getByRole('button', { name: 'Remove ttft_p95=1ms' }).waitFor();
  const told = await faultsOf(tab);
  await open(tab, home, `/?run=${run}`);
  await tab.getByText('As chosen in the settings').waitFor();
  const limits = cardOf(tab, 'Objectives').getByText('at most 1 ms');
  await limits.first().waitFor();
  const judged = await limits.count();
  await open(tab, home, `/cost?run=${run}&price=2`);
  await tab.getByText('kept the objectives at no load').first().waitFor();
  const cost = await tab.getByLabel('Assumptions').innerText();
  const there = await faultsOf(tab);
  return { said, judged, cost, faults: [...told.faults, ...there.faults], wide: told.wide || there.wide };
}

// Units hold in figures of other pages; weights change the scores.
async function units(tab) {
  await open(tab, home, `/compare?runs=${run}`);
  const scores = cardOf(tab, 'Scores');
  await scores.getByRole('row').nth(1).waitFor();
  const before = await scores.innerText();
  await open(tab, home, '/settings');
  const unit = tab.getByRole('radiogroup', { name: 'Latencies' }).or(tab.getByRole('group', { name: 'Latencies' })).first();
  await unit.getByText('Milliseconds').click();
  await tab.getByText('2,340 ms').waitFor();
  await tab.getByText('UTC', { exact: true }).click();
  await tab.getByLabel('Latency', { exact: true }).fill('0');
  await tab.getByLabel('Throughput', { exact: true }).fill('1');
  await tab.getByLabel('Throughput', { exact: true }).press('Enter');
  const told = await faultsOf(tab);
  await open(tab, home, `/compare?runs=${run}`);
  await tab.getByText(/0 x latency \+/i).waitFor();
  const after = await scores.innerText();
  await open(tab, home, `/?run=${run}&mode=advanced`);
  await tab.getByText(/\d\d:\d\d UTC/).waitFor();
  return { before, after, ...told };
}

// A layout is kept under a name, chosen on Home by link and by Back; a file brings it to another browser; a damaged one changes nothing.
async function layouts(tab) {
  await open(tab, home, '/settings');
  await tab.getByLabel('Cards of Home').getByRole('checkbox').first().press('Space');
  await tab.getByLabel('Name of the layout').fill('Weekly <b>review</b>');
  await tab.keyboard.press('Enter');
  await tab.getByRole('button', { name: 'Weekly <b>review</b>', exact: true }).waitFor();
  await tab.getByRole('button', { name: 'As it was' }).click();
  await tab.emulateMedia({ colorScheme: 'light' });
  const told = await faultsOf(tab);
  const [saved] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('button', { name: 'Save as a file' }).click()]);
  const text = await readFile(await saved.path(), 'utf8');
  await open(tab, home, `/?run=${run}`);
  const strip = tab.locator('.strip');
  await strip.waitFor();
  await tab.getByRole('button', { name: /For whom/ }).click();
  await tab.getByRole('option', { name: /Weekly/ }).click();
  await tab.waitForURL(/layout=Weekly/);
  const link = tab.url();
  await tab.goto(link);
  await tab.getByRole('button', { name: /Weekly/ }).waitFor();
  await tab.getByRole('heading', { name: 'At a glance' }).waitFor();
  const strips = await strip.count();
  await tab.getByRole('link', { name: 'Settings' }).click();
  await tab.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await tab.goBack();
  await tab.getByRole('button', { name: /Weekly/ }).waitFor();
  await tab.goForward();
  await tab.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  return { text, link, strips, ...told };
}

async function otherBrowser(tab, text) {
  const [good, cut, wrong] = ['good.json', 'cut.json', 'wrong.json'].map((name) => join(folder, name));
  await writeFile(good, text);
  await writeFile(cut, text.slice(0, text.length / 2));
  await writeFile(wrong, JSON.stringify({ tokentrial_settings: 1, theme: 'pink', objectives: ['ttft=5'] }));
  await open(tab, home, '/settings');
  const card = cardOf(tab, 'As a file');
  const take = async (path) => {
    await tab.getByLabel('Settings file').setInputFiles(path);
    await card.getByRole('status').getByText(path.split('/').at(-1)).waitFor();
    return card.getByRole('status').innerText();
  };
  const cutSaid = await take(cut);
  const wrongSaid = await take(wrong);
  const layoutsThen = await tab.getByRole('list', { name: 'Kept layouts' }).count();
  const told = await faultsOf(tab);
  const goodSaid = await take(good);
  await tab.getByRole('button', { name: 'Weekly <b>review</b>', exact: true }).waitFor();
  await tab.getByRole('button', { name: 'Forget all …' }).click();
  await tab.getByRole('button', { name: 'Forget all settings' }).click();
  await tab.getByText('All is as it was at first').waitFor();
  const hint = await hintOf(tab, 'Utilization');
  // What the browser kept is damaged in parts: the rest holds.
  await tab.evaluate(() => localStorage.setItem('tokentrial', JSON.stringify({ state: { objectives: 'ttft', assumptions: [1], layouts: {}, theme: 'light' }, version: 1 })));
  await open(tab, home, '/settings');
  await tab.getByText('None yet.').waitFor();
  const theme = await tab.getByRole('radio', { name: 'Light', exact: true }).getAttribute('aria-checked');
  return { cutSaid, wrongSaid, layoutsThen, goodSaid, hint, theme, left: await tab.getByRole('list', { name: 'Kept layouts' }).count(), ...told };
}

const browser = await openBrowser();
const found = {};
found.prices = await inWindow(browser, home, { mode: 'advanced', colorScheme: 'dark' }, prices);
found.objectives = await inWindow(browser, home, {}, objectives);
found.units = await inWindow(browser, home, { mode: 'advanced', viewport: { width: 1920, height: 1080 } }, units);
found.layouts = await inWindow(browser, home, { mode: 'advanced', viewport: { width: 768, height: 1024 } }, layouts);
found.otherBrowser = await inWindow(browser, home, { colorScheme: 'dark' }, (tab) => otherBrowser(tab, found.layouts.text));
await browser.close();
console.log(JSON.stringify(found));
