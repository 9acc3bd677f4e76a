import assert from 'node:assert/strict';
import test from 'node:test';
import { byRule } from './insights.ts';

const told = (rule: string, target: string, severity = 'notice', more = '') => ({ rule, severity, simple: `Something of <${target}>${more}.`, evidence: { target: `<${target}>` } });

test('a rule speaks once, and names the other targets', () => {
  const groups = byRule([told('queue', 'c', 'warning'), told('short', 'a'), told('short', 'b'), told('best', 'a'), told('short', 'c')]);
  assert.deepEqual(groups.map((group) => [group.one.rule, group.others]), [['queue', []], ['short', ['<b>', '<c>']], ['best', []]]);
});

test('what is graver stands apart, and no target is named twice', () => {
  const groups = byRule([told('slo', 'a', 'critical'), told('slo', 'b'), told('slo', 'b'), told('slo', 'a')]);
  assert.deepEqual(groups.map((group) => group.others), [[], ['<a>']]);
  assert.deepEqual(byRule([]), []);
});

test('what has other figures is said by itself', () => {
  const groups = byRule([told('failed', 'a', 'critical', ' 56%'), told('failed', 'b', 'critical', ' 2%'), told('failed', 'c', 'critical', ' 2%')]);
  assert.deepEqual(groups.map((group) => [group.one.simple, group.others]), [['Something of <a> 56%.', []], ['Something of <b> 2%.', ['<c>']]]);
});
