import assert from 'node:assert/strict';
import test from 'node:test';
import { assumedFor, pricesNamed } from './assumptions.ts';
import { readByName, valueFor, withValue, writeByName } from './by_name.ts';
import { asked, COUNTED, DEMAND, GPUS, PRICE } from './cost_fields.ts';

const targets = [
  { name: 'new', engine: 'vllm' },
  { name: 'old', engine: 'vllm' },
  { name: 'tgi', engine: 'tgi' },
];

test('a value for all or by name is read and written', () => {
  const told = readByName('2.5, vllm=3.99,a=b=1,');
  assert.deepEqual(told, { all: '2.5', by: { vllm: '3.99', 'a=b': '1' } });
  assert.equal(writeByName(told), '2.5,vllm=3.99,a=b=1');
  assert.equal(valueFor(told, 'tgi'), '2.5');
  assert.equal(writeByName(withValue(told, 'vllm', '')), '2.5,a=b=1');
  assert.equal(writeByName(withValue(readByName(''), undefined, '4')), '4');
});

test('prices by engine become prices by target', () => {
  assert.deepEqual(assumedFor({ price: '2.5' }, targets, {}), { price: '2.5' });
  assert.deepEqual(assumedFor({ price: 'vllm=4', months: '24' }, targets, {}), { price: 'new=4,old=4', months: '24' });
  assert.deepEqual(assumedFor({ gpu: '1,tgi=2' }, targets, {}), { gpu: 'new=1,old=1,tgi=2' });
  assert.deepEqual(assumedFor({ price: 'ollama=4' }, targets, {}), {});
});

test('what the address says goes over Settings; a price there goes over a machine here', () => {
  const kept = { gpu: 'aws-h100-sxm', utilization: '60%', hours: '200', qps: '10,100', growth: '3' };
  assert.deepEqual(assumedFor(kept, targets, { price: '3', hours: '100', qps: '5' }), { growth: '3', utilization: '60%' });
});

test('what is wrong is not asked for', () => {
  assert.deepEqual(asked({ price: 'much', qps: '10', growth: '0', months: 'x', gpu: 'h100' }), { qps: '10', gpu: 'h100' });
  assert.deepEqual(asked({ from: 'a', investment: '5' }), {});
  assert.deepEqual(asked({ from: 'a', to: 'a', investment: '5' }), {});
  assert.deepEqual(asked({ from: 'a', to: 'b', investment: '5', revenue: '10' }), { from: 'a', to: 'b', investment: '5' });
  assert.deepEqual(asked({ from: 'a', to: 'b', revenue: '10', 'loss-per-second': '2' }), { from: 'a', to: 'b', revenue: '10', 'loss-per-second': '2%' });
  assert.deepEqual(asked({ from: 'a', to: 'b', benefit: '-3' }), { from: 'a', to: 'b', benefit: '-3' });
});

test('faults of fields name what is wrong', () => {
  const fault = (name: string, text: string): string | undefined => [PRICE, GPUS, ...DEMAND, ...COUNTED].find((one) => one.name === name)?.fault(text);
  assert.equal(fault('price', '2.5,tgi=1'), undefined);
  assert.equal(fault('price', '2.5,tgi=cheap'), "tgi: 'cheap' is not a price of 0 or more");
  assert.equal(fault('gpus', '1.5'), "'1.5' is not a number of GPUs");
  assert.match(fault('qps', '1,,2') ?? '', /requests a second/);
  assert.equal(fault('utilization', '60%'), undefined);
  assert.match(fault('utilization', '60') ?? '', /60% or 0.6/);
  assert.equal(fault('hours', '800'), 'at most 744');
  assert.match(fault('slo', 'ttft_p95=400') ?? '', /no unit/);
});

test('a machine is found by its name or a part that fits one alone', () => {
  const list = [
    { name: 'aws-h100', gpu: 'NVIDIA H100', provider: 'AWS' },
    { name: 'aws-a100', gpu: 'NVIDIA A100', provider: 'AWS' },
  ];
  const names = (word: string): string[] => pricesNamed(list, word).map((one) => one.name);
  assert.deepEqual(names('aws-a100'), ['aws-a100']);
  assert.deepEqual(names('h100'), ['aws-h100']);
  assert.deepEqual(names('aws'), ['aws-h100', 'aws-a100']);
  assert.deepEqual(names('b200'), []);
  assert.deepEqual(names(''), []);
});
