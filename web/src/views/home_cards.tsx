// Cards of Home beside the answer: scorecards, references, risks and next steps, the trend, and what each reader needs.
import { useState, type ReactElement } from 'react';
import { figure, number, seconds } from '../base/format.ts';
import { path } from '../base/query.ts';
import { REFERENCES, standing, type Quantiles, type Standing } from '../base/references.ts';
import { nameOf, series } from '../base/related.ts';
import type { Tone } from '../base/verdict.ts';
import { useCatalogue, useRuns } from '../data/queries.ts';
import { useReport } from '../data/report.ts';
import { useAdvanced, useSettings } from '../data/settings.ts';
import { isRate, type Check, type Metric, type Objective, type Summary, type SummaryTarget } from '../data/types.ts';
import { Button } from '../widgets/controls.tsx';
import type { IconName } from '../widgets/icon.tsx';
import { Badge, Card, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { Blocks } from './blocks.tsx';
import { ChartCard } from './chart_card.tsx';
import { MoreLink } from './page.tsx';

type Answer = Summary['summary'];

interface Light {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly words: string;
}

export function lightOf(objective: Pick<Objective, 'met' | 'certain'>): Light {
  if (objective.met === null) return { tone: 'quiet', icon: 'dash', words: 'cannot tell' };
  if (!objective.met) return { tone: 'bad', icon: 'stop', words: 'missed' };
  return objective.certain ? { tone: 'good', icon: 'check', words: 'met' } : { tone: 'warn', icon: 'warn', words: 'met, not certain' };
}

const STANDS: Record<Standing['verdict'], Light> = {
  within: { tone: 'good', icon: 'check', words: 'within' },
  beyond: { tone: 'bad', icon: 'stop', words: 'beyond' },
  open: { tone: 'warn', icon: 'warn', words: 'too near' },
  unsure: { tone: 'quiet', icon: 'dash', words: 'too few' },
  unknown: { tone: 'quiet', icon: 'dash', words: 'too few' },
};

const FEW: Record<Check['level'], Light> = {
  pass: { tone: 'good', icon: 'check', words: 'few failures' },
  warn: { tone: 'warn', icon: 'warn', words: 'some failures' },
  fail: { tone: 'bad', icon: 'stop', words: 'many failures' },
};

const KPIS = [
  { metric: 'ttft_ms', name: 'Until the first word', term: 'ttft', unit: 'ms', reference: 'thought' },
  { metric: 'tpot_ms', name: 'Each token after it', term: 'tpot', unit: 'ms', reference: 'reading' },
  { metric: 'success_rate', name: 'Answers without failure', term: 'success_rate', unit: 'share', reference: '' },
  { metric: 'output_tokens_per_s', name: 'Work done', term: 'output_tokens_per_s', unit: 'tokens/s', reference: '' },
] as const;

/** Rates have no quantiles. */
const quantiles = (told: Metric | undefined): Quantiles | undefined => (told && !isRate(told) ? told : undefined);

/** The worst of a figure's own objectives; without one what is known of people; undefined where there is no yardstick. */
function judge(target: SummaryTarget, objectives: readonly Objective[], checks: readonly Check[], kpi: (typeof KPIS)[number]): (Light & { readonly by: string }) | undefined {
  const told = target.metrics[kpi.metric];
  const own = objectives.filter((one) => one.figure.name.startsWith(kpi.metric.replace(/_ms$/, '')));
  const worst = own.find((one) => one.met === false) ?? own.find((one) => !one.certain) ?? own[0];
  if (worst) return { ...lightOf(worst), by: worst.slo };
  const reference = REFERENCES.find((one) => one.id === kpi.reference);
  if (reference) return { ...STANDS[standing(quantiles(told), reference).verdict], by: `${reference.name.toLowerCase()}: ${figure(Math.round(reference.limit), 'ms')}` };
  const few = kpi.metric === 'success_rate' ? checks.find((one) => one.id === 'errors' && one.target === target.name) : undefined;
  if (few) return { ...FEW[few.level], by: 'by the check for few failures' };
  return undefined;
}

export interface Judged {
  readonly name: string;
  readonly slos: readonly Objective[];
}

/** Key figures of each target with a light: by the reader's objectives, else by what is known of people. */
export function Scorecards({ summary, judged }: { readonly summary: Answer; readonly judged: readonly Judged[] }): ReactElement {
  return (
    <Card title="Scorecards" note="Lights go by your objectives; where there is none, by published limits">
      <div className="stack">
        {summary.targets.map((target) => (
          <div key={target.name} className="stack tight">
            <h3 className="small">{target.name}</h3>
            <dl className="tiles">
              {KPIS.map((kpi) => {
                const told = target.metrics[kpi.metric];
                const value = !told ? null : isRate(told) ? told.value : told.p50;
                const light = judge(target, judged.find((one) => one.name === target.name)?.slos ?? [], summary.checks, kpi);
                return (
                  <div key={kpi.metric} className={`tile score ${light?.tone ?? 'none'}`}>
                    <dt>
                      <Term id={kpi.term}>{kpi.name}</Term>
                    </dt>
                    <dd>{figure(value, kpi.unit)}</dd>
                    <dd className="plain">
                      {light ? (
                        <>
                          <Badge tone={light.tone}>{light.words}</Badge>
                          <p>{light.by}</p>
                        </>
                      ) : (
                        <p>no limit set</p>
                      )}
                    </dd>
                  </div>
                );
              })}
            </dl>
          </div>
        ))}
      </div>
    </Card>
  );
}

/** Results against values that others have published, each with its source. */
export function References({ targets }: { readonly targets: readonly SummaryTarget[] }): ReactElement {
  return (
    <Card title="Against published values" note="MLPerf’s limits are for one model on its own load: a yardstick, no verdict">
      <div className="scroll" tabIndex={0} role="region" aria-label="Against published values">
        <table className="data references">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="right">
                Limit
              </th>
              {targets.map((target) => (
                <th key={target.name} scope="col">
                  {target.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {REFERENCES.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  {one.name}
                  <p className="small muted" style={{ fontWeight: 400 }}>
                    {one.source}
                  </p>
                </th>
                <td className="right">
                  {one.quantile} {figure(Math.round(one.limit), 'ms')}
                </td>
                {targets.map((target) => {
                  const told = standing(quantiles(target.metrics[one.metric]), one);
                  const sign = STANDS[told.verdict];
                  return (
                    <td key={target.name}>
                      {told.value === null ? null : <div className="num">{figure(told.value, 'ms')}</div>}
                      <Badge tone={sign.tone}>{sign.words}</Badge>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** What may go wrong and how to lower it, and what to do next: the sentences of the executive report. */
export function Risks({ run }: { readonly run: string }): ReactElement {
  const advanced = useAdvanced();
  const slo = useSettings((settings) => settings.objectives);
  const told = useReport({ kind: 'executive', runs: [run], slo });
  const risks = told.data?.sections.get('risks');
  const steps = told.data?.sections.get('steps');
  return (
    <div className="two">
      <Card title="Risks" note="And how to lower them">
        {told.error ? <Trouble error={told.error} /> : !told.data ? <Skeleton height={180} /> : risks ? <Blocks section={risks} most={advanced ? undefined : 5} /> : <p className="small muted">No rule found one in this run.</p>}
      </Card>
      <Card title="Next steps" note="From what was measured">
        {told.error ? null : !told.data ? <Skeleton height={180} /> : steps ? <Blocks section={steps} /> : <p className="small muted">Nothing is left open.</p>}
      </Card>
    </div>
  );
}

/** What users of each target feel, as the executive report says it. */
export function Users({ run }: { readonly run: string }): ReactElement | null {
  const slo = useSettings((settings) => settings.objectives);
  const told = useReport({ kind: 'executive', runs: [run], slo });
  const users = told.data?.sections.get('users');
  if (told.data && !users) return null;
  return (
    <Card title="What users feel" note="By limits of usability research">
      {told.error ? <Trouble error={told.error} /> : users ? <Blocks section={users} /> : <Skeleton height={200} />}
    </Card>
  );
}

/** From run to run, and where it leads; nothing where the run is alone. */
export function Trend({ run }: { readonly run: string }): ReactElement | null {
  const [open, setOpen] = useState(false);
  const slo = useSettings((settings) => settings.objectives);
  const all = useRuns();
  const runs = series(all.data ?? [], run).map((one) => one.id);
  const several = runs.length > 1;
  const told = useReport({ kind: 'trend', runs, slo }, several);
  const catalogue = useCatalogue(several ? runs : []);
  if (!several) return null;
  const trend = told.data?.sections.get('trend');
  const table = trend?.blocks.findIndex((block) => block.block === 'table') ?? -1;
  const brief = trend && { ...trend, blocks: table < 0 ? trend.blocks : trend.blocks.slice(0, table) };
  const rest = trend && { ...trend, blocks: table < 0 ? [] : trend.blocks.slice(table) };
  const chart = catalogue.data?.find((one) => one.id === 'trend');
  return (
    <Card title="From run to run" note={`${number(runs.length)} runs of ${nameOf(run)}, the newest ones`}>
      <div className="stack">
        {told.error ? <Trouble error={told.error} /> : brief ? <Blocks section={brief} /> : <Skeleton height={54} />}
        {chart ? <ChartCard entry={chart} runs={runs} /> : null}
        {rest && rest.blocks.length > 0 ? (
          <div>
            <Button little pressed={open} onPress={() => setOpen(!open)}>
              {open ? 'Hide the figures' : 'Every figure, and where it leads'}
            </Button>
          </div>
        ) : null}
        {rest && open ? <Blocks section={rest} /> : null}
      </div>
    </Card>
  );
}

/** Which targets were measured, how much of each, and whether that can be believed. */
export function Strip({ summary }: { readonly summary: Answer }): ReactElement {
  return (
    <ul className="strip" aria-label="What was measured">
      {summary.targets.map((target) => {
        const open = summary.checks.filter((check) => check.target === target.name && check.level !== 'pass');
        const failed = open.some((check) => check.level === 'fail');
        return (
          <li key={target.name} className="tile">
            <strong className="clip">{target.name}</strong>
            <span className="small muted">
              {target.engine} · {number(target.requests.ok)} answered · <span className="nowrap">{seconds(target.measured_s)}</span>
            </span>
            <Badge tone={failed ? 'bad' : open.length > 0 ? 'warn' : 'good'}>{failed ? 'not valid' : open.length > 0 ? `valid, ${number(open.length)} to mind` : 'valid'}</Badge>
          </li>
        );
      })}
    </ul>
  );
}

function Code({ title, text }: { readonly title: string; readonly text: string }): ReactElement {
  return (
    <div className="stack tight">
      <h3 className="small">{title}</h3>
      <pre className="prose" tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </div>
  );
}

/** The same answer for a program. */
export function ForDevelopers({ run }: { readonly run: string }): ReactElement {
  const home = location.origin;
  return (
    <Card title="From a program" note={<a href="/api/docs">Every path of the API</a>}>
      <div className="stack">
        <Code title="The answer, as JSON" text={`curl -s ${home}/api/v1/runs/${run}/summary | jq .summary.answer`} />
        <Code
          title="A gate in a pipeline: it fails where an objective is missed"
          text={`tokentrial run plan.yaml --slo ttft_p95=500ms --slo success_rate=99.9% || exit 1\ntokentrial report ${run} --format md --output - >> "$GITHUB_STEP_SUMMARY"`}
        />
        <Code title="Python" text={`import json, urllib.request\nwith urllib.request.urlopen("${home}/api/v1/runs/${run}/summary") as answer:\n    summary = json.load(answer)["summary"]\nprint({one["name"]: one["metrics"]["ttft_ms"]["p50"] for one in summary["targets"]})`} />
      </div>
    </Card>
  );
}

/** What whoever keeps it running looks at: health while it ran, and how to watch it from now on. */
export function ForOperations({ run }: { readonly run: string }): ReactElement {
  const catalogue = useCatalogue([run]);
  const health = catalogue.data?.find((one) => one.id === 'health');
  return (
    <>
      {health ? (
        <div className="charts">
          <ChartCard entry={health} runs={[run]} />
        </div>
      ) : null}
      <Card title="Keep watching" note="Alerts of a run that goes on stand on Live">
        <div className="stack">
          <Code title="Prometheus" text={`scrape_configs:\n  - job_name: tokentrial\n    static_configs:\n      - targets: ["${location.host}"]`} />
          <div className="line">
            <MoreLink href={path('/analyze/resources', { run })}>Engines and machines</MoreLink>
            <MoreLink href={path('/analyze/errors', { run })}>Failures</MoreLink>
            <MoreLink href="/live">Alerts</MoreLink>
          </div>
        </div>
      </Card>
    </>
  );
}
