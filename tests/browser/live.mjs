// live.mjs <program> <results> <address of a simulated engine> <address of another>: a run from its set-up to its
// answer, watched; what the page does when the program or an engine goes away; replay; without a pointer. Prints
// what it found as JSON; what must hold is asserted by tests/program/dashboard_live_page_test.py.
import { kill, start } from './program.mjs';
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [program, results, fast, slow] = process.argv.slice(2);
const LONG = { timeout: 120_000 };
const dashboard = (port) => start(program, 'dashboard', '--no-browser', '--port', String(port), '--results', results);
const heading = (tab, name) => tab.locator('.live-banner h2', { hasText: name });
const count = async (tab, name) => Number((await tab.locator('.live-counts div', { hasText: name }).locator('dd').innerText()).split(' ')[0].replaceAll(',', ''));

// Scenario A: somebody who never saw it gets from two addresses to an answer.
async function scenario(tab, home) {
  const began = Date.now();
  await open(tab, home, '/');
  await tab.getByRole('link', { name: 'Launch' }).click();
  for (const address of [fast, `slow=${slow}`]) {
    await tab.getByLabel('Address of a server').fill(address);
    await tab.getByRole('button', { name: 'Add' }).click();
  }
  const ready = tab.locator('.target-row', { hasText: 'ready' });
  await ready.nth(1).waitFor();
  await tab.getByRole('button', { name: 'Next' }).click();
  await tab.getByText('Chat, made up').click();
  await tab.getByRole('button', { name: 'Next' }).click();
  await tab.getByLabel('Users at once', { exact: true }).fill('8');
  await tab.getByLabel('Seconds for each server', { exact: true }).fill('4');
  await tab.locator('.notice', { hasText: 'What will happen' }).filter({ hasText: '8 s' }).waitFor();
  const told = await tab.locator('.notice').innerText();
  await tab.getByRole('button', { name: 'Start the run' }).click();
  await tab.waitForURL(/\/live/);
  await heading(tab, 'Under load').waitFor(LONG);
  await tab.locator('.live-chart canvas').nth(2).waitFor();
  await heading(tab, 'Done').waitFor(LONG);
  const charts = await tab.locator('.live-chart').count();
  const answered = await count(tab, 'Answered');
  const summary = tab.getByRole('region', { name: 'Summary by target' }).locator('tbody tr');
  await summary.first().waitFor();
  const figures = await summary.count();
  const faults = await faultsOf(tab);
  await tab.getByRole('link', { name: 'See the answer' }).first().click();
  const answer = await tab.locator('.answer h2').innerText(LONG);
  return { told, charts, answered, figures, answer, ...faults, run: new URL(tab.url()).searchParams.get('run'), seconds: (Date.now() - began) / 1000 };
}

// The connection is cut in the middle of a replay; nothing is missing at its end.
const cut = (run) => async (tab, home) => {
  const seen = [];
  const asked = [];
  let played = false;
  let heard = 0;
  let come;
  const again = new Promise((resolve) => (come = resolve));
  await tab.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    asked.push(new URL(socket.url()).search);
    if (asked.length === 2) come();
    const server = socket.connectToServer();
    let closed = false;
    server.onMessage((text) => {
      if (closed) return; // what was on its way is lost
      const { seq } = JSON.parse(text);
      if (seq) seen.push(seq);
      socket.send(text);
      heard += played ? 1 : 0; // a new page is told of the run before first
      if (heard !== 12 || asked.length > 1) return;
      closed = true;
      socket.close();
    });
  });
  await open(tab, home, `/live?run=${run}`);
  played = true;
  await tab.getByRole('button', { name: 'Play' }).click();
  await heading(tab, 'Played again').waitFor(LONG);
  await again;
  await heading(tab, 'Done').waitFor(LONG);
  return { asked, holes: seen.filter((seq, i) => i > 0 && seq !== seen[i - 1] + 1), answered: await count(tab, 'Answered'), missed: await tab.getByText('Some of it is not shown').count() };
};

