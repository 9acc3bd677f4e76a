// watch.mjs <program> <results> <address of an engine with models small and large>: from the choice of a model and of
// scenarios to runs that wait in the queue, a run that is watched and saved, and its removal. Prints what it found as
// JSON; tests/program/dashboard_watch_test.py asserts what must hold.
import { readFile } from 'node:fs/promises';
import { kill, start } from './program.mjs';
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [program, results, engine] = process.argv.slice(2);
const LONG = { timeout: 120_000 };
let token = '';
async function call(method, place, body) {
  token ||= (await (await fetch(`${home}/api/v1/session`)).json()).token;
  const reply = await fetch(`${home}/api/v1/${place}`, { method, headers: { 'X-Tokentrial-Token': token }, body: body && JSON.stringify(body) });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}

const heading = (tab, name) => tab.locator('.live-banner h2', { hasText: name });
const rowsOf = (list) => list.getByRole('listitem').allInnerTexts();

// A model of several, and two scenarios: two runs.
async function choices(tab) {
  await open(tab, home, '/launch');
  const server = tab.getByRole('list', { name: 'Servers' });
  await server.getByText('choose a model').waitFor();
  const asked = await faultsOf(tab);
  await server.getByRole('button', { name: `Model of ${engine}` }).click();
  await tab.getByRole('option', { name: 'large' }).click();
  await server.getByText('ready', { exact: true }).waitFor();
  await tab.getByRole('button', { name: 'Next' }).click();
  const library = tab.getByRole('region', { name: 'Scenario library' });
  await library.getByText('Output tokens a second').waitFor();
  const scenarios = await library.locator('tbody tr').allInnerTexts();
  await library.getByRole('button', { name: 'Show short-to-long' }).click();
  const text = await tab.getByLabel('The scenario as text').innerText();
  const shown = await faultsOf(tab);
  await tab.keyboard.press('Escape');
  for (const name of ['short-to-short', 'customer-support']) await library.locator('label', { has: tab.getByLabel(`Play ${name}`) }).click();
  const chosen = await faultsOf(tab);
  await tab.getByRole('button', { name: 'Next' }).click();
  await tab.getByLabel('Users at once', { exact: true }).fill('2');
  await tab.getByLabel('Seconds for each server', { exact: true }).fill('1');
  await tab.locator('label', { hasText: 'Keep prompts and answers' }).click();
  await tab.getByText('Then the same with').waitFor();
  const told = await tab.locator('.notice').innerText();
  await tab.getByRole('button', { name: 'Start 2 runs' }).click();
  await tab.waitForURL(/\/live/);
  await tab.locator('.live-banner', { hasText: 'Done' }).filter({ hasText: 'customer-support' }).waitFor(LONG);
  const { runs } = await call('GET', 'runs');
  const kept = await Promise.all(runs.map(async (run) => (await call('GET', `runs/${run.id}/plan`)).yaml.includes('texts: true')));
  return { asked, shown, chosen, scenarios, text, told, kept, runs: runs.map((run) => [run.id, run.models.join()]) };
}

// Two runs wait behind a long one; their order is changed by keys in one window and seen in another.
const queue = (browser) => async (tab) => {
  const order = { targets: [{ url: engine, model: 'small' }], concurrency: 1, duration_s: 600 };
  const ids = [];
  for (const name of ['first', 'second', 'third']) ids.push((await call('POST', 'jobs', { ...order, name })).id);
  await open(tab, home, '/launch');
  const list = (page) => page.getByRole('list', { name: 'Queue' });
  await list(tab).getByText('third').waitFor();
  const before = await rowsOf(list(tab));
  const other = await inWindow(browser, home, {}, async (page) => {
    await open(page, home, '/launch');
    await list(page).getByText('third').waitFor();
    await list(tab).getByRole('button', { name: 'third: earlier' }).focus();
    await tab.keyboard.press('Enter');
    await page.waitForFunction(() => [...document.querySelectorAll('.queue-row strong')].map((one) => one.textContent).join(' ').startsWith('first third second'));
    return { rows: await rowsOf(list(page)) };
  });
  const after = await rowsOf(list(tab));
  const told = await faultsOf(tab);
  for (let i = 0; i < 2; i += 1) {
    await list(tab).getByRole('button', { name: 'Take out' }).first().click();
    await tab.waitForFunction((left) => [...document.querySelectorAll('.queue-row button')].filter((one) => one.textContent === 'Take out').length === left, 1 - i);
  }
  await list(tab).getByRole('button', { name: 'Stop' }).click();
  await tab.waitForFunction(() => [...document.querySelectorAll('.queue-row')].slice(0, 3).every((one) => one.textContent.startsWith('stopped')), null, LONG);
  const states = await Promise.all(ids.map(async (id) => (await call('GET', `jobs/${id}`)).state));
  return { before, after, other: other.rows, otherTrouble: other.trouble, states, ...told };
};

