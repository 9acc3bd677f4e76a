// live_cost.mjs <address> <process id of the dashboard> <address of an engine> <streams> <seconds>: what it costs to watch
// a run with so many streams, for tests/program/measure_dashboard.py. Prints a line of JSON for each look of the page: shares
// of a core, of the page's own process (renderer), of the whole browser, and of the dashboard's threads that serve pages.
// The browser is one that nobody drives: what drives it is told every message of the stream once more, which costs
// more than the page itself.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const [home, program, engine, streams, seconds] = process.argv.slice(2);
const CHROMIUM = '/usr/bin/chromium';
const WARM_UP = 10_000; // until every chart stands and the load is even
const LOOKS = [
  { mode: 'simple', width: 1280, height: 800 },
  { mode: 'advanced', width: 1280, height: 800 },
  { mode: 'advanced', width: 1920, height: 1080 },
];
const SERVING = 10; // the priority that threads which serve pages give themselves

async function call(method, place, body) {
  const { token } = await (await fetch(`${home}/api/v1/session`)).json();
  const reply = await fetch(`${home}/api/v1/${place}`, { method, headers: { 'X-Tokentrial-Token': token }, body: body && JSON.stringify(body) });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}

/** Until the job is in such a state. */
async function wait(id, isSo) {
  while (!isSo(await call('GET', `jobs/${id}`))) await pause(200);
}

/** Seconds of CPU of a process or thread until now. */
const used = async (place) => Number((await readFile(`${place}/schedstat`, 'utf8')).split(' ')[0]) / 1e9;

async function sumOfThreads(process, isWanted = () => true) {
  let sum = 0;
  for (const task of await readdir(`/proc/${process}/task`)) {
    const place = `/proc/${process}/task/${task}`;
    const fields = (await readFile(`${place}/stat`, 'utf8')).split(') ')[1].split(' ');
    if (isWanted(Number(fields[16]))) sum += await used(place);
  }
  return sum;
}

/** Processes whose parent is one of them, and it. */
async function family(root) {
  const parents = [];
  for (const one of await readdir('/proc')) {
    if (!/^\d+$/.test(one)) continue;
    const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
    if (stat) parents.push([Number(one), Number(stat.split(') ')[1].split(' ')[1])]);
  }
  const found = new Set([root]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  return [...found];
}

async function now(browser) {
  const told = { at: performance.now() / 1000, page: 0, browser: 0, server: await sumOfThreads(program, (priority) => priority === SERVING) };
  for (const one of await family(browser)) {
    const words = await readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '');
    const cpu = await sumOfThreads(one).catch(() => 0);
    told.browser += cpu;
    if (words.includes('--type=renderer')) told.page += cpu;
  }
  return told;
}

/** A folder of a browser whose reader chose that mode. */
async function profile(mode) {
  const folder = await mkdtemp(join(tmpdir(), 'tokentrial-'));
  const context = await chromium.launchPersistentContext(folder, { executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const [tab] = context.pages();
  await tab.goto(home);
  await tab.evaluate((chosen) => localStorage.setItem('tokentrial', JSON.stringify({ state: { mode: chosen }, version: 1 })), mode);
  await context.close();
  return folder;
}

async function watch({ mode, width, height }) {
  const folder = await profile(mode);
  const browser = spawn(CHROMIUM, ['--headless', '--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--remote-debugging-port=0', `--user-data-dir=${folder}`, `--window-size=${width},${height}`, `${home}/live`], { stdio: 'ignore' });
  const length = WARM_UP / 1000 + Number(seconds) + 5;
  const { id } = await call('POST', 'jobs', { yaml: `name: cost\ntargets: ["vllm=${engine}"]\nworkload: {input: 32, output: 64}\nload: {concurrency: ${streams}}\nblocks: 1\nstop: {duration: ${length}s}\n` });
  await wait(id, (job) => job.phase === 'playing' || job.phase === 'execution');
  await pause(WARM_UP);
  const before = await now(browser.pid);
  await pause(Number(seconds) * 1000);
  const after = await now(browser.pid);
  const share = (what) => (after[what] - before[what]) / (after.at - before.at);
  await wait(id, (job) => job.state === 'done');
  browser.kill();
  const [run] = (await call('GET', `jobs/${id}`)).runs;
  const { rows } = await call('GET', `runs/${run}`);
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return { mode, width, rate: rows / length, page: share('page'), browser: share('browser'), server: share('server') };
}

for (const look of LOOKS) console.log(JSON.stringify(await watch(look)));
