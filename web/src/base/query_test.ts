import assert from 'node:assert/strict';
import test from 'node:test';
import { listOf, path, readQuery, withChanges, writeQuery } from './query.ts';

test('what is written is read again', () => {
  const state = { run: 'demo-20261122-172817', q: 'a b&c=d', runs: 'a,b', sql: 'SELECT 1 % 2\nFROM "requests"' };
  assert.deepEqual(readQuery(writeQuery(state)), state);
});

test('lists stay readable and what is empty is left out', () => {
  assert.equal(writeQuery({ runs: 'a,b', q: '', x: undefined }), '?runs=a,b');
  assert.equal(writeQuery({}), '');
  assert.deepEqual(listOf('a,,b'), ['a', 'b']);
  assert.deepEqual(listOf(undefined), []);
  assert.equal(path('/compare', { runs: 'a,b' }), '/compare?runs=a,b');
});

test('a change keeps the rest', () => {
  assert.equal(withChanges({ run: 'r', sort: 'index' }, { sort: '-e2e_ms' }), '?run=r&sort=-e2e_ms');
  assert.equal(withChanges({ run: 'r', request: '0.12' }, { request: undefined }), '?run=r');
});
