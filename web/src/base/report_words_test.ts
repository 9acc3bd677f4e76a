import assert from 'node:assert/strict';
import test from 'node:test';
import { missing, templateText } from './report_words.ts';

const chosen = { kind: 'run', runs: 1, group: false, baseline: false };

test('a report that can be made misses nothing', () => {
  assert.equal(missing(chosen), undefined);
  assert.equal(missing({ ...chosen, kind: 'regression', runs: 2 }), undefined);
  assert.equal(missing({ ...chosen, kind: 'regression', baseline: true }), undefined);
  assert.equal(missing({ ...chosen, kind: 'trend', runs: 4 }), undefined);
  assert.equal(missing({ ...chosen, kind: 'capacity', runs: 0, group: true }), undefined);
});

test('what is missing is said', () => {
  assert.ok(/Choose a run/.test(missing({ ...chosen, runs: 0 }) ?? ''));
  assert.ok(/second run/.test(missing({ ...chosen, kind: 'regression' }) ?? ''));
  assert.ok(/needs 4 runs.*are 3/.test(missing({ ...chosen, kind: 'trend', runs: 3 }) ?? ''));
  assert.ok(/sweep/.test(missing({ ...chosen, kind: 'capacity' }) ?? ''));
});

test('choices become a template', () => {
  const text = templateText('decision', 'product', ['recommendation', 'cost']);
  assert.ok(/^kind: decision\naudience: product\n/.test(text));
  assert.ok(/\n {2}- recommendation\n {2}- cost\n$/.test(text));
});
