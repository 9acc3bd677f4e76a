// The answer: who is better, by how much, how sure, and what it means.
import { Fragment, type ReactElement } from 'react';
import { Link } from 'wouter';
import { colours } from '../base/colours.ts';
import { figure, moment, number, percent, rate, seconds } from '../base/format.ts';
import { path } from '../base/query.ts';
import { severityTone, type Tone } from '../base/verdict.ts';
import { address } from '../data/api.ts';
import { useComparison, useInsights, useObjectives, useRun, useSummary } from '../data/queries.ts';
import { ordered, useAdvanced, useSettings } from '../data/settings.ts';
import { isRate, type Contest, type Insight, type Objective, type Summary, type SummaryTarget } from '../data/types.ts';
import { Bars, type Bar } from '../widgets/bars.tsx';
import { Icon, type IconName } from '../widgets/icon.tsx';
import { Badge, Card, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { FigureTable } from './figure_table.tsx';
import { DropFiles } from './imports.tsx';
import { evidenceLink } from './evidence.ts';
import { meanings } from './meaning.ts';
import { MoreLink, Page, RunChoice, WithRun } from './page.tsx';
import { Checks } from './checks.tsx';

type Answer = Summary['summary'];

function certainty(summary: Answer): { tone: Tone; words: string } {
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

function who(summary: Answer): string {
  const { answer, targets } = summary;
  if (answer?.verdict === 'better' && answer.winner) return `We recommend ${answer.winner}`;
  if (answer?.verdict === 'same') return 'They are the same';
  if (targets.length > 1) return 'Too close to call';
  return targets[0]?.name ?? 'No target answered';
}

function AnswerCard({ run, summary, contest, waits }: { readonly run: string; readonly summary: Answer; readonly contest: Contest | undefined; /** Its reasons are still read. */ readonly waits: boolean }): ReactElement {
  const sure = certainty(summary);
  const single = summary.targets.length < 2;
  const warnings = summary.checks.filter((check) => check.level !== 'pass').length;
  const tone: Tone = single ? 'info' : sure.tone;
  return (
    <section className={`card answer ${tone}`} aria-labelledby="answer">
      <div className="stack tight">
        <h2 id="answer" className="who">
          {who(summary)}
        </h2>
        {summary.answer?.headline ? <p className="headline">{summary.answer.headline}</p> : null}
        {single ? <p className="headline">One target was measured, so there is nothing to compare it with. Add runs on the Compare page.</p> : null}
      </div>
      {waits ? <Waiting what="the reasons" heights={[24, 24, 24]} /> : null}
      {contest && contest.answer.reasons.length > 0 ? (
        <ol aria-label="Reasons">
          {contest.answer.reasons.slice(0, 3).map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ol>
      ) : null}
      <div className="line between">
        <div className="facts">
          {single ? null : (
            <Badge tone={sure.tone}>
              <Term id="interval">{sure.words}</Term>
            </Badge>
          )}
          <Badge tone={summary.valid ? 'good' : 'bad'}>
            <Term id="validity">{summary.valid ? 'Valid measurement' : 'Not valid: see the checks'}</Term>
          </Badge>
          <Badge tone={summary.client.ok ? 'good' : 'bad'}>
            <Term id="client">{summary.client.ok ? 'Client kept up' : 'Client was the bottleneck'}</Term>
          </Badge>
          {warnings > 0 ? <Badge tone="warn">{number(warnings)} to mind</Badge> : null}
        </div>
        <div className="line">
          <MoreLink href={path('/analyze/latency', { run })}>See the evidence</MoreLink>
          <a className="button" href={address('report', { runs: run, format: 'pdf' })} download={`${run}.pdf`}>
            <Icon name="save" size={16} />
            PDF
          </a>
        </div>
      </div>
    </section>
  );
}

const QUICK = [
  { metric: 'ttft_ms', title: 'Until the first word', term: 'ttft', note: 'shorter is better', unit: 'ms' },
  { metric: 'e2e_ms', title: 'Until the whole answer', term: 'e2e', note: 'shorter is better', unit: 'ms' },
  { metric: 'output_tokens_per_s', title: 'Work done by the system', term: 'output_tokens_per_s', note: 'longer is better', unit: 'tokens/s' },
  { metric: 'success_rate', title: 'Answers without failure', term: 'success_rate', note: 'longer is better', unit: 'share' },
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
    text: figure(value, unit),
    range: interval ? `95% interval ${figure(interval.low, unit)} to ${figure(interval.high, unit)}` : '',
  };
}

function QuickComparison({ targets }: { readonly targets: readonly SummaryTarget[] }): ReactElement {
  const inks = colours(targets.map((one) => one.engine));
  return (
    <Card title={targets.length > 1 ? 'At a glance' : 'Its figures'} note={<>Typical values (medians); the marks show the <Term id="interval">95% interval</Term>.</>}>
      <div className="compare3">
        {QUICK.map((one) => (
          <div key={one.metric}>
            <h3>
              <Term id={one.term}>{one.title}</Term>
              <span className="muted">{one.note}</span>
            </h3>
            <Bars label={one.title} bars={targets.map((target, i) => barOf(target, one.metric, one.unit, inks[i] ?? 'var(--info)'))} />
          </div>
        ))}
      </div>
    </Card>
  );
}

function MeaningCard({ contest, targets }: { readonly contest: Contest; readonly targets: readonly SummaryTarget[] }): ReactElement | null {
  const told = meanings(contest, targets);
  if (!told || told.all.length === 0) return null;
  return (
    <Card title="What this means for you" note={`${contest.answer.winner ?? ''} in place of ${told.rival}`}>
      <ul className="meaning">
        {told.all.map((one) => (
          <li key={one.text}>
            <span className="big">{one.big}</span>
            <p>{one.text}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function light(objective: Objective): { tone: Tone; icon: IconName; words: string } {
  if (objective.met === null) return { tone: 'quiet', icon: 'dash', words: 'cannot tell' };
  if (!objective.met) return { tone: 'bad', icon: 'stop', words: 'missed' };
  return objective.certain ? { tone: 'good', icon: 'check', words: 'met' } : { tone: 'warn', icon: 'warn', words: 'met, not certain' };
}

function ObjectivesCard({ run, summary }: { readonly run: string; readonly summary: Answer }): ReactElement {
  const own = summary.targets.some((target) => target.slos.length > 0);
  const chosen = useSettings((settings) => settings.objectives);
  const judged = useObjectives(own ? undefined : run, chosen);
  const targets = own ? summary.targets.map((one) => ({ name: one.name, slos: one.slos })) : (judged.data?.runs[0]?.targets ?? []);
  return (
    <Card title={<Term id="slo">Objectives</Term>} note={own ? 'As the plan demands' : chosen.length ? 'As chosen in the settings' : null}>
      {judged.error ? <Trouble error={judged.error} /> : null}
      {judged.isLoading ? <Waiting what="the objectives" heights={[90]} /> : null}
      {targets.length > 0 ? (
        <div className="stack">
          {targets.map((target) => (
            <div key={target.name} className="stack tight">
              <h3 className="small">{target.name}</h3>
              <ul className="lights">
                {target.slos.map((one) => {
                  const sign = light(one);
                  return (
                    <li key={one.slo} className="light">
                      <span className={sign.tone}>
                        <Icon name={sign.icon} />
                      </span>
                      <span>
                        {one.figure.title} {one.figure.unit === 'ms' ? 'at most' : 'at least'} {figure(one.limit, one.figure.unit)}: <span className="num">{figure(one.value, one.figure.unit)}</span>
                      </span>
                      <span className="muted">{sign.words}</span>
                    </li>
                  );
                })}
              </ul>
            </div>
          ))}
        </div>
      ) : judged.isLoading ? null : (
        <div className="stack tight small">
          <p className="muted">
            No limits were set, so there is nothing to keep or to miss. Set your own, such as <code>ttft_p99=500ms</code>, and every run is judged by them.
          </p>
          <div>
            <MoreLink href="/settings">Set objectives</MoreLink>
          </div>
        </div>
      )}
    </Card>
  );
}

const INSIGHT_SIGNS: Record<Tone, IconName> = { bad: 'stop', warn: 'warn', info: 'info', good: 'check', quiet: 'dash' };

export function Insights({ run, insights, most }: { readonly run: string; readonly insights: readonly Insight[]; readonly most: number }): ReactElement {
  const advanced = useAdvanced();
  if (insights.length === 0) return <p className="muted small">Nothing stands out in this run.</p>;
  return (
    <ul className="insights">
      {insights.slice(0, most).map((one, i) => {
        const tone = severityTone(one.severity);
        const link = evidenceLink(run, one.evidence.chart, one.evidence.metric);
        return (
          <li key={i}>
            <span className={tone} title={one.severity}>
              <Icon name={INSIGHT_SIGNS[tone]} size={20} />
              <span className="unseen">{one.severity}: </span>
            </span>
            <div className="grow stack tight" style={{ gap: 2 }}>
              <p>{one.simple}</p>
              {advanced && one.technical !== one.simple ? <p className="small muted">{one.technical}</p> : null}
            </div>
            {link ? <Link href={link.href}>{link.name}</Link> : null}
          </li>
        );
      })}
    </ul>
  );
}

function InsightsCard({ run }: { readonly run: string }): ReactElement {
  const insights = useInsights(run);
  const advanced = useAdvanced();
  return (
    <Card title="What stands out" note="Made by rule from the figures, the weightiest first">
      {insights.error ? <Trouble error={insights.error} retry={() => void insights.refetch()} /> : null}
      {insights.data ? <Insights run={run} insights={insights.data} most={advanced ? 30 : 5} /> : insights.error ? null : <Waiting what="the insights" heights={[40, 40, 40, 40]} />}
    </Card>
  );
}

function Tiles({ summary }: { readonly summary: Answer }): ReactElement {
  const ok = summary.targets.reduce((sum, one) => sum + one.requests.ok, 0);
  const failed = summary.targets.reduce((sum, one) => sum + one.requests.failed, 0);
  const tokens = summary.targets.reduce((sum, one) => sum + one.tokens.output, 0);
  const time = summary.targets.reduce((sum, one) => sum + one.measured_s, 0);
  const tiles = [
    { name: 'Targets', value: number(summary.targets.length), note: summary.targets.map((one) => one.name).join(', ') },
    { name: 'Requests answered', value: number(ok), note: `${number(failed)} failed` },
    { name: 'Success', value: rate(ok + failed ? ok / (ok + failed) : null), note: 'of all that were answered or failed' },
    { name: 'Output tokens', value: number(tokens), note: `in ${seconds(time)} measured` },
    { name: 'Checks passed', value: percent(summary.checks.filter((one) => one.level === 'pass').length / Math.max(1, summary.checks.length)), note: `${number(summary.checks.length)} checks` },
  ];
  return (
    <dl className="tiles">
      {tiles.map((tile) => (
        <div key={tile.name} className="tile">
          <dt>{tile.name}</dt>
          <dd>{tile.value}</dd>
          <dd style={{ font: 'inherit', letterSpacing: 0 }}>
            <p className="clip" title={tile.note}>
              {tile.note}
            </p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function HomeOf({ run }: { readonly run: string }): ReactElement {
  const advanced = useAdvanced();
  const about = useRun(run);
  const told = useSummary(run);
  const several = (told.data?.summary.targets.length ?? 0) > 1;
  const compared = useComparison({ runs: [run] }, several);
  const contest = several ? compared.data?.comparisons[0] : undefined;
  const note = about.data ? `${moment(about.data.started)} · ${number(about.data.rows)} requests · ${about.data.targets.map((one) => one.model).filter((one, i, all) => all.indexOf(one) === i).join(', ')}` : ' ';
  const summary = told.data?.summary;
  const { order, hidden } = useSettings();
  const cards = summary
    ? [
        { id: 'tiles', made: advanced ? <Tiles summary={summary} /> : null },
        { id: 'glance', made: <QuickComparison targets={summary.targets} /> },
        {
          id: 'meaning',
          made: (
            <div className="two">
              {contest ? <MeaningCard contest={contest} targets={summary.targets} /> : null}
              {several && !contest && !compared.error ? <Waiting what="the comparison" heights={[240]} /> : null}
              <ObjectivesCard run={run} summary={summary} />
            </div>
          ),
        },
        { id: 'insights', made: <InsightsCard run={run} /> },
        {
          id: 'figures',
          made:
            advanced && contest ? (
              <Card title="Every figure" note={<>Against {contest.baseline}; <Term id="p_value">p-values</Term> adjusted for {number(contest.sides.length - 1)} comparisons</>}>
                <FigureTable contest={contest} />
              </Card>
            ) : null,
        },
        {
          id: 'checks',
          made:
            advanced || summary.checks.some((one) => one.level !== 'pass') ? (
              <Card title={<Term id="validity">Validity checks</Term>} note="What was seen, against which limit">
                <Checks checks={summary.checks} />
              </Card>
            ) : null,
        },
      ]
    : [];
  return (
    <Page title="Home" note={note} tools={<RunChoice run={run} />}>
      {told.error ? <Trouble error={told.error} retry={() => void told.refetch()} /> : null}
      {!told.data && !told.error ? <Waiting what="the answer" heights={[260, 230, 240]} /> : null}
      {told.data ? (
        <>
          <AnswerCard run={run} summary={told.data.summary} contest={contest} waits={several && !contest && compared.isPending} />
          {ordered(cards, order)
            .filter((card) => !hidden.includes(card.id))
            .map((card) => (
              <Fragment key={card.id}>{card.made}</Fragment>
            ))}
          {compared.error ? <Trouble error={compared.error} /> : null}
        </>
      ) : null}
    </Page>
  );
}

export function Home(): ReactElement {
  return (
    <>
      <DropFiles />
      <WithRun title="Home">{(run) => <HomeOf key={run} run={run} />}</WithRun>
    </>
  );
}
