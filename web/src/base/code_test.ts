import assert from 'node:assert/strict';
import test from 'node:test';
import { partsOf, piecesOf } from './code.ts';

test('code stands between fences, and goes on where the answer ends too early', () => {
  assert.deepEqual(partsOf('So:\n```python\nx = 1\n```\nDone.'), [
    { code: false, text: 'So:\n' },
    { code: true, text: 'x = 1' },
    { code: false, text: '\nDone.' },
  ]);
  assert.deepEqual(partsOf('```\nopen'), [{ code: true, text: 'open' }]);
  assert.deepEqual(partsOf('no ``` fence'), [{ code: false, text: 'no ``` fence' }]);
});

test('pieces are the whole code again', () => {
  const code = 'def f(x):  # a "comment"\n  return "a # text" + str(1.5e3) // x\nletter = \'open';
  const pieces = piecesOf(code);
  assert.equal(pieces.map((one) => one.text).join(''), code);
  const of = (kind: string): string[] => pieces.filter((one) => one.kind === kind).map((one) => one.text);
  assert.deepEqual(of('word'), ['def', 'return']);
  assert.deepEqual(of('text'), ['"a # text"', "'open"]);
  assert.deepEqual(of('comment'), ['# a "comment"', '// x']);
  assert.deepEqual(of('number'), ['1.5e3']);
});
