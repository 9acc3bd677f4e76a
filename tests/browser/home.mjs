// home.mjs <address> <run> <older run>: Home for each reader, as slides and as files; what Runs knows of a run, and
// cleaning up. Prints what it found as JSON; tests/program/dashboard_home_test.py asserts what must hold.
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [home, run, older] = process.argv.slice(2);
const READERS = ['executive', 'product', 'engineer', 'operations'];

const settled = (tab) => tab.waitForFunction(() => [...document.querySelectorAll('[aria-busy="true"], main .skeleton')].every((one) => one.getBoundingClientRect().top >= innerHeight), null, { timeout: 60_000 });

async function headings(tab) {
  await settled(tab);
  return tab.getByRole('heading', { level: 2 }).allInnerTexts();
}

// One choice, kept by the link; each reader gets cards of their own.
async function readers(tab) {
  await open(tab, home, `/?run=${run}`);
  await tab.getByRole('button', { name: 'For whom' }).click();
  await tab.getByRole('option', { name: 'For executives' }).click();
  await tab.waitForURL(/for=executive/);
  await tab.getByRole('heading', { name: 'Next steps', level: 2 }).waitFor();
  await tab.locator('.told-list').nth(1).waitFor();
  const risks = await tab.locator('.told-list').first().innerText();
  const lights = await tab.locator('.score .badge').allInnerTexts();
  const cards = {};
  const faults = [];
  let wide = false;
  for (const reader of READERS) {
    await open(tab, home, `/?run=${run}&for=${reader}`);
    cards[reader] = await headings(tab);
    const told = await faultsOf(tab);
    faults.push(...told.faults.map((one) => `${reader}: ${one}`));
    wide ||= told.wide;
  }
  return { risks, lights, cards, faults, wide };
}

// Slides by keys; the link says which; Escape leads back.
async function slides(tab) {
  await open(tab, home, `/?run=${run}`);
  await tab.getByRole('button', { name: 'Present' }).click();
  const dialog = tab.getByRole('dialog');
  await dialog.getByText('1 of 7').waitFor();
  const first = await dialog.getByRole('heading', { level: 2 }).first().innerText();
  await tab.keyboard.press('ArrowRight');
  await dialog.getByText('2 of 7').waitFor();
  const told = await faultsOf(tab);
  for (let i = 3; i <= 7; i += 1) {
    await tab.keyboard.press('ArrowRight');
    await dialog.getByText(`${i} of 7`).waitFor();
  }
  await tab.keyboard.press('ArrowRight');
  const link = tab.url();
  await dialog.locator('.told-list').waitFor();
  const last = await dialog.innerText();
  await tab.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  return { first, last, link, ...told, closed: tab.url() };
}

// The overview as a picture.
async function files(tab) {
  await open(tab, home, `/?run=${run}`);
  await tab.getByRole('button', { name: 'Save the overview' }).click();
  const saved = tab.waitForEvent('download');
  await tab.getByRole('menuitem', { name: /PNG/ }).click();
  const stream = await (await saved).createReadStream();
  const parts = [];
  for await (const part of stream) parts.push(part);
  const bytes = Buffer.concat(parts);
  return { picture: bytes.subarray(1, 4).toString('latin1'), bytes: bytes.length, ...(await faultsOf(tab)) };
}

// All in Advanced: what was measured, published values, the trend over both runs.
async function advanced(tab) {
  await open(tab, home, `/?run=${run}`);
  const cards = await headings(tab);
  const strip = await tab.getByRole('list', { name: 'What was measured' }).locator('li').allInnerTexts();
  const published = await tab.getByRole('region', { name: 'Against published values' }).locator('tbody tr').allInnerTexts();
  await tab.getByRole('heading', { name: 'From run to run', level: 2 }).scrollIntoViewIfNeeded();
  await tab.locator('.notice', { hasText: 'Whether there is a trend' }).waitFor();
  return { cards, strip, published, ...(await faultsOf(tab)) };
}

// What is known of a run; what differs between two; old ones go, those with a tag stay.
async function runs(tab) {
  await open(tab, home, `/runs?details=${run}`);
  const drawer = tab.getByRole('dialog');
  await drawer.getByRole('region', { name: 'Coverage' }).waitFor();
  await drawer.getByText(/of \d+ passed/).waitFor();
  await drawer.getByRole('button', { name: 'Show the plan' }).click();
  const plan = await drawer.getByLabel('The plan of the run').innerText();
  const about = await drawer.innerText();
  await drawer.getByLabel('New note').fill('to be forgotten');
  await drawer.getByRole('button', { name: 'Write the note' }).click();
  await drawer.getByRole('button', { name: /Take the note away/ }).click();
  await drawer.getByText('to be forgotten').waitFor({ state: 'hidden' });
  const told = await faultsOf(tab);
  await open(tab, home, `/runs?chosen=${run},${older}`);
  await tab.getByRole('button', { name: 'What differs' }).click();
  const differ = await tab.getByRole('dialog').getByRole('region', { name: 'Settings that differ' }).innerText();
  await tab.keyboard.press('Escape');
  const before = await tab.locator('.runs-table tbody tr').allInnerTexts();
  await tab.getByRole('button', { name: 'Clean up' }).click();
  await tab.getByRole('button', { name: 'Keep the newest' }).click();
  await tab.getByRole('option', { name: '1 run', exact: true }).click();
  const gone = await tab.getByRole('list', { name: 'Runs that would go' }).innerText();
  await tab.getByRole('button', { name: 'Remove 1 run …' }).click();
  await tab.getByRole('button', { name: 'Remove 1 for good' }).click();
  await tab.getByRole('dialog').waitFor({ state: 'hidden' });
  await tab.waitForFunction((many) => document.querySelectorAll('.runs-table tbody tr').length === many, before.length - 1);
  return { about, plan, differ, before, gone, left: await tab.locator('.runs-table tbody tr').allInnerTexts(), ...told };
}

const browser = await openBrowser();
const found = {};
found.readers = await inWindow(browser, home, { colorScheme: 'light' }, readers);
found.slides = await inWindow(browser, home, { colorScheme: 'dark' }, slides);
found.files = await inWindow(browser, home, {}, files);
found.advanced = await inWindow(browser, home, { mode: 'advanced', colorScheme: 'dark' }, advanced);
found.runs = await inWindow(browser, home, { mode: 'advanced', viewport: { width: 1920, height: 1080 } }, runs);
await browser.close();
console.log(JSON.stringify(found));
