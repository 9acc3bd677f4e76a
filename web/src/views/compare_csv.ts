// Every difference of a comparison as a table: a row a figure and side.
import { csvOf } from '../base/csv.ts';
import type { Contest } from '../data/types.ts';

const COLUMNS = [
  'scenario', 'figure', 'unit', 'side', 'value', 'baseline', 'baseline_value', 'difference', 'ratio', 'interval_of', 'low_95', 'high_95',
  'verdict', 'p_value', 'p_adjusted', 'method', 'n', 'baseline_n', 'winner',
];

/** Values are unrounded, in the unit of their row. */
export function differencesCsv(contest: Contest): string {
  const rows = contest.figures.flatMap((one) =>
    one.against_baseline.map((told) => [
      contest.scenario, one.name, one.unit, told.side, told.value, contest.baseline, one.baseline, told.difference, told.ratio,
      told.interval ? told.interval_of : '', told.interval?.low, told.interval?.high, contest.comparable ? told.verdict : 'not_comparable',
      told.p_value, told.p_adjusted, told.method, told.n?.side, told.n?.baseline, contest.comparable ? one.winner : null,
    ]),
  );
  return csvOf(COLUMNS, rows);
}
