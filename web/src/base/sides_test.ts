import assert from 'node:assert/strict';
import test from 'node:test';
import { onlySide, sidesOf, type Drawing } from './sides.ts';

const LINE = { yAxis: 500 };
const OVER: Drawing = {
  title: 'TTFT',
  legend: ['before', 'after', 'median'],
  panels: [],
  option: {
    xAxis: { min: 0, max: 9 },
    series: [
      { name: 'before', markLine: LINE, data: [[0, 1]] },
      { name: 'after', data: [[0, 9]] },
      { name: 'median', data: [] },
    ],
  },
};
const TABLE = { columns: ['share', 'before (ms)', 'after (ms)'], rows: [] };

test('sides are what the figures are of', () => {
  assert.deepEqual(sidesOf(OVER, TABLE), ['before', 'after']);
  assert.deepEqual(sidesOf(OVER, { columns: ['target', 'n'], rows: [['before', 1], ['after', 2]] }), ['before', 'after']);
  assert.deepEqual(sidesOf(OVER, { columns: ['figure'], rows: [] }), []);
});

test('one side is none, and panels of their own stand beside each other already', () => {
  assert.deepEqual(sidesOf({ ...OVER, legend: ['before'] }, TABLE), []);
  assert.deepEqual(sidesOf({ ...OVER, panels: [{ title: 'before' }, { title: 'after' }] }, TABLE), []);
});

test('a side alone keeps the axes, what is no side, and the lines that hold for all', () => {
  const alone = onlySide(OVER, ['before', 'after'], 'after');
  assert.equal(alone['title'], 'after');
  assert.deepEqual(alone.legend, ['median']);
  const [before, after, median] = alone.option.series ?? [];
  assert.deepEqual(after, { name: 'after', data: [[0, 9]], markLine: LINE });
  assert.deepEqual(median, { name: 'median', data: [] });
  assert.deepEqual(alone.option['xAxis'], { min: 0, max: 9 });
  // Not seen, and yet on the axes.
  assert.equal(before?.name, undefined);
  assert.deepEqual([before?.['symbolSize'], before?.data, before?.markLine], [0, [[0, 1]], undefined]);
});
