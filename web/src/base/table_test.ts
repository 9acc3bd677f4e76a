import assert from 'node:assert/strict';
import test from 'node:test';
import { matching, sorted, tabbed } from './table.ts';

const COLUMNS = ['target', 'n', 'p50 (ms)'];
const ROWS = [
  ['vllm', 10, 20.5],
  ['tgi', 200, null],
  ['vllm', 3000, 9],
] as const;

test('rows are found by words and by bounds', () => {
  assert.deepEqual(matching(COLUMNS, ROWS, ' '), ROWS);
  assert.deepEqual(matching(COLUMNS, ROWS, 'VLLM'), [ROWS[0], ROWS[2]]);
  assert.deepEqual(matching(COLUMNS, ROWS, 'vllm, n > 10'), [ROWS[2]]);
  assert.deepEqual(matching(COLUMNS, ROWS, 'p50 <= 20.5'), [ROWS[0], ROWS[2]]);
  assert.deepEqual(matching(COLUMNS, ROWS, 'nobody > 3'), []);
});

test('what is not known comes last, whichever way', () => {
  assert.deepEqual(sorted(ROWS, 2, false), [ROWS[2], ROWS[0], ROWS[1]]);
  assert.deepEqual(sorted(ROWS, 2, true), [ROWS[0], ROWS[2], ROWS[1]]);
  assert.deepEqual(sorted(ROWS, 0, false), [ROWS[1], ROWS[0], ROWS[2]]);
});

test('what is pasted keeps its cells apart', () => {
  assert.equal(tabbed(['a'], [['x\ty']]), 'a\nx y');
});
