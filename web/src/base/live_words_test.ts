import assert from 'node:assert/strict';
import test from 'node:test';
import { clock, leftOf, leftWords, shareOf, stepOf, withOneUnit } from './live_words.ts';

test('phases have a place and a name', () => {
  assert.deepEqual([stepOf('execution').place, stepOf('execution').of, stepOf('execution').name], [4, 6, 'Under load']);
  assert.deepEqual([stepOf('warming').place, stepOf('warming').name], [0, 'warming']);
});

test('progress is by time, else by requests', () => {
  assert.equal(shareOf({ now: 15, expected: 60, done: 0, requests: 10 }), 0.25);
  assert.equal(shareOf({ now: 15, expected: null, done: 5, requests: 10 }), 0.5);
  assert.equal(shareOf({ now: 15, expected: null, done: 5, requests: null }), null);
  assert.equal(shareOf({ now: 99, expected: 60, done: 0, requests: null }), 1);
  assert.equal(leftOf({ now: 15, expected: 60, done: 0, requests: null }), 45);
  assert.equal(leftOf({ now: 15, expected: null, done: 5, requests: 20 }), 45);
  assert.equal(leftOf({ now: 15, expected: null, done: 0, requests: 20 }), null);
});

test('time left is told no more exactly than it is known', () => {
  assert.equal(leftWords(null), 'time left not known yet');
  assert.equal(leftWords(12.2), 'about 13 s left');
  assert.equal(leftWords(41), 'about 45 s left');
  assert.equal(leftWords(61), 'about 1 min 5 s left');
  assert.equal(leftWords(4000), 'about 1 h 7 min left');
  assert.equal(clock(725), '12:05');
  assert.equal(clock(3720), '1:02:00');
});

test('a unit that all values have is said once', () => {
  assert.equal(withOneUnit(['78.3 ms', '87.4 ms', '106 ms']), '78.3 / 87.4 / 106 ms');
  assert.equal(withOneUnit(['980 ms', '1.2 s']), '980 ms / 1.2 s');
  assert.equal(withOneUnit(['–', '–']), '– / –');
});
