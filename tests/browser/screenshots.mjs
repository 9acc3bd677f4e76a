// screenshots.mjs <address> <folder> <engine=url> ...: the pictures of README, of a run that it starts.
import { inWindow, open, openBrowser } from './tab.mjs';

const [home, folder, ...targets] = process.argv.slice(2);
const sized = (height) => ({ viewport: { width: 1280, height } });
// Whether this machine is busy is nothing to show.
const QUIET = { 'tokentrial-live': { limits: { cpu: null } } };
const LONG = { timeout: 180_000 };

async function live(tab) {
  await open(tab, home, '/live');
  const { token } = await (await fetch(`${home}/api/v1/session`)).json();
  const plan = { name: 'chat', targets, concurrency: 16, duration_s: 20 };
  const reply = await fetch(`${home}/api/v1/jobs`, { method: 'POST', headers: { 'X-Tokentrial-Token': token }, body: JSON.stringify(plan) });
  if (!reply.ok) throw new Error(await reply.text());
  await tab.locator('.live-banner h2', { hasText: 'Under load' }).waitFor(LONG);
  // Past the middle, when every target has had its turn.
  await tab.waitForFunction(() => Number(document.querySelector('.live-banner progress')?.value ?? 0) > 0.6, null, LONG);
  await tab.locator('.live-chart .skeleton').first().waitFor({ state: 'hidden' });
  await tab.screenshot({ path: `${folder}/live.png` });
  await tab.locator('.live-banner h2', { hasText: 'Done' }).waitFor(LONG);
  await tab.getByRole('link', { name: 'See the answer' }).first().click();
  await tab.locator('.answer h2').waitFor();
  return { answer: tab.url() };
}

const answer = (url) => async (tab) => {
  await open(tab, home, url);
  await tab.locator('.answer h2').waitFor();
  await tab.waitForFunction(() => !document.querySelector('main [aria-busy="true"], main .skeleton'), null, LONG);
  await tab.screenshot({ path: `${folder}/home.png` });
  return {};
};

const browser = await openBrowser();
const watched = await inWindow(browser, home, { ...sized(960), colorScheme: 'dark', storage: QUIET }, live);
const read = await inWindow(browser, home, { ...sized(800), colorScheme: 'light' }, answer(watched.answer));
await browser.close();
const trouble = [...watched.trouble, ...read.trouble];
if (trouble.length > 0) throw new Error(trouble.join('\n'));
