import assert from 'node:assert/strict';
import test from 'node:test';
import { objectiveFault, objectivesFault, plainObjective } from './objective.ts';

test('objectives that the program takes are good', () => {
  for (const one of ['ttft_p99=500ms', ' e2e_p99.9 = 2s ', 'itl_p50=20ms', 'success_rate=99.9%', 'success_rate=0.999', 'output_tokens_per_s=1500', 'requests_per_s=2.5']) assert.equal(objectiveFault(one), undefined, one);
});

test('what is wrong with one is said', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['ttft_p99', /write a figure, =, and a limit/],
    ['ttft_p99=', /write a figure/],
    ['tfft_p99=1s', /'tfft' is no figure/],
    ['ttft=1s', /say which percentile of ttft/],
    ['ttft_p0=1s', /above 0 and below 100/],
    ['ttft_p100=1s', /above 0 and below 100/],
    ['ttft_p99=500', /'500' has no unit/],
    ['ttft_p99=fast', /is no time/],
    ['ttft_p99=5<6ms', /is no time/],
    ['ttft_p99=0ms', /more than 0/],
    ['requests_per_s_p50=5', /no percentiles/],
    ['requests_per_s=5%', /is no rate/],
    ['success_rate=101%', /at most 100%/],
    ['success_rate=most', /is no share/],
  ];
  for (const [text, fault] of faults) assert.match(objectiveFault(text) ?? 'good', fault, text);
});

test('of several the one that is wrong is named', () => {
  assert.equal(objectivesFault('ttft_p95=400ms, success_rate=99%'), undefined);
  assert.equal(objectivesFault(''), undefined);
  assert.match(objectivesFault('ttft_p95=400ms, e2e_p99=3') ?? '', /^e2e_p99=3: '3' has no unit/);
});

test('spaces do not matter', () => assert.equal(plainObjective(' ttft_p99 = 500 ms '), 'ttft_p99=500ms'));