async function saved(tab, chart, what) {
  await tab.getByRole('button', { name: `Save: ${chart}` }).click();
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('menuitem', { name: what }).click()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

// Watched to its end; the engine goes away; all of it can still be looked at and saved.
async function stays(tab) {
  const own = await start(program, 'sim', '--engine', 'vllm', '--port', '0', '--fixed', 'ttft=10ms,itl=2ms');
  await open(tab, home, '/live');
  await call('POST', 'jobs', { name: 'stays', targets: [`own=${own.url}`], concurrency: 4, duration_s: 4, texts: true });
  await heading(tab, 'Under load').waitFor(LONG);
  const theme = await tab.evaluate(() => document.documentElement.dataset.theme);
  await tab.locator('.live-chart canvas').nth(4).waitFor();
  const answer = tab.getByRole('region', { name: 'What own was asked and answered' });
  await answer.waitFor(LONG);
  await tab.getByRole('button', { name: 'Hold' }).click();
  const held = await answer.innerText();
  await heading(tab, 'Done').waitFor(LONG);
  const after = await answer.innerText();
  await kill(own);
  const picture = tab.locator('.live-chart', { hasText: 'Output tokens a second' }).locator('.place');
  const canvas = picture.locator('canvas');
  const look = () => canvas.evaluate((one) => one.toDataURL());
  await picture.scrollIntoViewIfNeeded();
  await tab.waitForFunction((one) => /own: [1-9]/.test(one.getAttribute('aria-label')), await picture.elementHandle());
  const whole = await look();
  await picture.focus();
  await tab.keyboard.press('+');
  await tab.waitForFunction(([one, before]) => one.toDataURL() !== before, [await canvas.elementHandle(), whole]);
  await tab.keyboard.press('0');
  await tab.waitForFunction(([one, before]) => one.toDataURL() === before, [await canvas.elementHandle(), whole]);
  const png = await saved(tab, 'Output tokens a second', 'Picture (PNG)');
  const csv = {};
  for (const chart of ['Output tokens a second', 'Time to first token', 'Requests, from start to end']) csv[chart] = (await saved(tab, chart, 'Figures (CSV)')).content.toString();
  const charts = await tab.locator('.live-chart canvas').count();
  const titles = () => tab.locator('.live-chart h3').allInnerTexts();
  await tab.getByRole('button', { name: 'Charts', exact: true }).click();
  const rows = tab.getByRole('list', { name: 'Charts of Live' }).getByRole('listitem');
  await rows.filter({ hasText: 'Requests, from start to end' }).dragTo(rows.first());
  await rows.filter({ hasText: 'Time between tokens' }).locator('label').click();
  const arranging = await faultsOf(tab);
  await tab.keyboard.press('Escape');
  const arranged = await titles();
  await tab.reload();
  await tab.locator('.live-chart canvas').nth(4).waitFor();
  const again = await titles();
  return { arranging, arranged, again, theme, held, after, png: { name: png.name, base64: png.content.toString('base64') }, csv, charts, summary: await tab.getByRole('region', { name: 'Summary by target' }).innerText(), ...(await faultsOf(tab)) };
}

// The baseline cannot go; without its mark it goes, after a second press.
async function removal(tab) {
  const { runs } = await call('GET', 'runs');
  const run = runs.find((one) => one.id.startsWith('stays')).id;
  await call('PUT', `runs/${run}/baseline`);
  await open(tab, home, `/runs?details=${run}`);
  const drawer = tab.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Remove the run …' }).click();
  await drawer.getByRole('button', { name: 'Keep it' }).click();
  await drawer.getByRole('button', { name: 'Remove the run …' }).click();
  const sure = await faultsOf(tab);
  const refused = tab.waitForResponse((response) => response.request().method() === 'DELETE');
  await drawer.getByRole('button', { name: 'Remove it for good' }).click();
  const status = (await refused).status();
  const why = await drawer.getByRole('alert').innerText();
  await call('DELETE', 'baseline');
  await drawer.getByRole('button', { name: 'Remove it for good' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await tab.waitForFunction((many) => document.querySelectorAll('.runs-table tbody tr').length === many, runs.length - 1);
  return { run, status, why, left: (await call('GET', 'runs')).runs.map((one) => one.id), shown: await tab.locator('.runs-table tbody').innerText(), ...sure };
}

const browser = await openBrowser();
const server = await start(program, 'dashboard', '--no-browser', '--port', '0', '--results', results);
const home = server.url;
const draft = { 'tokentrial-launch': { targets: [engine] } };
const found = {};
found.choices = await inWindow(browser, home, { mode: 'advanced', storage: draft, colorScheme: 'light' }, choices);
found.queue = await inWindow(browser, home, { colorScheme: 'dark', viewport: { width: 768, height: 1024 } }, queue(browser));
found.stays = await inWindow(browser, home, { mode: 'advanced', colorScheme: 'light' }, stays);
found.removal = await inWindow(browser, home, { colorScheme: 'dark' }, removal);
await kill(server, 'SIGINT');
await browser.close();
console.log(JSON.stringify(found));