async function order(home, body) {
  const { token } = await (await fetch(`${home}/api/v1/session`)).json();
  const reply = await fetch(`${home}/api/v1/jobs`, { method: 'POST', headers: { 'X-Tokentrial-Token': token }, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(await reply.text());
}

const plan = (url, seconds) => `name: gone\ntargets: ["vllm=${url}"]\nworkload: {input: 32, output: 16}\nload: {concurrency: 4}\nblocks: 1\nstop: {duration: ${seconds}s}\n`;

// The program is killed in the middle of a run and started again: the page stays, says so, and goes on with it.
const restarted = (server) => async (tab, home) => {
  await open(tab, home, '/live');
  await order(home, { yaml: plan(fast, 600) });
  await heading(tab, 'Under load').waitFor(LONG);
  await tab.waitForFunction(() => /[1-9]/.test(document.querySelector('.live-counts div:nth-child(2) dd')?.textContent ?? ''));
  await kill(server);
  await tab.getByText('reconnecting').waitFor();
  const kept = await count(tab, 'Answered');
  const again = await dashboard(new URL(home).port);
  await heading(tab, 'It was cut off').waitFor(LONG);
  const after = await count(tab, 'Answered');
  await tab.getByRole('button', { name: 'Play' }).click();
  await heading(tab, 'Done').waitFor(LONG);
  return { kept, after, again };
};

// The engine goes away under load.
async function engineGone(tab, home) {
  const engine = await start(program, 'sim', '--engine', 'vllm', '--port', '0', '--fixed', 'ttft=5ms,itl=2ms');
  await open(tab, home, '/live');
  await order(home, { yaml: plan(engine.url, 6) });
  await heading(tab, 'Under load').waitFor(LONG);
  await tab.waitForFunction(() => /[1-9]/.test(document.querySelector('.live-counts div:nth-child(2) dd')?.textContent ?? ''));
  await kill(engine);
  await tab.locator('.live-banner').filter({ hasText: /Done|It failed/ }).waitFor(LONG);
  const found = { failed: await count(tab, 'Failed'), answered: await count(tab, 'Answered'), charts: await tab.locator('.live-chart').count() };
  await tab.locator('.live-chart canvas').first().waitFor();
  return { ...found, ...(await faultsOf(tab)) };
}

async function tabTo(tab, name) {
  for (let i = 0; i < 60; i += 1) {
    await tab.keyboard.press('Tab');
    const here = await tab.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent);
    if (here.trim() === name) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

// A plan with a fault, mended and started, by keys alone.
async function keys(tab, home) {
  await open(tab, home, '/launch?how=plan');
  await tabTo(tab, 'Plan');
  await tab.keyboard.press('Control+a');
  await tab.keyboard.type(`name: typed\ntargets: [${fast}]\nlode: 1\nworkload: {input: 16, output: 4}\nload: {concurrency: 1}\nstop: {requests: 3}\n`);
  await tab.locator('.fault').waitFor();
  const fault = await tab.locator('.fault').innerText();
  await tabTo(tab, fault.replace('\n', ''));
  await tab.keyboard.press('Enter');
  const chosen = await tab.evaluate(() => document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd));
  const faulty = await faultsOf(tab);
  await tab.keyboard.press('Delete');
  await tab.getByText('nothing is wrong with it').waitFor();
  await tabTo(tab, 'Start');
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/\/live/);
  await heading(tab, 'Done').waitFor(LONG);
  return { fault, chosen, ...faulty };
}

// Every step of Launch, and Live with nothing to show.
async function looks(tab, home) {
  const all = {};
  for (const place of ['/launch', '/launch?step=what', '/launch?step=much', '/live']) {
    await open(tab, home, place);
    await tab.waitForFunction(() => !document.querySelector('main [aria-busy="true"], main .skeleton'));
    all[place] = await faultsOf(tab);
  }
  return { all };
}

const browser = await openBrowser();
const server = await dashboard(0);
const home = server.url;
const see = (options, act) => inWindow(browser, home, options, (tab) => act(tab, home));
const found = {};
const draft = { 'tokentrial-launch': { targets: [fast, slow] } };
found.scenario = await see({}, scenario);
found.cut = await see({}, cut(found.scenario.run));
found.keys = await see({ mode: 'advanced', storage: draft }, keys);
found.light = await see({ colorScheme: 'light', storage: draft }, looks);
found.dark = await see({ colorScheme: 'dark', mode: 'advanced', viewport: { width: 768, height: 1024 }, storage: draft }, looks);
found.engineGone = await see({ colorScheme: 'dark', mode: 'advanced' }, engineGone);
found.restarted = await see({ mode: 'advanced' }, restarted(server));
await kill(found.restarted.again, 'SIGINT');
delete found.restarted.again;
await browser.close();
console.log(JSON.stringify(found));
