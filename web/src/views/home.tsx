// The answer: who is better, by how much, how sure, and what it means.
import { Fragment, type ReactElement } from 'react';
import { Link } from 'wouter';
import { figure, moment, number, percent, rate, seconds } from '../base/format.ts';
import { byRule } from '../base/insights.ts';
import { path } from '../base/query.ts';
import { MOST_SIDES, severityTone, type Tone } from '../base/verdict.ts';
import { address } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import { useComparison, useInsights, useObjectives, useRun, useRuns, useSummary } from '../data/queries.ts';
import { ordered, useAdvanced, useSettings } from '../data/settings.ts';
import { type Contest, type Insight, type Summary, type SummaryTarget } from '../data/types.ts';
import { Button, Choice, Menu } from '../widgets/controls.tsx';
import { Icon, type IconName } from '../widgets/icon.tsx';
import { Badge, Card, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { DOCUMENTS } from './documents.ts';
import { FigureTable } from './figure_table.tsx';
import { DropFiles } from './imports.tsx';
import { evidenceLink } from './evidence.ts';
import { certainty, QuickComparison, who } from './answer.tsx';
import { AUDIENCES, CARDS_FOR, cardsOfHome, type Audience, type CardId } from './audiences.ts';
import { ForDevelopers, ForOperations, lightOf, References, Risks, Scorecards, Strip, Trend, Users, type Judged } from './home_cards.tsx';
import { meanings } from './meaning.ts';
import { Present } from './present.tsx';
import { MoreLink, Page, RunChoice, WithRun } from './page.tsx';
import { Checks } from './checks.tsx';

type Answer = Summary['summary'];

/** The way to the run that others are compared with. */
function Against({ run }: { readonly run: string }): ReactElement | null {
  const baseline = useRuns().data?.find((one) => one.baseline)?.id;
  if (!baseline || baseline === run) return null;
  return <MoreLink href={path('/compare', { runs: `${baseline},${run}` })}>Against the baseline</MoreLink>;
}

const FILES = [...DOCUMENTS, { id: 'png', name: 'The answer on one page (PNG)' }];

/** The overview as a file, for whom it is shown. */
function Save({ run, audience }: { readonly run: string; readonly audience: Audience }): ReactElement {
  const asked = audience === 'all' ? { kind: 'executive' } : { kind: 'run', audience };
  return (
    <Menu
      label="Save the overview"
      icon="save"
      acts={FILES.map(({ id, name }) => ({ id, name, href: address('report', { runs: run, format: id, ...asked }), download: `${run}.${id}` }))}
    />
  );
}

function AnswerCard({ run, summary, contest, waits, audience, present }: { readonly run: string; readonly summary: Answer; readonly contest: Contest | undefined; /** Its reasons are still read. */ readonly waits: boolean; readonly audience: Audience; readonly present: () => void }): ReactElement {
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
          <Against run={run} />
          <Button icon="whole" onPress={present}>
            Present
          </Button>
          <Save run={run} audience={audience} />
        </div>
      </div>
    </section>
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

/** The plan's own objectives, else the reader's. */
function useJudged(run: string, summary: Answer | undefined): { readonly own: boolean; readonly targets: readonly Judged[]; readonly error: Error | null; readonly waits: boolean } {
  const own = summary?.targets.some((target) => target.slos.length > 0) ?? false;
  const chosen = useSettings((settings) => settings.objectives);
  const judged = useObjectives(own || !summary ? undefined : run, chosen);
  const targets = own ? (summary?.targets ?? []) : (judged.data?.runs[0]?.targets ?? []);
  return { own, targets, error: judged.error, waits: judged.isLoading };
}

function ObjectivesCard({ run, judged }: { readonly run: string; readonly judged: ReturnType<typeof useJudged> }): ReactElement {
  const { own, targets } = judged;
  const chosen = useSettings((settings) => settings.objectives);
  const met = targets.filter((one) => one.slos.length > 0 && one.slos.every((slo) => slo.met === true)).map((one) => one.name);
  return (
    <Card title={<Term id="slo">Objectives</Term>} note={own ? 'As the plan demands' : chosen.length ? 'As chosen in the settings' : null}>
      {judged.error ? <Trouble error={judged.error} /> : null}
      {judged.waits ? <Waiting what="the objectives" heights={[90]} /> : null}
      {targets.length > 0 ? (
        <div className="stack">
          <div className="line between">
            <p className="small">{met.length > 0 ? `${met.join(', ')} ${met.length === 1 ? 'keeps' : 'keep'} all of them.` : 'None keeps all of them.'}</p>
            <MoreLink href={path('/reports', { run, kind: 'slo' })}>Compliance report</MoreLink>
          </div>
          {targets.map((target) => (
            <div key={target.name} className="stack tight">
              <h3 className="small">{target.name}</h3>
              <ul className="lights">
                {target.slos.map((one) => {
                  const sign = lightOf(one);
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
      ) : judged.waits ? null : (
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

export function Insights({ run, insights, most, technical }: { readonly run: string; readonly insights: readonly Insight[]; readonly most: number; readonly technical: boolean }): ReactElement {
  const groups = technical ? insights.map((one) => ({ one, others: [] })) : byRule(insights);
  if (insights.length === 0) return <p className="muted small">Nothing stands out in this run.</p>;
  return (
    <ul className="insights">
      {groups.slice(0, most).map(({ one, others }, i) => {
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
              {others.length > 0 ? <p className="small muted">The same goes for {others.join(', ')}.</p> : null}
              {technical && one.technical !== one.simple ? <p className="small muted">{one.technical}</p> : null}
            </div>
            {link ? <Link href={link.href}>{link.name}</Link> : null}
          </li>
        );
      })}
    </ul>
  );
}

function InsightsCard({ run, technical }: { readonly run: string; readonly technical: boolean }): ReactElement {
  const insights = useInsights(run);
  return (
    <Card title="What stands out" note="Made by rule from the figures, the weightiest first">
      {insights.error ? <Trouble error={insights.error} retry={() => void insights.refetch()} /> : null}
      {insights.data ? <Insights run={run} insights={insights.data} most={technical ? 30 : 5} technical={technical} /> : insights.error ? null : <Waiting what="the insights" heights={[40, 40, 40, 40]} />}
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
    { name: 'Mean throughput', value: number(time > 0 ? tokens / time : null), note: 'output tokens/s over all targets' },
    { name: 'Checks passed', value: percent(summary.checks.filter((one) => one.level === 'pass').length / Math.max(1, summary.checks.length)), note: `${number(summary.checks.length)} checks` },
  ];
  return (
    <dl className="tiles">
      {tiles.map((tile) => (
        <div key={tile.name} className="tile">
          <dt>{tile.name}</dt>
          <dd>{tile.value}</dd>
          <dd style={{ font: 'inherit', letterSpacing: 0 }}>
            <p className="two-lines" title={tile.note}>
              {tile.note}
            </p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Before the names of the reader's own layouts. */
const MINE = 'my:';

function HomeOf({ run }: { readonly run: string }): ReactElement {
  const advanced = useAdvanced();
  const [query, change] = useQueryState();
  const audience = AUDIENCES.find((one) => one.id === query['for'])?.id ?? 'all';
  const about = useRun(run);
  const told = useSummary(run);
  const sides = told.data?.summary.targets.length ?? 0;
  const several = sides > 1 && sides <= MOST_SIDES;
  const compared = useComparison({ runs: [run] }, several);
  const contest = several ? compared.data?.comparisons[0] : undefined;
  const note = about.data ? [moment(about.data.started), `${number(about.data.rows)} requests`, ...new Set(about.data.targets.map((one) => one.model))].filter(Boolean).join(' · ') : ' ';
  const summary = told.data?.summary;
  const judged = useJudged(run, summary);
  const { order, hidden, layouts } = useSettings();
  const mine = audience === 'all' ? layouts.find((one) => one.name === query['layout']) : undefined;
  const layout = mine ?? { order, hidden };
  const cards: Record<CardId, () => ReactElement | null> = {
    strip: () => (summary ? <Strip summary={summary} /> : null),
    tiles: () => (summary ? <Tiles summary={summary} /> : null),
    scorecards: () => (summary ? <Scorecards summary={summary} judged={judged.targets} /> : null),
    glance: () => (summary ? <QuickComparison targets={summary.targets} contest={contest} /> : null),
    meaning: () => (
      <div className="two">
        {contest && summary ? <MeaningCard contest={contest} targets={summary.targets} /> : null}
        {several && !contest && !compared.error ? <Waiting what="the comparison" heights={[240]} /> : null}
        <ObjectivesCard run={run} judged={judged} />
      </div>
    ),
    insights: () => <InsightsCard run={run} technical={advanced || audience === 'engineer'} />,
    risks: () => <Risks run={run} />,
    trend: () => <Trend run={run} />,
    users: () => <Users run={run} />,
    references: () => (summary ? <References targets={summary.targets} /> : null),
    figures: () =>
      contest ? (
        <Card title="Every figure" note={<>Against {contest.baseline}; <Term id="p_value">p-values</Term> adjusted for {number(contest.sides.length - 1)} comparisons</>}>
          <FigureTable contest={contest} />
        </Card>
      ) : null,
    developers: () => <ForDevelopers run={run} />,
    operations: () => <ForOperations run={run} />,
    checks: () =>
      summary && (advanced || audience === 'engineer' || summary.checks.some((one) => one.level !== 'pass')) ? (
        <Card title={<Term id="validity">Validity checks</Term>} note={`What was seen, against which limit; method ${number(summary.method_version)}`}>
          <Checks checks={summary.checks} />
        </Card>
      ) : null,
  };
  const wanted = audience === 'all' ? ordered(cardsOfHome(advanced).map((id) => ({ id })), layout.order).map((one) => one.id).filter((id) => !layout.hidden.includes(id)) : CARDS_FOR[audience];
  return (
    <Page
      title="Home"
      note={note}
      tools={
        <>
          <Choice
            label="For whom"
            hideLabel
            value={mine ? MINE + mine.name : audience}
            onChange={(id) => change(id.startsWith(MINE) ? { layout: id.slice(MINE.length), for: undefined } : { for: id === 'all' ? undefined : id, layout: undefined }, { replace: true })}
            options={[...AUDIENCES, ...layouts.map((one) => ({ id: MINE + one.name, name: one.name, note: 'your layout' }))]}
          />
          <RunChoice run={run} />
        </>
      }
    >
      {told.error ? <Trouble error={told.error} retry={() => void told.refetch()} /> : null}
      {!summary && !told.error ? <Waiting what="the answer" heights={[260, 230, 240]} /> : null}
      {summary ? (
        <>
          <AnswerCard run={run} summary={summary} contest={contest} waits={several && !contest && compared.isPending} audience={audience} present={() => change({ present: '1' })} />
          {wanted.map((id) => (
            <Fragment key={id}>{cards[id]()}</Fragment>
          ))}
          {compared.error ? <Trouble error={compared.error} /> : null}
          {query['present'] ? <Present run={run} summary={summary} contest={contest} /> : null}
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
