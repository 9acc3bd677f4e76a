import assert from 'node:assert/strict';
import test from 'node:test';
import { Histogram, Recent, Series } from './rings.ts';

test('a series that is full keeps the whole run, coarser', () => {
  const series = new Series(8);
  for (let i = 0; i < 9; i += 1) series.push(i, 10 * i);
  assert.equal(series.count, 5);
  assert.deepEqual(series.points(0, 100), [[1, 10], [3, 30], [5, 50], [7, 70], [8, 80]]);
  assert.deepEqual(series.points(4, 100), [[5, 50], [7, 70], [8, 80]]);
  assert.equal(series.points(0, 3).length, 3);
  assert.deepEqual(series.points(0, 3).at(-1), [8, 80]);
});

test('a counter’s rate is over the window before each point', () => {
  const series = new Series();
  for (let i = 0; i <= 10; i += 1) series.push(i, i < 5 ? 100 * i : 400 + 10 * (i - 4));
  assert.deepEqual(series.rates(0, 1, 100)[0], [1, 100]);
  assert.deepEqual(series.rates(9, 1, 100), [[9, 10], [10, 10]]);
  assert.deepEqual(series.rates(10, 10, 100), [[10, 46]]);
  assert.equal(new Series().rates(0, 1, 9).length, 0);
});

test('a histogram’s shares are of all, and one empty bin stands around', () => {
  const histogram = new Histogram();
  for (const ms of [10.5, 10.6, 105]) histogram.push(ms);
  const shares = histogram.shares();
  assert.equal(shares.length, 12 + 3);
  assert.ok(Math.abs((shares[1]?.[1] ?? 0) - 2 / 3) < 1e-12 && (shares[0]?.[1] ?? 1) === 0);
  assert.ok((shares[1]?.[0] ?? 0) > 10 && (shares[1]?.[0] ?? 0) < 12.2);
  histogram.push(0);
  histogram.push(1e12);
  assert.equal(histogram.total, 5);
});

test('quantiles are of the newest', () => {
  const recent = new Recent(4);
  assert.equal(recent.quantile(0.5), undefined);
  for (const value of [1000, 1, 2, 3, 4]) recent.push(value);
  assert.equal(recent.quantile(0.5), 3);
  assert.equal(recent.quantile(0.99), 4);
});
