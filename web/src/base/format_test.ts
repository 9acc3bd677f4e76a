import assert from 'node:assert/strict';
import test from 'node:test';
import { ago, bytes, figure, instant, millis, millisRange, moment, money, number, percent, probability, rate, ratio, ratios, seconds, setUnits } from './format.ts';

test('numbers keep three digits and say where there is none', () => {
  const cases: [number | null | undefined, string][] = [
    [0, '0'],
    [0.000123456, '0.000123'],
    [1.5, '1.5'],
    [58.355626, '58.4'],
    [999.4, '999'],
    [999.6, '1,000'],
    [1055.24, '1,055'],
    [1234567, '1,234,567'],
    [-2.5, '−2.5'],
    [1e-9, '1.0e-9'],
    [null, '–'],
    [undefined, '–'],
    [NaN, '–'],
    [Infinity, '–'],
  ];
  for (const [value, text] of cases) assert.equal(number(value), text);
});

test('durations choose their unit', () => {
  assert.equal(millis(0.00837), '8.37 µs');
  assert.equal(millis(0), '0 ms');
  assert.equal(millis(58.36), '58.4 ms');
  assert.equal(millis(1500), '1.5 s');
  assert.equal(millis(90_000), '1 min 30 s');
  assert.equal(seconds(59.94), '59.9 s');
  assert.equal(seconds(3600), '1 h');
  assert.equal(seconds(3725), '1 h 2 min');
  assert.equal(seconds(null), '–');
});

test('a success rate below one is never said to be 100%', () => {
  assert.equal(rate(1), '100%');
  assert.equal(rate(0.9999), '99.990%');
  assert.equal(rate(0.999999), '99.999%');
  assert.equal(rate(0.5), '50%');
  assert.equal(percent(0.846), '84.6%');
});

test('ratios are said as differences, large ones as multiples', () => {
  assert.equal(ratio(1.25), '+25%');
  assert.equal(ratio(0.8), '−20%');
  assert.equal(ratio(1), '±0%');
  assert.equal(ratio(1.002), '+0.2%');
  assert.equal(ratio(35.7577), '35.8×');
  assert.equal(ratio(null), '–');
});

test('figures come with their unit', () => {
  assert.equal(figure(152.2, 'ms'), '152 ms');
  assert.equal(figure(0.5, 'share'), '50%');
  assert.equal(figure(1055.2, 'tokens/s'), '1,055 tokens/s');
  assert.equal(figure(null, 'ms'), '–');
});

test('small things', () => {
  assert.equal(probability(0.00001), '< 0.0001');
  assert.equal(probability(0.0004), '0.0004');
  assert.equal(probability(0.04), '0.040');
  assert.equal(bytes(999), '999 B');
  assert.equal(bytes(4_787_706), '4.79 MB');
  setUnits({ latency: 'auto', zone: 'utc' });
  assert.equal(moment('2026-11-22T17:28:17Z'), '22 Nov 2026, 17:28 UTC');
  setUnits({ latency: 'auto', zone: 'local' });
  assert.doesNotMatch(moment('2026-11-22T17:28:17Z'), /UTC/);
  assert.equal(moment('no date'), '–');
  const now = Date.parse('2026-11-22T20:00:00Z');
  assert.equal(ago('2026-11-22T19:59:40Z', now), 'just now');
  assert.equal(ago('2026-11-22T19:59:00Z', now), '1 minute ago');
  assert.equal(ago('2026-11-22T17:28:17Z', now), '3 hours ago');
  assert.equal(ago('2026-11-20T20:00:00Z', now), '2 days ago');
});

test('money has its sign and two places where it needs any', () => {
  assert.equal(money(0.05432, 'USD'), '$0.0543');
  assert.equal(money(2.5, 'USD'), '$2.50');
  assert.equal(money(-13067, 'EUR'), '−€13,067');
  assert.equal(money(12, 'CHF'), 'CHF 12');
  assert.equal(money(null, 'USD'), '–');
});

test('both ends of a range are written one way', () => {
  assert.equal(millisRange(1400, 2340), '1.40 to 2.34 s');
  assert.equal(millisRange(98.24, 101.2), '98 to 101 ms');
  assert.equal(millisRange(0.004, 0.0123), '4.0 to 12.3 µs');
  assert.deepEqual(ratios([1.42, 2.82]), ['1.42×', '2.82×']);
  assert.deepEqual(ratios([0.8, 1.25]), ['−20%', '+25%']);
});

test('instants line up', () => {
  assert.equal(instant(0.00249), '0.002 s');
  assert.equal(instant(3.2301), '3.230 s');
  assert.equal(instant(1234.5), '1,234.500 s');
  assert.equal(instant(null), '–');
});

test('latencies stay in the unit that the reader chose', () => {
  setUnits({ latency: 'ms', zone: 'local' });
  assert.deepEqual([millis(0.0123), millis(85.24), millis(2340), millis(90_000)], ['0.0123 ms', '85.2 ms', '2,340 ms', '90,000 ms']);
  assert.equal(millisRange(1400, 2340), '1,400 to 2,340 ms');
  setUnits({ latency: 's', zone: 'local' });
  assert.deepEqual([millis(85.24), millis(2340), millis(null)], ['0.0852 s', '2.34 s', '–']);
  assert.equal(millisRange(85, 92), '0.0850 to 0.0920 s');
  setUnits({ latency: 'auto', zone: 'local' });
});
