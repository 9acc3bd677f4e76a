import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cost, CostTarget } from '../data/cost.ts';
import { budgetsCsv, loadsCsv } from './cost_tables.ts';
import { about, lacksOf, toldCost } from './cost_words.ts';

const rate = (value: number) => ({ value, interval: null });

function target(name: string, monthly: number, more: Partial<CostTarget> = {}): CostTarget {
  const load = { run_id: 'r', load: 'concurrency 8', requests_per_s: rate(34), output_tokens_per_s: rate(1000), ttft_p50_ms: 35, success_rate: 1, slos_met: true, valid: true };
  const costs = { per_1m_tokens: rate(0.128), input_share_of_tokens: 0.8, per_1m_input_tokens: null, per_1m_output_tokens: null, per_1k_requests: null, output_tokens_per_s_per_money_an_hour: null, gpu_hours_per_1m_tokens: null };
  const interval = { low: monthly, high: monthly * 1.5, confidence: 0.95 };
  return {
    name,
    gpus_per_replica: 1,
    price_per_gpu_hour: 2.5,
    price_basis: '--price',
    loads: [{ ...load, costs }, { ...load, run_id: 's', costs }],
    planned_with: 'r',
    budgets: [{ requests_per_s: 10, replicas: 1, gpus: 1, monthly: { value: monthly, interval }, per_1m_tokens: 0.4, total: monthly * 12 }],
    ...more,
  };
}

function cost(more: Partial<Cost> = {}): Cost {
  return {
    assumptions: { currency: 'USD', utilization: 1, output_weight: 4, hours_per_month: 730, months: 12 },
    targets: [target('vllm', 1825), target('tgi', 5475)],
    savings: [{ requests_per_s: 10, cheapest: 'vllm', against: 'tgi', monthly: 3650, share: 0.6667, certain: true }],
    change: null,
    ...more,
  };
}

test('figures are rounded as far as they are known', () => {
  assert.equal(about(5475, 'USD'), 'about $5,500');
  assert.equal(about(0.1287, 'USD'), 'about $0.13');
  assert.equal(about(0, 'USD'), '$0');
});

test('what is certain is said so, with what it costs', () => {
  const told = toldCost(cost());
  assert.equal(told?.headline, 'vllm saves about $3,700 a month');
  assert.equal(told?.tone, 'good');
  assert.match(told?.costs ?? '', /^At 10 requests a second, vllm costs about \$1,800 a month \(between \$1,800 and \$2,700\) and tgi costs about \$5,500 a month/);
  assert.match(told?.costs ?? '', /That is 67% less than tgi\. The 95% intervals are apart\.$/);
  assert.deepEqual(told?.doubts, []);
});

test('each doubt has its sentence', () => {
  const saving = { requests_per_s: 10, cheapest: 'vllm', against: 'tgi', monthly: 3650, share: 0.6667 };
  const overlap = toldCost(cost({ savings: [{ ...saving, certain: false }] }));
  assert.equal(overlap?.tone, 'warn');
  assert.equal(overlap?.headline, 'vllm seems to save about $3,700 a month');
  assert.match(overlap?.costs ?? '', /That is 67% less than tgi\.$/);
  assert.match(overlap?.doubts.join() ?? '', /The 95% intervals of vllm and tgi overlap/);
  assert.match(toldCost(cost({ savings: [{ ...saving, certain: null }] }))?.doubts.join() ?? '', /is not known/);
  const missed = toldCost(cost({ targets: [target('vllm', 1825), target('tgi', 5475), target('ollama', 0, { planned_with: null, budgets: [null] })] }));
  assert.equal(missed?.tone, 'warn');
  assert.match(missed?.doubts.join() ?? '', /^ollama kept the objectives at no load/);
  const invalid = target('tgi', 5475);
  const broken = toldCost(cost({ targets: [target('vllm', 1825), { ...invalid, loads: invalid.loads.map((load) => ({ ...load, valid: false })) }] }));
  assert.equal(broken?.certain, false);
  assert.match(broken?.headline ?? '', /^vllm seems to save/);
  assert.match(broken?.doubts.join() ?? '', /A validity check failed in r/);
});

test('without a saving it says that there is none', () => {
  assert.equal(toldCost(cost({ targets: [target('vllm', 1825), target('tgi', 1825)], savings: [{ requests_per_s: 10, cheapest: 'vllm', against: 'tgi', monthly: 0, share: 0, certain: false }] }))?.headline, 'vllm and tgi cost the same');
  assert.match(toldCost(cost({ targets: [target('vllm', 1825)], savings: [] }))?.headline ?? '', /^vllm costs about \$1,800 a month$/);
  assert.equal(toldCost(cost({ targets: [target('vllm', 0, { budgets: [null] })], savings: [] })), undefined);
});

test('of three the saving is that against the next best', () => {
  const saving = { requests_per_s: 10, cheapest: 'vllm', certain: true };
  const targets = [target('vllm', 1825), target('tgi', 5475), target('ollama', 18250)];
  const far = { ...saving, against: 'ollama', monthly: 16425, share: 0.9 };
  const told = toldCost(cost({ targets, savings: [far, { ...saving, against: 'tgi', monthly: 3650, share: 0.6667 }] }));
  assert.equal(told?.headline, 'vllm saves about $3,700 a month against tgi');
  assert.match(told?.costs ?? '', /That is 67% less than tgi and 90% less than ollama\. The 95% intervals are apart\.$/);
  const half = toldCost(cost({ targets, savings: [{ ...saving, against: 'tgi', monthly: 3650, share: 0.6667, certain: false }, far] }));
  assert.equal(half?.headline, 'vllm seems to save about $3,700 a month against tgi');
  assert.match(half?.costs ?? '', /90% less than ollama\. Only against ollama are the 95% intervals apart\.$/);
  const tie = toldCost(cost({ targets, savings: [{ ...saving, against: 'tgi', monthly: 0, share: 0, certain: false }, far] }));
  assert.equal(tie?.headline, 'vllm and tgi cost the same, and each saves about $16,000 a month against ollama');
  assert.equal(tie?.tone, 'warn');
});

test('where nothing can be said of a target it says why', () => {
  const broken = target('sglang', 0, { planned_with: null, budgets: [null] });
  const silent = { ...broken, loads: broken.loads.map((load) => ({ ...load, requests_per_s: null })) };
  const all = cost({ targets: [silent, target('tgi', 0, { planned_with: null, budgets: [null] }), target('ollama', 0, { price_per_gpu_hour: null })] });
  assert.match(lacksOf(cost({ targets: [broken, { ...broken, name: 'tgi' }] }))[0] ?? '', /^sglang and tgi kept .* nothing is said of them\.$/);
  assert.deepEqual(lacksOf(all), [
    'Of sglang no request was answered, so there is nothing to reckon with.',
    'tgi kept the objectives at no load that was measured, so nothing is said of it.',
    'ollama: no price is said.',
  ]);
});

test('tables have a row a demand, and a row a load, unrounded', () => {
  const months = budgetsCsv(cost()).trim().split('\n');
  assert.equal(months.length, 3);
  assert.equal(months[1], '10,vllm,1,1,2.5,your price,1825,1825,2737.5,21900,12,0.4,USD');
  const loads = loadsCsv(cost()).trim().split('\n');
  assert.equal(loads.length, 5);
  assert.match(loads[1] ?? '', /^vllm,r,concurrency 8,34,1000,35,1,yes,yes,0\.128,/);
});
