// analyze.mjs <address> <run> <run of conversations> <imported run that names users>: what engineers do on Analyze and SQL: select
// with keys, press points, pin remarks, filter figures, copy, size, fill the window, ask. Prints what it found as JSON;
// tests/program/dashboard_analyze_test.py asserts what must hold.
import { readFile } from 'node:fs/promises';
import { faultsOf, inWindow, open, openBrowser } from './tab.mjs';

const [home, run, talk, imported] = process.argv.slice(2);

const chartOf = async (tab, id) => {
  const chart = tab.locator(`figure#${id}`);
  await chart.scrollIntoViewIfNeeded();
  await chart.locator('.place svg').waitFor();
  return chart;
};
const numbersOf = (text) => (text.match(/\d+/g) ?? []).map(Number);
const act = async (tab, chart, name) => {
  await chart.getByRole('button', { name: 'Save or copy' }).click();
  await tab.getByRole('menuitem', { name }).click();
};

// A range without a pointer: its ends tell where they are.
async function range(tab) {
  await open(tab, home, `/analyze/time?run=${run}`);
  const chart = await chartOf(tab, 'ttft-over-time');
  await chart.getByRole('button', { name: 'Select a range' }).press('Enter');
  const from = chart.getByRole('slider', { name: 'Sent from' });
  await from.waitFor();
  const focused = await from.evaluate((one) => one === document.activeElement);
  const before = await from.getAttribute('aria-valuetext');
  await tab.keyboard.press('Home');
  await tab.keyboard.press('Shift+ArrowRight');
  const after = await from.getAttribute('aria-valuetext');
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('PageDown');
  const to = await chart.getByRole('slider', { name: 'Sent to' }).getAttribute('aria-valuetext');
  const told = await faultsOf(tab);
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/min_sent_s=.*max_sent_s=/);
  const counted = tab.locator('.selection [role=status]', { hasText: ' of ' });
  await counted.waitFor();
  const selected = numbersOf(await counted.innerText());
  await chart.getByRole('button', { name: 'Select a range' }).press('Enter');
  await from.waitFor();
  await tab.keyboard.press('Escape');
  await from.waitFor({ state: 'detached' });
  return { focused, before, after, to, selected, mode: new URL(tab.url()).searchParams.get('mode'), ...told };
}

// Presses until a request opens; where its sheet says what it is.
async function press(tab, chart, at) {
  const box = await chart.locator('.place').boundingBox();
  await tab.mouse.move(box.x + at.x, box.y + at.y);
  await tab.waitForFunction((id) => document.querySelector(`figure#${CSS.escape(id)} .place.over`), await chart.getAttribute('id'));
  await tab.mouse.click(box.x + at.x, box.y + at.y);
  const sheet = tab.getByRole('dialog');
  await sheet.getByRole('heading', { name: 'Where the time went' }).waitFor();
  const said = { title: await sheet.getByRole('heading', { level: 2 }).innerText(), request: new URL(tab.url()).searchParams.get('request') };
  await tab.keyboard.press('Escape');
  await tab.waitForFunction(() => !location.search.includes('request='));
  return said;
}

// Where a shape of the drawing is, in pixels of the chart: below the legend, of such a width.
const shapeAt = (chart, [least, most], which) =>
  chart.locator('.place').evaluate(
    (place, [least, most, which]) => {
      const frame = place.getBoundingClientRect();
      const all = [...place.querySelectorAll('svg path')]
        .filter((one) => (one.getAttribute('fill') ?? 'none') !== 'none')
        .map((one) => one.getBoundingClientRect())
        .filter((box) => box.y - frame.y > 125 && box.height > 3 && box.width >= least && box.width <= most);
      const box = all.at(which);
      return { x: box.x + box.width / 2 - frame.x, y: box.y + box.height / 2 - frame.y };
    },
    [least, most, which],
  );
const POINT = [3, 14];
const BAR = [15, 500];

async function points(tab) {
  await open(tab, home, `/analyze/tokens?run=${run}&metric=ttft`);
  const cloud = await chartOf(tab, 'ttft-by-input-tokens');
  const found = { cloud: await press(tab, cloud, await shapeAt(cloud, POINT, 5)) };
  await tab.goto(new URL(`/analyze/time?run=${run}&mode=advanced`, home).href);
  const line = await chartOf(tab, 'ttft-over-time');
  found.line = await press(tab, line, await shapeAt(line, POINT, -1));
  const lanes = await chartOf(tab, 'request-lanes');
  found.lanes = await press(tab, lanes, await shapeAt(lanes, BAR, 20));
  const waterfall = await chartOf(tab, 'request-waterfall');
  found.waterfall = await press(tab, waterfall, await shapeAt(waterfall, BAR, -1));
  await lanes.getByRole('button', { name: 'Show the figures' }).click();
  await lanes.getByRole('region', { name: /^Figures of/ }).locator('button.link').nth(2).click();
  await tab.waitForURL(/request=/);
  found.row = new URL(tab.url()).searchParams.get('request');
  return { ...found, ...(await faultsOf(tab)) };
}

