// Every figure of a contest: values, winner, difference with its interval, p-value.
import type { ReactElement } from 'react';
import { figure, number, probability, ratio } from '../base/format.ts';
import { verdictSign } from '../base/verdict.ts';
import { termOfFigure } from '../base/words.ts';
import { useAdvanced } from '../data/settings.ts';
import type { ComparedFigure, Contest, Difference } from '../data/types.ts';
import { Badge } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';

function interval(told: Difference, unit: string): string {
  if (!told.interval) return '';
  const { low, high } = told.interval;
  return told.interval_of === 'ratio' ? `${ratio(low)} to ${ratio(high)}` : `${figure(low, unit)} to ${figure(high, unit)}`;
}

function Side({ told, one, comparable }: { readonly told: Difference; readonly one: ComparedFigure; readonly comparable: boolean }): ReactElement {
  const advanced = useAdvanced();
  // Sides that cannot be compared have no better and no worse.
  const sign = verdictSign(comparable ? told.verdict : 'cannot_tell');
  return (
    <td>
      <div className="line" style={{ gap: '2px 10px' }}>
        <span className="num">{figure(told.value, one.unit)}</span>
        <Badge tone={sign.tone}>
          {comparable && (told.verdict === 'better' || told.verdict === 'worse') ? `${told.ratio === null ? '' : `${ratio(told.ratio)} `}${sign.words}` : sign.words}
        </Badge>
      </div>
      {advanced ? (
        <div className="small muted">
          {interval(told, one.unit) ? `95% ${interval(told, one.unit)} · ` : ''}p {probability(told.p_adjusted ?? told.p_value)}
          {told.n ? ` · n ${number(told.n.side)} / ${number(told.n.baseline)}` : ''}
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
