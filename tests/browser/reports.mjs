// reports.mjs <address> <runs, with commas> <good template> <bad template>: the builder of reports, as people use it. Prints what
// it found as JSON; tests/program/dashboard_reports_test.py asserts what must hold.
import { readFile } from 'node:fs/promises';
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [home, named, goodTemplate, badTemplate] = process.argv.slice(2);
const runs = named.split(',');

const headings = (tab) => tab.frameLocator('iframe.preview').locator('main h2, section h2').allInnerTexts();
const shown = (tab, text) => tab.frameLocator('iframe.preview').getByRole('heading', { name: text }).first().waitFor();

async function pick(tab, label, name) {
  await tab.getByRole('button', { name: label }).click();
  await tab.getByRole('option', { name, exact: true }).click();
}

// From a kind to files: sections left out and moved, by keys alone where there are buttons.
async function choices(tab) {
  await open(tab, home, `/reports?run=${runs[0]}`);
  await shown(tab, 'The answer');
  await pick(tab, /Kind$/, 'Technical');
  await shown(tab, 'Appendix: full statistics');
  const technical = await headings(tab);
  const list = tab.getByRole('list', { name: 'Sections of the report' });
  const silent = await list.locator('li', { hasText: 'nothing to say' }).count();
  await list.getByRole('button', { name: 'Leave out: Appendix: full statistics' }).press('Enter');
  await tab.waitForURL(/sections=/);
  await list.getByRole('button', { name: 'Move up: At a glance' }).press('Enter');
  await tab.waitForFunction(() => new URLSearchParams(location.search).get('sections').startsWith('answer,targets,scenarios'));
  await pick(tab, /^Add a section/, 'The options');
  await list.getByText('The options').waitFor();
  await list.getByRole('button', { name: 'Leave out: The answer' }).click();
  await shown(tab, 'At a glance');
  const link = tab.url();
  const changed = await headings(tab);
  await tab.goto(link);
  await shown(tab, 'At a glance');
  const again = await headings(tab);
  await tab.locator('.formats label', { hasText: 'Excel' }).click();
  const saved = [];
  const both = new Promise((done) => tab.on('download', (file) => saved.push(file) === 2 && done()));
  await tab.getByRole('button', { name: 'Download 2 files' }).click();
  await tab.waitForFunction(() => document.querySelectorAll('[aria-label="Files"] .badge.good').length === 2);
  await both;
  const files = {};
  for (const file of saved) files[file.suggestedFilename()] = (await readFile(await file.path())).subarray(0, 4).toString('latin1');
  return { technical, silent, link, changed, again, files, ...(await faultsOf(tab)) };
}

// What a kind needs is said before it is asked for; the series is one press away.
async function trend(tab) {
  await open(tab, home, `/reports?run=${runs[0]}&kind=trend`);
  await tab.getByText('A trend needs 4 runs').waitFor();
  const waiting = await tab.getByRole('button', { name: /^Download/ }).isDisabled();
  await tab.getByRole('button', { name: `All ${runs.length} runs of this series` }).click();
  await shown(tab, 'Where it is going');
  const link = tab.url();
  const list = tab.getByRole('list', { name: 'Runs of the report' });
  await pick(tab, /Kind$/, 'Regression check');
  for (const run of runs.slice(2)) await list.getByRole('button', { name: `Leave out: ${run}` }).click();
  await shown(tab, 'Did it get worse?');
  const before = await tab.frameLocator('iframe.preview').locator('h1').innerText();
  await list.getByRole('button', { name: `Move down: ${runs[0]}` }).click();
  await tab.waitForURL(new RegExp(`runs=${runs[1]},${runs[0]}`));
  await shown(tab, 'Did it get worse?');
  return { waiting, link, before, ...(await faultsOf(tab)) };
}

// A template from a file, with faults at their lines; mended; the report says what it says.
async function template(tab) {
  await open(tab, home, `/reports?run=${runs[0]}`);
  await tab.getByRole('radio', { name: 'My template' }).or(tab.getByRole('button', { name: 'My template' })).click();
  await tab.getByText('Paste a template').waitFor();
  await tab.locator('input[type=file]').setInputFiles(badTemplate);
  await tab.locator('#template-faults .fault').first().waitFor();
  const faults = await tab.locator('#template-faults .fault').allInnerTexts();
  await tab.locator('#template-faults button').last().click();
  const line = await tab.getByLabel('Template', { exact: true }).evaluate((area) => area.value.slice(0, area.selectionStart).split('\n').length);
  const wrong = await faultsOf(tab);
  await tab.locator('input[type=file]').setInputFiles(goodTemplate);
  await tab.getByText('nothing is wrong with it').waitFor();
  await shown(tab, 'Why we measured');
  const title = await tab.frameLocator('iframe.preview').locator('h1').innerText();
  const [file] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('button', { name: 'Download PDF' }).click()]);
  const pdf = (await readFile(await file.path())).subarray(0, 5).toString('latin1');
  await tab.reload();
  await shown(tab, 'Why we measured');
  await tab.getByRole('button', { name: 'Begin with what was chosen' }).click();
  await tab.getByText('nothing is wrong with it').waitFor();
  await shown(tab, 'The answer');
  return { said: faults, line, title, pdf, faults: [...wrong.faults, ...(await faultsOf(tab)).faults], wide: wrong.wide };
}

// What cannot be made says why, in the page and for each file.
async function failing(tab) {
  await open(tab, home, `/reports?run=${runs[0]}&price=nobody%3D3`);
  await tab.getByRole('alert').waitFor();
  const preview = await tab.getByRole('alert').innerText();
  await tab.getByRole('button', { name: 'Download PDF' }).click();
  const files = tab.getByRole('list', { name: 'Files' });
  await files.getByRole('alert').waitFor();
  return { preview, file: await files.innerText(), ...(await faultsOf(tab)) };
}

const browser = await openBrowser();
const found = {};
found.choices = await inWindow(browser, home, { mode: 'advanced', acceptDownloads: true }, choices);
found.trend = await inWindow(browser, home, { colorScheme: 'dark' }, trend);
found.template = await inWindow(browser, home, { colorScheme: 'dark', mode: 'advanced', viewport: { width: 1920, height: 1080 } }, template);
found.failing = await inWindow(browser, home, { mode: 'advanced', viewport: { width: 768, height: 1024 } }, failing);
await browser.close();
console.log(JSON.stringify(found));
