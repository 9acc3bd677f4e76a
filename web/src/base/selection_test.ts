import assert from 'node:assert/strict';
import test from 'node:test';
import { chipsOf, rangeOn, selectionOf } from './selection.ts';

test('a selection is what the server understands', () => {
  assert.deepEqual(selectionOf({ run: 'a', target: '0,2', min_ttft_ms: '100', max_e2e_ms: 'x', status: '' }), { target: '0,2', min_ttft_ms: '100' });
});

test('chips say ranges in words, one for both ends', () => {
  const chips = chipsOf({ min_ttft_ms: '100', max_ttft_ms: '1500', max_sent_s: '30', min_output_tokens: '8', user: 'u1' });
  assert.deepEqual(
    chips.map((chip) => chip.text),
    ['Sent up to 30 s', 'First token 100 ms to 1.5 s', 'Tokens out from 8', 'User u1'],
  );
  assert.deepEqual(chips[1]?.names, ['min_ttft_ms', 'max_ttft_ms']);
});

test('a range of an axis selects by what the axis shows', () => {
  assert.deepEqual(rangeOn("Time since the run's start (s)", -1, 12.34567), { min_sent_s: '0', max_sent_s: '12.35' });
  assert.deepEqual(rangeOn('End-to-end latency (ms)', 10, 20), { min_e2e_ms: '10', max_e2e_ms: '20' });
  assert.equal(rangeOn('Percentile of requests', 1, 2), undefined);
  assert.equal(rangeOn('Input tokens of a request', 5, 5), undefined);
});
