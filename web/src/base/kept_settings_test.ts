import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULTS, LIVE_DEFAULTS, readSettings, settingsFile, soundLive, soundSettings, type Kept } from './kept_settings.ts';
import { weightAt, weightsFault, wholeWeights, withWeight } from './weights.ts';

const MINE: Kept = {
  ...DEFAULTS,
  mode: 'advanced',
  theme: 'dark',
  latency: 'ms',
  zone: 'utc',
  objectives: ['ttft_p99=500ms'],
  order: ['insights'],
  hidden: ['tiles'],
  layouts: [{ name: 'Weekly <review>', order: ['checks'], hidden: [] }],
  assumptions: { price: 'vllm=3.99', utilization: '60%' },
  weights: '1/0/0',
};
const LIVE = { ...LIVE_DEFAULTS, sound: true, limits: { ttft: 800, kv: null } };

const faultsOf = (more: object): readonly string[] => readSettings(JSON.stringify({ tokentrial_settings: 1, ...more })).faults;

test('settings come back from their file as they were', () => {
  const told = readSettings(settingsFile(MINE, LIVE));
  assert.deepEqual(told, { kept: MINE, live: LIVE, faults: [] });
});

test('a file holds what is settings, and no more', () => {
  const more = { ...MINE, secret: 'token', set: () => undefined };
  assert.doesNotMatch(settingsFile(more, LIVE), /secret|token"/);
});

test('what a file does not say is not changed', () => {
  assert.deepEqual(readSettings('{"tokentrial_settings": 1, "theme": "light"}'), { kept: { theme: 'light' }, live: {}, faults: [] });
});

test('all faults are said with their places, and nothing is taken', () => {
  const told = readSettings(JSON.stringify({ tokentrial_settings: 1, theme: 'pink', objectives: ['ttft_p99=500', 4], live: { limits: { ttft: -1 } }, layouts: [{ name: 'a', order: [] }], colour: 1 }));
  assert.deepEqual(told.kept, {});
  assert.deepEqual(
    told.faults.map((one) => one.split(':')[0]),
    ['theme', 'objectives[0]', 'objectives[1]', 'live.limits.ttft', 'layouts[0].hidden', 'colour'],
  );
  assert.match(told.faults[0] ?? '', /'pink' is none of system, light, dark/);
  assert.match(told.faults[1] ?? '', /'500' has no unit/);
});

test('what is no file of settings is refused', () => {
  assert.deepEqual(readSettings('{\n  "theme": ').faults, ['line 2, column 12: from here on it is no JSON']);
  assert.deepEqual(readSettings(settingsFile(MINE, LIVE).replace('"dark",', '"dark"')).faults, ['line 5, column 3: from here on it is no JSON']);
  assert.deepEqual(readSettings(`\uFEFF${settingsFile(MINE, LIVE)}`).faults, []);
  assert.match(readSettings('[]').faults[0] ?? '', /the file: \[\] is no object/);
  assert.match(readSettings('{}').faults[0] ?? '', /tokentrial_settings: is not there/);
  assert.match(readSettings('{"tokentrial_settings": 2}').faults[0] ?? '', /of another program; this one reads 1/);
  assert.match(readSettings(' '.repeat(300_000)).faults[0] ?? '', /larger than 256 KB/);
});

test('hostile files change nothing that they name', () => {
  assert.match(readSettings('{"tokentrial_settings": 1, "__proto__": {"theme": "dark"}}').faults[0] ?? '', /^__proto__: is no setting/);
  assert.match(faultsOf({ layouts: Array.from({ length: 21 }, (_, i) => ({ name: String(i), order: [], hidden: [] })) })[0] ?? '', /21 entries, of 20 at most/);
  assert.match(faultsOf({ order: ['x'.repeat(41)] })[0] ?? '', /order\[0\]: .* is no name of 1 to 40 letters/);
  assert.match(faultsOf({ assumptions: { price: '=cmd' , hours: '1e9' } }).join('\n'), /assumptions.price: .*\nassumptions.hours: /);
});

test('of what the browser kept the good parts hold', () => {
  assert.deepEqual(soundSettings({ ...MINE, theme: 7, objectives: 'ttft_p99=500ms', other: 1 }), Object.fromEntries(Object.entries(MINE).filter(([name]) => name !== 'theme' && name !== 'objectives')));
  assert.deepEqual(soundLive({ ...LIVE, limits: { ttft: 'much' } }), { sound: true, order: [], hidden: [] });
  for (const one of [null, undefined, 3, 'x', []]) assert.deepEqual(soundSettings(one), {});
});

test('weights are three, one above nothing', () => {
  assert.equal(weightsFault('0.4/0.3/0.3'), undefined);
  assert.match(weightsFault('1/2') ?? '', /is no set of weights/);
  assert.match(weightsFault('0/0/0') ?? '', /above 0/);
  assert.match(weightsFault('1/-1/0') ?? '', /'-1' is not a number/);
  assert.equal(weightsFault('0//0'), undefined);
  assert.equal(wholeWeights('0//'), '0/0.3/0.3');
  assert.equal(wholeWeights(''), undefined);
  assert.equal(withWeight('', 0, '1'), '1//');
  assert.equal(weightAt('1//', 0), '1');
  assert.equal(withWeight('1//', 0, ''), '');
  assert.equal(withWeight('1/2/3', 2, '0'), '1/2/0');
});
