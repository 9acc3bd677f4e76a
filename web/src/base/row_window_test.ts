import assert from 'node:assert/strict';
import test from 'node:test';
import { rowWindow, scrolledTo } from './row_window.ts';

test('a short list is where it is', () => {
  const sight = { count: 1000, row: 36, view: 360 };
  assert.deepEqual(rowWindow(sight, 0, 2), { height: 36_000, first: 0, end: 12, anchor: 0, y: 0 });
  assert.deepEqual(rowWindow(sight, 720, 2), { height: 36_000, first: 18, end: 32, anchor: 0, y: 0 });
  assert.deepEqual(rowWindow(sight, 36_000 - 360, 2), { height: 36_000, first: 988, end: 1000, anchor: 500, y: 500 * 36 });
});

test('the last row of a list that no browser could hold is reached', () => {
  const sight = { count: 10_000_000, row: 36, view: 360 };
  const { height } = rowWindow(sight, 0, 0);
  assert.ok(height <= 15_000_000);
  const last = rowWindow(sight, height - 360, 0);
  assert.equal(last.end, 10_000_000);
  assert.equal(last.first, 9_999_990);
  // What is in sight stands in sight.
  const placeOf = (seen: typeof last, index: number): number => seen.y + (index - seen.anchor) * 36;
  assert.ok(Math.abs(placeOf(last, last.first) - (height - 360)) <= 1);
  const middle = rowWindow(sight, height / 2, 0);
  assert.ok(Math.abs(middle.first - 5_000_000) < 200); // a window's height, times how much faster it goes
  assert.ok(placeOf(middle, middle.first) <= height / 2 && placeOf(middle, middle.first) > height / 2 - 37);
});

test('a row is brought into sight by as little as possible, and then is in sight', () => {
  for (const count of [1000, 10_000_000]) {
    const sight = { count, row: 36, view: 360 };
    assert.equal(scrolledTo(sight, 0, 5), 0);
    for (const index of [10, 500, count - 1]) {
      const seen = rowWindow(sight, scrolledTo(sight, 0, index), 0);
      assert.ok(seen.first <= index && index < seen.end, `${index} of ${count}`);
    }
    assert.ok(rowWindow(sight, scrolledTo(sight, 5000, 3), 0).first === 3);
  }
});

test('nothing is a list, too', () => {
  assert.deepEqual(rowWindow({ count: 0, row: 36, view: 360 }, 0, 5), { height: 0, first: 0, end: 0, anchor: 0, y: 0 });
});
