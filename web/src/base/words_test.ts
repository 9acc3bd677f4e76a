import assert from 'node:assert/strict';
import test from 'node:test';
import { colours } from './colours.ts';
import { problemOf } from './problem.ts';
import { statusSign, verdictSign } from './verdict.ts';
import { TERMS, termOfFigure } from './words.ts';

test('every figure that is compared has a term', () => {
  for (const figure of ['ttft_p50', 'ttft_p99', 'tpot_p50', 'itl_p99', 'e2e_p50', 'output_tokens_per_s', 'requests_per_s', 'success_rate', 'goodput']) {
    assert.ok(termOfFigure(figure), figure);
  }
  assert.equal(termOfFigure('ttft_p99')?.id, 'ttft');
  assert.equal(termOfFigure('nothing'), undefined);
});

test('terms are named once', () => {
  assert.equal(new Set(TERMS.map((term) => term.id)).size, TERMS.length);
});

test('two targets of an engine get two colours, an engine keeps its own', () => {
  assert.deepEqual(colours(['vllm', 'tgi']), ['var(--ink-purple)', 'var(--ink-pink)']);
  const same = colours(['vllm', 'vllm', 'vllm']);
  assert.equal(new Set(same).size, 3);
  assert.deepEqual(colours(['unheard of']), ['var(--ink-amber)']);
});

test('verdicts and states have words, unknown ones their own', () => {
  assert.deepEqual(verdictSign('cannot_tell'), { tone: 'quiet', words: 'cannot tell' });
  assert.deepEqual(statusSign('completed', 'manifest.json is damaged'), { tone: 'bad', words: 'damaged' });
  assert.equal(statusSign('new_state').words, 'new_state');
});

test('an error without a body still says what to do', () => {
  const problem = problemOf(502, null);
  assert.equal(problem.code, 'http_502');
  assert.ok(problem.remedy);
  assert.equal(problemOf(404, { code: 'not_found', message: 'm', remedy: 'r' }).remedy, 'r');
});
