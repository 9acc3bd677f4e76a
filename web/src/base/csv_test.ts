import assert from 'node:assert/strict';
import test from 'node:test';
import { csvOf } from './csv.ts';

test('figures stay figures, texts become no formula and keep their commas', () => {
  const rows = [
    ['vllm', -1.5],
    ['=HYPERLINK("x")', 2],
    ['a, b', null],
    ['-5', '-x'],
  ];
  assert.equal(csvOf(['target', 'value'], rows), 'target,value\nvllm,-1.5\n"\'=HYPERLINK(""x"")",2\n"a, b",\n-5,\'-x\n');
});
