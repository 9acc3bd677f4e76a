import assert from 'node:assert/strict';
import test from 'node:test';
import { REFERENCES, standing, stars, type Reference } from './references.ts';

const between = (low: number, high: number) => ({ low, high });
const mlperf: Reference = { id: 'x', name: 'x', metric: 'ttft_ms', quantile: 'p99', limit: 450, source: 'x' };

test('a figure is within or beyond a limit where its whole interval is', () => {
  const of = (p99: number | null, low: number, high: number) => standing({ p50: 1, p50_interval: null, p99, p99_interval: p99 === null ? null : between(low, high) }, mlperf).verdict;
  assert.equal(of(300, 250, 450), 'within');
  assert.equal(of(500, 451, 600), 'beyond');
  assert.equal(of(440, 400, 480), 'open');
  assert.equal(of(null, 0, 0), 'unknown');
});

test('what has no interval, or is not there, is not judged', () => {
  assert.equal(standing({ p50: 1, p50_interval: null, p99: 10, p99_interval: null }, mlperf).verdict, 'unsure');
  assert.equal(standing(undefined, mlperf).verdict, 'unknown');
});

test('each reference names its source, and reading takes 189 ms a token', () => {
  assert.ok(REFERENCES.every((one) => one.source.length > 20 && one.limit > 0));
  assert.equal(Math.round(REFERENCES.find((one) => one.id === 'reading')?.limit ?? 0), 189);
});

test('stars fall with the share of answers', () => {
  assert.deepEqual([1, 0.999, 0.9989, 0.95, 0.9, 0.5].map(stars), [5, 5, 4, 3, 2, 1]);
});
