import assert from 'node:assert/strict';
import test from 'node:test';
import { leadsToRequests, namedBy, searches } from './pick.ts';

const AXES = { xName: 'Input tokens of a request', yName: 'Time to first token (ms)' };

test('a point of a cloud is one request, of the target of its panel', () => {
  const [first] = searches({ series: 'requests', line: false, panel: 1, row: [190, 61.5], step: 0, ...AXES }, ['vllm', 'tgi'], ['vllm', 'tgi']);
  assert.equal(first?.filter['target'], '1');
  assert.equal(first?.column, 'ttft_ms');
  assert.ok(Number(first?.filter['min_input_tokens']) < 190 && Number(first?.filter['max_input_tokens']) > 190);
  assert.ok(Number(first?.filter['max_ttft_ms']) - Number(first?.filter['min_ttft_ms']) < 0.001);
});

test('a point of a line stands for a stretch', () => {
  const all = searches({ series: 'tgi', line: true, panel: 0, row: [10.5, 100], step: 1, xName: 'Time since the run’s start (s)', yName: AXES.yName }, ['vllm', 'tgi'], []);
  assert.equal(all[0]?.filter['min_sent_s'], '10');
  assert.equal(all[0]?.filter['max_sent_s'], '11');
  assert.equal(all[1]?.filter['target'], '1');
  assert.ok(Number(all[3]?.filter['max_ttft_ms']) > 1e6);
});

test('axes that show no figure of a request lead nowhere', () => {
  assert.deepEqual(searches({ series: 'vllm', line: true, panel: 0, row: [1, 0.5], step: 1, xName: AXES.yName, yName: 'Share of requests' }, ['vllm'], []), []);
});

const LANES = {
  columns: ['target', 'request', 'sent (s)'],
  rows: [
    ['vllm', 7, 0.1],
    ['vllm', 9, 0.2],
    ['tgi', 3, 0.1],
  ],
};

test('a lane is the request of its row', () => {
  const lane = { series: 'streaming', line: false, step: 0, xName: '', yName: '' };
  assert.deepEqual(namedBy({ ...lane, panel: 0, row: [0, 1, 1] }, LANES, ['vllm', 'tgi'], ['vllm', 'tgi']), { target: 0, index: 9 });
  assert.deepEqual(namedBy({ ...lane, panel: 1, row: [0, 1, 0] }, LANES, ['vllm', 'tgi'], ['vllm', 'tgi']), { target: 1, index: 3 });
  assert.deepEqual(namedBy({ ...lane, panel: 0, row: [5, 2] }, LANES, ['vllm', 'tgi'], []), { target: 1, index: 3 });
  assert.equal(namedBy({ ...lane, panel: 0, row: [0, 1, 8] }, LANES, ['vllm', 'tgi'], []), undefined);
});

test('it is known beforehand which charts lead to requests', () => {
  assert.ok(leadsToRequests(LANES, []));
  assert.ok(leadsToRequests({ columns: ['n'], rows: [] }, [AXES.xName, AXES.yName]));
  assert.equal(leadsToRequests({ columns: ['n'], rows: [] }, [AXES.xName, 'Share']), false);
});
