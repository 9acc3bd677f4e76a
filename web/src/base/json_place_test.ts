import assert from 'node:assert/strict';
import test from 'node:test';
import { jsonFault } from './json_place.ts';

const GOOD = ['{}', '[]', ' {"a": [1, -2.5e3, true, null, "x\\n\\u00e9"], "b": {"c": ""}} \n', '"x"', '0', '"\\""'];
const BAD = ['', '{', '{"a" 1}', '{"a": 1,}', '[1,]', '01', '1.', 'tru', 'truee', "'x'", '{"a": 1} x', '"\\x"', '"a\nb"', '{a: 1}', 'NaN', '-', '[1 2]'];

test('it takes what JSON.parse takes, and nothing else', () => {
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  for (const text of [...GOOD, ...BAD]) assert.equal(jsonFault(text) === undefined, parses(text), text);
});

test('the fault has its line and column', () => {
  assert.deepEqual(jsonFault('{\n  "a": 1,\n  "b": x\n}'), { line: 3, column: 8 });
  assert.deepEqual(jsonFault('[1,\n 2'), { line: 2, column: 3 });
  assert.ok(jsonFault('['.repeat(100_000)));
});
