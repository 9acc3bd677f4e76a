// scroll.mjs <address> <run>: how smoothly the table of requests scrolls. Scrolls it for some seconds at several speeds and prints as
// JSON how long frames took and how much of them the page's one thread was busy; tests/program/measure_dashboard.py asks it.
import { inWindow, open, openBrowser } from './tab.mjs';

const [home, run] = process.argv.slice(2);
const SECONDS = 5;
// Pixels a frame: a wheel, a flick, and the bar dragged through the whole of it.
const SPEEDS = { wheel: 40, flick: 600, drag: 60_000 };

const scrolled = (tab, pixels) =>
  tab.evaluate(
    ([pixels, seconds]) =>
      new Promise((done) => {
        const place = document.querySelector('.requests .rows');
        place.scrollTop = 0;
        const gaps = [];
        let empty = 0;
        let last;
        const began = performance.now();
        const step = (now) => {
          if (last !== undefined) gaps.push(now - last);
          last = now;
          const all = place.querySelectorAll('.row.body').length;
          const waiting = place.querySelectorAll('.row.body .skeleton').length;
          if (all === 0 || waiting === all) empty += 1;
          if (now - began > seconds * 1000) done({ gaps, empty, reached: place.scrollTop });
          else {
            place.scrollTop += pixels;
            requestAnimationFrame(step);
          }
        };
        requestAnimationFrame(step);
      }),
    [pixels, SECONDS],
  );

async function measure(tab) {
  await open(tab, home, `/analyze/requests?run=${run}`);
  await tab.locator('.requests .row.body [role=gridcell]').nth(20).waitFor();
  const rows = Number(await tab.getByRole('grid').getAttribute('aria-rowcount')) - 1;
  const session = await tab.context().newCDPSession(tab);
  await session.send('Performance.enable');
  const busy = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map((one) => [one.name, one.value]));
  const speeds = {};
  for (const [name, pixels] of Object.entries(SPEEDS)) {
    const before = await busy();
    const { gaps, empty, reached } = await scrolled(tab, pixels);
    const after = await busy();
    gaps.sort((a, b) => a - b);
    const at = (share) => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))];
    speeds[name] = {
      frames: gaps.length,
      per_s: gaps.length / SECONDS,
      p50_ms: at(0.5),
      p95_ms: at(0.95),
      p99_ms: at(0.99),
      late: gaps.filter((gap) => gap > 25).length,
      busy_ms: (1000 * (after.TaskDuration - before.TaskDuration)) / gaps.length,
      empty,
      reached,
    };
  }
  return { rows, speeds };
}

const browser = await openBrowser();
const found = await inWindow(browser, home, { mode: 'advanced', viewport: { width: 1920, height: 1080 } }, measure);
await browser.close();
console.log(JSON.stringify(found));