// A remark pinned by a press, another by a number; they stay, as lines on the chart and in its picture.
async function pins(tab) {
  await open(tab, home, `/analyze/time?run=${run}`);
  const chart = await chartOf(tab, 'ttft-over-time');
  await act(tab, chart, 'Write a remark');
  const box = await chart.locator('.place').boundingBox();
  await tab.mouse.click(box.x + box.width / 2, box.y + 300);
  const place = chart.getByLabel(/^Pinned at: Time since/);
  await tab.waitForFunction(() => document.querySelector('.marks input[inputmode]').value !== '');
  const pressed = await place.inputValue();
  await chart.getByLabel(/^Remark on/).fill('the cache was cold');
  await tab.keyboard.press('Enter');
  const list = chart.getByRole('list', { name: /^Remarks on/ });
  await list.getByText('the cache was cold').waitFor();
  await act(tab, chart, 'Write a remark');
  await chart.getByLabel(/^Remark on/).fill('of the whole');
  await place.fill('soon');
  const refused = await chart.getByRole('button', { name: 'Keep' }).isDisabled();
  await place.fill('');
  await tab.keyboard.press('Enter');
  await list.getByText('of the whole').waitFor();
  await tab.reload();
  await list.getByText('the cache was cold').waitFor();
  const again = await chartOf(tab, 'ttft-over-time');
  const dashed = () => again.locator('.place svg path[stroke-dasharray]').count();
  const lines = await dashed();
  const said = await list.innerText();
  const told = await faultsOf(tab);
  await list.getByRole('button', { name: 'Take the remark away' }).first().click();
  await list.getByText('the cache was cold').waitFor({ state: 'detached' });
  await tab.waitForFunction(([id, many]) => document.querySelectorAll(`figure#${id} .place svg path[stroke-dasharray]`).length < many, ['ttft-over-time', lines]);
  return { pressed, refused, said, lines, left: await dashed(), ...told };
}

// Figures filtered, copied, saved; the picture copied and sized; the window filled.
async function takenAway(tab) {
  await tab.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(tab, home, `/analyze/time?run=${run}`);
  const chart = await chartOf(tab, 'request-lanes');
  await act(tab, chart, 'Copy the picture');
  await chart.getByText('The picture is copied').waitFor();
  const picture = await tab.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return { types: item.types, bytes: (await item.getType('image/png')).size };
  });
  await act(tab, chart, 'Copy the figures');
  await chart.getByText('The figures are copied').waitFor();
  const figures = await tab.evaluate(() => navigator.clipboard.readText());
  await chart.getByRole('button', { name: 'Show the figures' }).click();
  await chart.getByLabel(/^Filter the figures/).fill('vllm, request < 5');
  const rows = await chart.getByText(/ of \d+ rows$/).innerText();
  const told = await faultsOf(tab);
  await chart.getByRole('button', { name: 'Copy these' }).click();
  await tab.waitForFunction(async () => (await navigator.clipboard.readText()).split('\n').length === 6);
  const [saved] = await Promise.all([tab.waitForEvent('download'), chart.getByRole('button', { name: 'Save these (CSV)' }).click()]);
  const csv = (await readFile(await saved.path(), 'utf8')).trim().split('\n');
  await act(tab, chart, /^Picture of another size/);
  const dialog = tab.getByRole('dialog');
  await dialog.getByLabel('Width, pixels').fill('20');
  await dialog.getByText('Whole numbers from 300 to 8000').waitFor();
  await dialog.getByLabel('Width, pixels').fill('640');
  await dialog.getByLabel('Height, pixels').fill('360');
  const [sized] = await Promise.all([tab.waitForEvent('download'), dialog.getByRole('link', { name: 'Save' }).click()]);
  const png = await readFile(await sized.path());
  await tab.keyboard.press('Escape');
  await chart.getByRole('button', { name: 'Show the chart' }).click();
  await chart.getByRole('button', { name: 'Full screen' }).click();
  await tab.locator('.dialog .whole .place svg').waitFor();
  const { width, height } = await tab.locator('.dialog .whole .place').boundingBox();
  const whole = { width, height, ...(await faultsOf(tab)) };
  await tab.keyboard.press('Escape');
  await tab.locator('.dialog .whole').waitFor({ state: 'detached' });
  return { picture, figures: figures.split('\n').length, rows, csv, sized: [png.readUInt32BE(16), png.readUInt32BE(20)], whole, ...told, faults: [...told.faults, ...whole.faults] };
}

