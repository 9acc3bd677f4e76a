import assert from 'node:assert/strict';
import test from 'node:test';
import { ALERTS, alertsOf, limitOf } from './alerts.ts';

test('a threshold is passed, not touched; what is not known passes none', () => {
  assert.deepEqual(alertsOf([{ target: 'a', failures: 0.05 }, { target: 'b' }], {}), []);
  const found = alertsOf([{ target: 'a', failures: 0.06 }], {});
  assert.deepEqual(found.map((one) => [one.id, one.words]), [['failures a', 'a: 6% of the newest requests failed']]);
});

test('one’s own limit goes before ours, and null is off', () => {
  assert.equal(alertsOf([{ target: 'a', ttft: 300 }], { ttft: 200 }).length, 1);
  assert.equal(alertsOf([{ target: 'a', ttft: 9e9 }], { ttft: null }).length, 0);
  const kv = ALERTS.find((one) => one.id === 'kv');
  assert.equal(kv && limitOf(kv, { kv: 50 }), 50);
  assert.equal(kv && limitOf(kv, {}), 95);
});
