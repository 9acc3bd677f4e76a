// Every figure of a contest: values, winner, difference with its interval, p-value.
import type { ReactElement } from 'react';
import { figure, millisRange, number, probability, ratio, ratios } from '../base/format.ts';
import { verdictSign } from '../base/verdict.ts';
import { termOfFigure } from '../base/words.ts';
import { useAdvanced } from '../data/settings.ts';
import type { ComparedFigure, Contest, Difference } from '../data/types.ts';
import { Badge } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';

/** The difference and its interval, written one way: badge and both ends. */
function words(told: Difference, unit: string): { readonly size: string; readonly interval: string } {
  const ends = told.interval;
  if (ends && told.interval_of === 'ratio') {
    const [low = '', high = '', size = ''] = ratios([ends.low, ends.high, ...(told.ratio === null ? [] : [told.ratio])]);
    return { size, interval: `${low} to ${high}` };
  }
  const range = !ends ? '' : unit === 'ms' ? millisRange(ends.low, ends.high) : `${figure(ends.low, unit)} to ${figure(ends.high, unit)}`;
  return { size: told.ratio === null ? '' : ratio(told.ratio), interval: range };
}

function Side({ told, one, comparable }: { readonly told: Difference; readonly one: ComparedFigure; readonly comparable: boolean }): ReactElement {
  const advanced = useAdvanced();
  // Sides that cannot be compared have no better and no worse.
  const sign = verdictSign(comparable ? told.verdict : 'cannot_tell');
  const { size, interval } = words(told, one.unit);
  const p = told.p_adjusted ?? told.p_value;
  const facts = [interval ? `95% ${interval}` : '', p === null ? '' : `p ${probability(p)}`, told.n ? `n ${number(told.n.side)} / ${number(told.n.baseline)}` : ''].filter(Boolean);
  return (
    <td>
      <div className="line" style={{ gap: '2px 10px' }}>
        <span className="num">{figure(told.value, one.unit)}</span>
        <Badge tone={sign.tone}>{comparable && (told.verdict === 'better' || told.verdict === 'worse') ? `${size} ${sign.words}`.trim() : sign.words}</Badge>
      </div>
      {advanced ? (
        <div className="small muted facts-line">
          {facts.map((fact) => (
            <span key={fact} className="nowrap">
              {fact}
            </span>
          ))}
        </div>
      ) : null}
    </td>
  );
}

const SIMPLE = ['ttft_p50', 'tpot_p50', 'e2e_p50', 'output_tokens_per_s', 'requests_per_s', 'success_rate'];

export function FigureTable({ contest }: { readonly contest: Contest }): ReactElement {
  const advanced = useAdvanced();
  const others = contest.sides.map((side) => side.label).filter((label) => label !== contest.baseline);
  const shown = advanced ? contest.figures : contest.figures.filter((one) => SIMPLE.includes(one.name));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Figures">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" className="right">
              {contest.baseline} <span className="muted">(baseline)</span>
            </th>
            {others.map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
            <th scope="col">Winner</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr key={one.name}>
              <th scope="row">
                <Term id={termOfFigure(one.name)?.id ?? ''}>{one.title}</Term>
              </th>
              <td className="right">{figure(one.baseline, one.unit)}</td>
              {others.map((label) => {
                const told = one.against_baseline.find((side) => side.side === label);
                return told ? <Side key={label} told={told} one={one} comparable={contest.comparable} /> : <td key={label}>–</td>;
              })}
              <td>
                {one.winner && contest.comparable ? <Badge tone="good">{one.winner}</Badge> : <span className="small muted" title={one.why_no_winner ?? ''}>{one.tie ? 'a tie' : one.not_comparable || !contest.comparable ? 'not comparable' : 'no winner'}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