// Whom a run served how: conversations by turn and session, an import by user, of whom a press selects one on every tab. A link shows as much as its writer saw.
async function users(tab) {
  await open(tab, home, `/analyze/users?run=${talk}&mode=advanced`);
  await tab.getByRole('heading', { name: 'By turn of the conversation' }).first().waitFor();
  const turns = await tab.getByRole('region', { name: 'By turn of the conversation' }).first().locator('tbody tr').count();
  const sessions = await tab.getByRole('region', { name: /^By session/ }).first().locator('tbody tr').count();
  const shown = await tab.getByRole('radio', { name: 'Advanced' }).or(tab.getByRole('button', { name: 'Advanced' })).first().evaluate((one) => one.getAttribute('aria-checked') ?? one.getAttribute('aria-pressed'));
  const told = await faultsOf(tab);
  await tab.getByRole('link', { name: 'Tokens', exact: true }).click();
  const chart = await chartOf(tab, 'input-tokens');
  const tokens = await chart.locator('.place').getAttribute('aria-label');
  await open(tab, home, `/analyze/users?run=${imported}`);
  const one = tab.getByRole('region', { name: 'By user' }).getByRole('button').first();
  const pressed = await one.innerText();
  await one.press('Enter');
  const counted = tab.locator('.selection [role=status]', { hasText: ' of ' });
  await counted.waitFor();
  const ofOne = { user: new URL(tab.url()).searchParams.get('user'), counts: numbersOf(await counted.innerText()) };
  await open(tab, home, `/analyze/users?run=${run}&mode=simple`);
  await tab.getByText('This run names no users').waitFor();
  return { turns, sessions, shown, tokens, pressed, ofOne, kept: new URL(tab.url()).searchParams.get('mode'), ...told };
}

// What there is comes from the server; a cell that is too long is cut; a file has all of it.
async function sql(tab) {
  await open(tab, home, `/sql?run=${run}`);
  await tab.getByText('requests', { exact: true }).first().click();
  const columns = await tab.getByRole('list', { name: 'Columns of requests' }).getByRole('listitem').count();
  const area = tab.getByLabel('SQL', { exact: true });
  await area.fill('SELECT ');
  await tab.getByRole('list', { name: 'Columns of requests' }).getByRole('button', { name: 'status', exact: true }).click();
  await tab.keyboard.type(", repeat('x', 2000000) AS long FROM requests LIMIT 3");
  const typed = await area.inputValue();
  await tab.keyboard.press('Control+Enter');
  await tab.getByText(/3 cells are cut at 64 KB/).waitFor();
  const cell = await tab.getByRole('region', { name: 'Result' }).locator('td').nth(1).innerText();
  const told = await faultsOf(tab);
  const files = {};
  for (const format of ['CSV', 'JSON', 'Parquet']) {
    const [file] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('group', { name: 'Save the whole result' }).getByRole('button', { name: format }).click()]);
    const bytes = await readFile(await file.path());
    files[file.suggestedFilename()] = { bytes: bytes.length, begins: bytes.subarray(0, 12).toString('latin1') };
  }
  await tab.getByRole('button', { name: /^Add a run/ }).click();
  await tab.getByRole('option').first().click();
  await tab.waitForURL(/runs=.*,/);
  await area.fill('SELECT count(DISTINCT run) AS runs FROM requests');
  await tab.getByRole('button', { name: 'Ask' }).click();
  await tab.getByRole('columnheader', { name: 'runs' }).waitFor();
  const runs = await tab.getByRole('region', { name: 'Result' }).locator('td').first().innerText();
  await area.fill('DROP VIEW requests');
  await tab.getByRole('button', { name: 'Ask' }).click();
  await tab.getByRole('alert').waitFor();
  return { columns, typed, cell: cell.length, files, runs, wrong: await tab.getByRole('alert').innerText(), ...told };
}

const browser = await openBrowser();
const found = {};
found.range = await inWindow(browser, home, { mode: 'advanced', colorScheme: 'dark' }, range);
found.points = await inWindow(browser, home, { mode: 'advanced', viewport: { width: 1920, height: 1080 } }, points);
found.pins = await inWindow(browser, home, {}, pins);
found.takenAway = await inWindow(browser, home, { mode: 'advanced', colorScheme: 'dark' }, takenAway);
found.users = await inWindow(browser, home, { viewport: { width: 768, height: 1024 } }, users);
found.sql = await inWindow(browser, home, { mode: 'advanced' }, sql);
await browser.close();
console.log(JSON.stringify(found));
