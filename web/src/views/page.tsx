// The frame of every page, and the run that a page is about.
import { useEffect, type ReactElement, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { ago } from '../base/format.ts';
import { send } from '../data/api.ts';
import type { Job } from '../data/live.ts';
import { useQueryState } from '../data/place.ts';
import { useRuns, useSession } from '../data/queries.ts';
import type { RunRow } from '../data/types.ts';
import { Button, Choice } from '../widgets/controls.tsx';
import { Card, Empty, Trouble, Waiting } from '../widgets/surfaces.tsx';

export function Page(props: { readonly title: string; readonly note?: ReactNode; readonly tools?: ReactNode; readonly children: ReactNode }): ReactElement {
  useEffect(() => {
    document.title = `${props.title} · Tokentrial`;
  }, [props.title]);
  return (
    <div className="page">
      <div className="head">
        <div>
          <h1>{props.title}</h1>
          {props.note ? <p>{props.note}</p> : null}
        </div>
        {props.tools ? <div className="line">{props.tools}</div> : null}
      </div>
      {props.children}
    </div>
  );
}

export const usable = (run: RunRow): boolean => run.problem === '' && !run.live;

export function NoRuns(): ReactElement {
  const [, go] = useLocation();
  const demo = useMutation({ mutationFn: () => send<Job>('POST', 'jobs', { kind: 'demo' }), onSuccess: () => go('/live') });
  return (
    <Card>
      <Empty icon="runs" title="There are no runs here yet">
        <p>A run is one measurement. To see one without a server or a GPU, three simulated engines can be measured; it takes a minute.</p>
        <Button kind="main" icon="launch" disabled={demo.isPending} onPress={() => demo.mutate()}>
          Measure three simulated engines
        </Button>
        {demo.error ? <Trouble error={demo.error} /> : null}
        <p>
          To measure a server of your own, <Link href="/launch">start a run</Link>. Have you results of another tool? Drop the files here.
        </p>
      </Empty>
    </Card>
  );
}

/** Chooses the run that the page is about; the address names it. */
export function RunChoice({ run }: { readonly run: string }): ReactElement | null {
  const runs = useRuns();
  const [, change] = useQueryState();
  const all = (runs.data ?? []).filter(usable);
  if (all.length < 1) return null;
  return (
    <Choice
      label="Run"
      hideLabel
      value={run}
      onChange={(id) => change({ run: id, request: undefined })}
      options={all.map((one) => ({ id: one.id, name: one.id, note: ago(one.started, Date.now()) }))}
    />
  );
}

/** Gives `children` the run that the address names, or that the program was started with, or the newest. */
export function WithRun(props: { readonly title: string; readonly children: (run: string) => ReactElement }): ReactElement {
  const [query] = useQueryState();
  const runs = useRuns();
  const session = useSession();
  if (runs.error) {
    return (
      <Page title={props.title}>
        <Trouble error={runs.error} retry={() => void runs.refetch()} />
      </Page>
    );
  }
  if (!runs.data || (session.isPending && !query['run'])) {
    return (
      <Page title={props.title}>
        <Waiting what="the runs" heights={[220, 260]} />
      </Page>
    );
  }
  const first = query['run'] ?? session.data?.runs[0] ?? runs.data.find(usable)?.id;
  if (first === undefined) {
    return (
      <Page title={props.title}>
        <NoRuns />
      </Page>
    );
  }
  return props.children(first);
}

export function MoreLink({ href, children }: { readonly href: string; readonly children: ReactNode }): ReactElement {
  return (
    <Link href={href} className="button">
      {children}
    </Link>
  );
}
