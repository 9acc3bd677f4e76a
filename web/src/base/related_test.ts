import assert from 'node:assert/strict';
import test from 'node:test';
import { nameOf, series, surplus } from './related.ts';

const run = (id: string, started: string, more = {}) => ({ id, started, targets: ['a', 'b'], group: null, live: false, problem: '', ...more });

test('instants are no part of a name', () => {
  assert.equal(nameOf('demo-20261122-172817'), 'demo');
  assert.equal(nameOf('vllm-20260103-000000-night-20260102-235958'), 'vllm-night');
  assert.equal(nameOf('plain'), 'plain');
});

test('a series has the runs of the same name and targets, by time', () => {
  const all = [
    run('night-20260103-000000', '3'),
    run('night-20260101-000000', '1', { targets: ['b', 'a'] }),
    run('night-20260102-000000', '2', { problem: 'damaged' }),
    run('night-20260104-000000', '4', { targets: ['a'] }),
    run('day-20260101-000000', '1'),
  ];
  assert.deepEqual(series(all, 'night-20260103-000000').map((one) => one.started), ['1', '3']);
  assert.deepEqual(series(all, 'nothing'), []);
});

test('of many runs the newest are taken, of a sweep none', () => {
  const many = Array.from({ length: 30 }, (_, i) => run(`n-202601${String(i).padStart(2, '0')}-000000`, String(i).padStart(2, '0')));
  const found = series(many, 'n-20260129-000000');
  assert.equal(found.length, 20);
  assert.equal(found.at(-1)?.started, '29');
  assert.deepEqual(series([run('s-20260101-000000', '1', { group: 'g' })], 's-20260101-000000'), []);
});

test('cleaning up spares the newest, the baseline, what is tagged and what goes on', () => {
  const kept = (id: string, started: string, more = {}) => ({ id, started, baseline: false, live: false, tags: [] as string[], ...more });
  const all = [kept('a', '1'), kept('b', '2', { baseline: true }), kept('c', '3', { tags: ['x'] }), kept('d', '4', { live: true }), kept('e', '5'), kept('f', '6')];
  assert.deepEqual(surplus(all, 1).map((one) => one.id), ['e', 'a']);
  assert.deepEqual(surplus(all, 2).map((one) => one.id), ['a']);
  assert.deepEqual(surplus(all, 10), []);
});
