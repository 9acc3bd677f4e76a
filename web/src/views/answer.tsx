// The answer's words and bars, for Home and for slides.
import type { ReactElement } from 'react';
import { colours } from '../base/colours.ts';
import { figure } from '../base/format.ts';
import { stars } from '../base/references.ts';
import type { Tone } from '../base/verdict.ts';
import { isRate, type Contest, type Summary, type SummaryTarget } from '../data/types.ts';
import { Bars, type Bar } from '../widgets/bars.tsx';
import { Badge, Card } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';

type Answer = Summary['summary'];

export function certainty(summary: Answer): { tone: Tone; words: string } {
  if (!summary.valid && summary.answer?.verdict !== 'better') return { tone: 'bad', words: 'Nothing can be told from it' };
  switch (summary.answer?.verdict) {
    case 'better':
      return summary.valid ? { tone: 'good', words: 'Certain at 95%' } : { tone: 'warn', words: 'Clear figures, doubtful run' };
    case 'same':
      return { tone: 'info', words: 'No difference that matters' };
    case 'cannot_tell':
      return { tone: 'warn', words: 'Not sure: measure longer' };
    default:
      return { tone: 'quiet', words: 'Nothing compared' };
  }
}

export function who(summary: Answer): string {
  const { answer, targets } = summary;
  if (answer?.verdict === 'better' && answer.winner) return `We recommend ${answer.winner}`;
  if (answer?.verdict === 'same') return 'They are the same';
  if (targets.length > 1) return summary.valid ? 'Too close to call' : 'No answer: the run is not valid';
  return targets[0]?.name ?? 'No target answered';
}

const QUICK = [
  { metric: 'ttft_ms', compared: 'ttft_p50', title: 'Until the first word', term: 'ttft', note: 'shorter is better', unit: 'ms' },
  { metric: 'e2e_ms', compared: 'e2e_p50', title: 'Until the whole answer', term: 'e2e', note: 'shorter is better', unit: 'ms' },
  { metric: 'output_tokens_per_s', compared: 'output_tokens_per_s', title: 'Work done by the system', term: 'output_tokens_per_s', note: 'longer is better', unit: 'tokens/s' },
  { metric: 'success_rate', compared: 'success_rate', title: 'Answers without failure', term: 'success_rate', note: '★★★★★ from 99.9% on', unit: 'share' },
] as const;

function barOf(target: SummaryTarget, metric: string, unit: string, colour: string): Bar {
  const told = target.metrics[metric];
  const value = !told ? null : isRate(told) ? told.value : told.p50;
  const interval = !told ? null : isRate(told) ? told.interval : told.p50_interval;
  return {
    name: target.name,
    colour,
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    text: unit === 'share' && value !== null ? `${'★'.repeat(stars(value)).padEnd(5, '☆')} ${figure(value, unit)}` : figure(value, unit),
    range: interval ? `95% interval ${figure(interval.low, unit)} to ${figure(interval.high, unit)}` : '',
  };
}

function Best({ contest, name }: { readonly contest: Contest; readonly name: string }): ReactElement | null {
  const told = contest.figures.find((one) => one.name === name);
  if (!told || told.not_comparable) return null;
  return told.winner ? <Badge tone="good">best: {told.winner}</Badge> : null;
}

export function QuickComparison({ targets, contest }: { readonly targets: readonly SummaryTarget[]; readonly contest: Contest | undefined }): ReactElement {
  const inks = colours(targets.map((one) => one.engine));
  return (
    <Card title={targets.length > 1 ? 'At a glance' : 'Its figures'} note={<>Typical values (medians); the marks show the <Term id="interval">95% interval</Term>.</>}>
      <div className="compare3">
        {QUICK.map((one) => (
          <div key={one.metric}>
            <h3>
              <span className="line">
                <Term id={one.term}>{one.title}</Term>
                {contest ? <Best contest={contest} name={one.compared} /> : null}
              </span>
              <span className="muted">{one.note}</span>
            </h3>
            <Bars label={one.title} bars={targets.map((target, i) => barOf(target, one.metric, one.unit, inks[i] ?? 'var(--info)'))} />
          </div>
        ))}
      </div>
    </Card>
  );
}
