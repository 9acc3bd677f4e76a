// explore.mjs <address> <run> <file>...: what people do with runs in the dashboard: bring files of other
// tools, reckon what they cost, look at
// a part of the requests, arrange Home. Prints what it found as JSON; tests/program/dashboard_explore_test.py asserts what must hold.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [home, run, ...files] = process.argv.slice(2);

async function carrying(tab) {
  const carried = await Promise.all(files.map(async (file) => ({ name: basename(file), text: (await readFile(file)).toString('base64') })));
  return tab.evaluateHandle((all) => {
    const carrier = new DataTransfer();
    for (const { name, text } of all) carrier.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
    return carrier;
  }, carried);
}

// Dropped on Home: judged, looked at, added, in the list.
async function imports(tab) {
  await open(tab, home, `/?run=${run}`);
  const dataTransfer = await carrying(tab);
  await tab.dispatchEvent('body', 'dragenter', { dataTransfer });
  await tab.getByText('Drop the files to import them').waitFor();
  await tab.dispatchEvent('body', 'drop', { dataTransfer });
  await tab.waitForURL(/\/runs/);
  const incoming = tab.locator('.incoming');
  await tab.waitForFunction((many) => document.querySelectorAll('.incoming .badge').length === many, files.length);
  const judged = await incoming.allInnerTexts();
  await tab.getByRole('button', { name: 'Report and preview' }).first().click();
  const report = await tab.locator('.findings').innerText();
  const preview = await tab.getByRole('region', { name: 'Preview of the requests' }).locator('tbody tr').count();
  const told = await faultsOf(tab);
  await tab.getByRole('button', { name: /^Add / }).click();
  await tab.waitForFunction((many) => document.querySelectorAll('.incoming .badge.good').length === many, files.length - 1);
  await tab.getByRole('link', { name: 'See the answer' }).first().click();
  await tab.waitForURL(/run=/);
  return { judged, report, preview, ...told, link: tab.url() };
}

// What the costs are taken away as: each file's first bytes, and the text of those that are text.
async function costFiles(tab) {
  const files = {};
  const take = async (menu, names) => {
    for (const name of names) {
      await tab.getByRole('button', { name: menu }).click();
      const [file] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('menuitem', { name }).click()]);
      const bytes = await readFile(await file.path());
      files[name] = { as: file.suggestedFilename(), begins: bytes.subarray(0, 5).toString('latin1'), bytes: bytes.length, text: /CSV|JSON|SVG/.test(name) ? bytes.toString('utf8') : '' };
    }
  };
  await take('Save the costs', ['Document (PDF)', 'Workbook (Excel)', 'Months (CSV)', 'Every load (CSV)', 'All of it (JSON)']);
  await take('Save the chart', ['Picture (PNG)', 'Drawing (SVG)']);
  return files;
}

// A price is typed; the link brings the same answer back, and so does going back.
async function cost(tab) {
  await open(tab, home, `/cost?run=${run}`);
  await tab.getByRole('heading', { name: 'Say what a GPU costs' }).waitFor();
  await tab.getByLabel('Price of a GPU hour').fill('2.5');
  await tab.getByLabel('Requests a second').fill('10,500');
  await tab.waitForURL(/qps=10,500/);
  await tab.getByText('At 500 requests a second').waitFor();
  const answer = tab.getByRole('heading', { name: / saves / });
  const link = tab.url();
  const said = await answer.innerText();
  await tab.goto(link);
  await answer.waitFor();
  const again = await answer.innerText();
  const months = await tab.getByRole('region', { name: 'Budget' }).locator('tbody tr').count();
  const files = await costFiles(tab);
  await tab.getByLabel('Price of a GPU hour').fill('much');
  await tab.getByRole('alert').waitFor();
  const wrong = await tab.getByRole('alert').innerText();
  await tab.goto(link);
  await answer.waitFor();
  return { link, said, again, months, files, wrong, ...(await faultsOf(tab)) };
}

// A range drawn on one chart and a target pressed hold for every chart and for the list; a remark stays.
async function part(tab) {
  await open(tab, home, `/analyze/time?run=${run}`);
  const chart = tab.locator('figure#ttft-over-time');
  await chart.locator('.place svg').waitFor();
  await chart.getByRole('button', { name: 'Select a range' }).click();
  const box = await chart.locator('.brush').boundingBox();
  await tab.mouse.move(box.x + 120, box.y + 250);
  await tab.mouse.down();
  await tab.mouse.move(box.x + box.width / 2, box.y + 255, { steps: 4 });
  await tab.mouse.up();
  await tab.waitForURL(/max_sent_s=/);
  const counted = tab.locator('.selection [role=status]', { hasText: ' of ' });
  await counted.waitFor();
  const brushed = await counted.innerText();
  await tab.getByRole('button', { name: 'vllm', exact: true }).click();
  await tab.waitForURL(/target=/);
  await tab.waitForFunction((old) => document.querySelector('.selection [role=status]').innerText !== old, brushed);
  const pressed = await counted.innerText();
  const link = tab.url();
  await tab.getByRole('link', { name: 'See them' }).click();
  await tab.getByText(`${pressed.split(' ')[0]} of 240 recorded requests`).waitFor();
  await tab.goBack();
  await chart.locator('.place svg').waitFor();
  await tab.getByRole('button', { name: /^Take away: Sent/ }).click();
  await tab.waitForFunction(() => !location.search.includes('sent_s'));
  const files = {};
  for (const name of ['Picture (PNG)', 'Drawing (SVG)', 'Document (PDF)', 'Figures (CSV)']) {
    await chart.getByRole('button', { name: 'Save or copy' }).click();
    const [file] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('menuitem', { name }).click()]);
    const bytes = await readFile(await file.path());
    files[name] = { begins: bytes.subarray(0, 5).toString('latin1'), lines: bytes.toString().split('\n').length, ofAPart: bytes.includes('Part of the requests') };
  }
  await chart.getByRole('button', { name: 'Save or copy' }).click();
  await tab.getByRole('menuitem', { name: 'Write a remark' }).click();
  await chart.getByLabel(/^Remark on/).fill('the cache was cold');
  await tab.keyboard.press('Enter');
  await chart.getByText('the cache was cold').waitFor();
  await tab.reload();
  await chart.getByText('the cache was cold').waitFor();
  return { brushed, pressed, link, files, ...(await faultsOf(tab)) };
}

// The reader's order of Home's cards is kept.
async function layout(tab) {
  await open(tab, home, '/settings');
  await tab.getByRole('button', { name: 'Move up: What stands out' }).click();
  await tab.getByRole('button', { name: 'Move up: What stands out' }).click();
  await tab.getByLabel('Cards of Home').locator('label', { hasText: 'Validity checks' }).click();
  const told = await faultsOf(tab);
  await open(tab, home, `/?run=${run}`);
  await tab.getByRole('heading', { name: 'What stands out' }).waitFor();
  await tab.getByRole('heading', { name: 'At a glance' }).waitFor();
  return { heads: await tab.locator('main .card > header h2').allInnerTexts(), ...told };
}

const browser = await openBrowser();
const found = {};
found.imports = await inWindow(browser, home, {}, imports);
found.cost = await inWindow(browser, home, { colorScheme: 'dark', mode: 'advanced' }, cost);
found.part = await inWindow(browser, home, { mode: 'advanced' }, part);
found.layout = await inWindow(browser, home, { colorScheme: 'dark' }, layout);
await browser.close();
console.log(JSON.stringify(found));
