// The library: every run of the folder, to find, open, mark and set side by side.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createColumnHelper, flexRender, getCoreRowModel, getSortedRowModel, useReactTable, type SortingState } from '@tanstack/react-table';
import { useMemo, useState, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { ago, count, moment, number } from '../base/format.ts';
import { listOf, path } from '../base/query.ts';
import { MOST_SIDES, statusSign } from '../base/verdict.ts';
import { send } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import { useRun, useRuns } from '../data/queries.ts';
import { useAdvanced } from '../data/settings.ts';
import type { RunRow } from '../data/types.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Badge, Card, Empty, Sheet, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { CleanUp } from './clean_up.tsx';
import { ChooseFiles, DropFiles, Imports } from './imports.tsx';
import { NoRuns, Page } from './page.tsx';
import { About } from './run_about.tsx';
import { SettingDifferences } from './setting_differences.tsx';

const columns = createColumnHelper<RunRow>();

function matches(run: RunRow, words: string): boolean {
  const text = [run.id, run.status, ...run.targets, ...run.engines, ...run.models, ...run.tags, run.baseline ? 'baseline' : ''].join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function useChangeOfRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (call: { method: 'POST' | 'PUT' | 'DELETE'; place: string; body?: unknown }) =>
      // There is one baseline, so it is taken away without naming a run.
      send(call.method, call.method === 'DELETE' && call.place === '/baseline' ? 'baseline' : `runs/${encodeURIComponent(id)}${call.place}`, call.body),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['runs'] }), client.invalidateQueries({ queryKey: ['run', id] })]),
  });
}

function Marks({ id }: { readonly id: string }): ReactElement {
  const about = useRun(id);
  const change = useChangeOfRun(id);
  const baseline = useRuns().data?.find((one) => one.baseline)?.id;
  const [tag, setTag] = useState('');
  const [note, setNote] = useState('');
  if (about.error) return <Trouble error={about.error} />;
  if (!about.data) return <Waiting what="the run" heights={[120, 160]} />;
  const run = about.data;
  return (
    <div className="stack loose">
      {change.error ? <Trouble error={change.error} /> : null}
      <dl className="facts-list">
        <dt>Started</dt>
        <dd>{moment(run.started)}</dd>
        <dt>Took</dt>
        <dd>{number(run.duration_s)} s</dd>
        <dt>Requests</dt>
        <dd>
          {number(run.rows)}, of them {number(run.ok)} answered
        </dd>
        {run.targets.map((target) => (
          <div key={target.name} style={{ display: 'contents' }}>
            <dt>{target.name}</dt>
            <dd>
              {[target.engine, target.server_version, target.model, target.url].filter(Boolean).join(' · ')}
            </dd>
          </div>
        ))}
        {run.group ? (
          <>
            <dt>Group</dt>
            <dd>{run.group}</dd>
          </>
        ) : null}
      </dl>
      <About run={run} />
      <div className="stack tight">
        <h3>Baseline</h3>
        <Check checked={run.baseline} disabled={change.isPending} onChange={(on) => change.mutate({ method: on ? 'PUT' : 'DELETE', place: '/baseline' })}>
          Other runs are compared with this one
        </Check>
        {baseline && baseline !== id ? (
          <div>
            <Link className="button little" href={path('/compare', { runs: `${baseline},${id}` })}>
              Compare with the baseline, {baseline}
            </Link>
          </div>
        ) : null}
      </div>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          if (tag.trim()) change.mutate({ method: 'POST', place: '/tags', body: { tags: [tag.trim()] } });
          setTag('');
        }}
      >
        <h3>Tags</h3>
        <div className="line">
          {run.tags.map((one) => (
            <span key={one} className="tag">
              {one}
              <button type="button" aria-label={`Take the tag ${one} away`} onClick={() => change.mutate({ method: 'DELETE', place: `/tags/${encodeURIComponent(one)}` })}>
                ×
              </button>
            </span>
          ))}
          {run.tags.length === 0 ? <span className="muted small">None yet.</span> : null}
        </div>
        <div className="line">
          <input className="input" style={{ width: 200 }} aria-label="New tag" placeholder="new tag" value={tag} maxLength={60} onChange={(event) => setTag(event.target.value)} />
          <Button type="submit" disabled={!tag.trim() || change.isPending}>
            Add
          </Button>
        </div>
      </form>
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim()) change.mutate({ method: 'POST', place: '/notes', body: { text: note.trim() } });
          setNote('');
        }}
      >
        <h3>Notes</h3>
        {run.notes.map((one, i) => (
          <p key={one.at + one.text} className="small line">
            <span className="grow">
              {one.text} <span className="muted">{moment(one.at)}</span>
            </span>
            <Button kind="plain" little icon="bin" label={`Take the note away: ${one.text.slice(0, 40)}`} onPress={() => change.mutate({ method: 'DELETE', place: `/notes/${i + 1}` })} />
          </p>
        ))}
        <textarea className="input" aria-label="New note" rows={3} placeholder="what should be remembered of this run" value={note} maxLength={4000} onChange={(event) => setNote(event.target.value)} />
        <div>
          <Button type="submit" disabled={!note.trim() || change.isPending}>
            Write the note
          </Button>
        </div>
      </form>
    </div>
  );
}

/** Takes a run's folder away, after a second press. */
function Remove({ id, onGone }: { readonly id: string; readonly onGone: () => void }): ReactElement {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => send('DELETE', `runs/${encodeURIComponent(id)}`),
    onSuccess: () => {
      onGone();
      return client.invalidateQueries({ queryKey: ['runs'] });
    },
  });
  const [sure, setSure] = useState(false);
  return (
    <div className="stack tight">
      <h3>Remove</h3>
      {sure ? (
        <div className="line">
          <Button kind="danger" icon="bin" disabled={change.isPending} onPress={() => change.mutate()}>
            Remove it for good
          </Button>
          <Button onPress={() => setSure(false)}>Keep it</Button>
        </div>
      ) : (
        <div>
          <Button icon="bin" onPress={() => setSure(true)}>
            Remove the run …
          </Button>
        </div>
      )}
      {change.error ? <Trouble error={change.error} /> : null}
    </div>
  );
}

function Table({ runs, chosen, choose, open }: { readonly runs: readonly RunRow[]; readonly chosen: readonly string[]; readonly choose: (id: string, on: boolean) => void; readonly open: (id: string) => void }): ReactElement {
  const advanced = useAdvanced();
  const [sorting, setSorting] = useState<SortingState>([{ id: 'started', desc: true }]);
  const data = useMemo(() => [...runs], [runs]);
  const made = useMemo(
    () => [
      columns.accessor('id', { header: 'Run' }),
      columns.accessor((run) => run.targets.join(', '), { id: 'targets', header: 'Targets and models' }),
      columns.accessor('rows', { header: 'Requests' }),
      columns.accessor('started', { header: 'Started' }),
      columns.accessor('status', { header: 'State' }),
    ],
    [],
  );
  const table = useReactTable({ data, columns: made, state: { sorting }, onSortingChange: setSorting, getCoreRowModel: getCoreRowModel(), getSortedRowModel: getSortedRowModel(), getRowId: (run) => run.id });
  return (
    <div className="scroll">
      <table className="data runs-table">
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              <td>
                <span className="unseen">Compare</span>
              </td>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                return (
                  <th key={header.id} scope="col" className={header.id === 'rows' ? 'right' : ''} aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}>
                    <button type="button" onClick={header.column.getToggleSortingHandler()}>
                      {flexRender(header.column.columnDef.header, header.getContext())}
                      {sorted ? (sorted === 'desc' ? ' ↓' : ' ↑') : ''}
                    </button>
                  </th>
                );
              })}
              <td />
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map(({ original: run }) => {
            const sign = statusSign(run.live ? 'running' : run.status, run.problem);
            const usable = run.problem === '' && !run.live;
            const on = chosen.includes(run.id);
            return (
              <tr key={run.id} className="hover">
                <td>
                  <Check label={`Compare ${run.id}`} checked={on} disabled={!usable || (!on && chosen.length >= MOST_SIDES)} onChange={(now) => choose(run.id, now)} />
                </td>
                <th scope="row">
                  <div className="line" style={{ gap: '2px 8px' }}>
                    {usable ? (
                      <Link className="name" href={path('/', { run: run.id })}>
                        {run.id}
                      </Link>
                    ) : (
                      <span>{run.id}</span>
                    )}
                    {run.baseline ? <Badge tone="info">baseline</Badge> : null}
                    {run.tags.map((one) => (
                      <span key={one} className="tag">
                        {one}
                      </span>
                    ))}
                  </div>
                  {run.problem ? <p className="small bad">{run.problem}</p> : null}
                  {advanced && run.group ? <p className="small muted">of {run.group}</p> : null}
                </th>
                <td>
                  {run.targets.join(', ')}
                  <p className="small muted models" title={[...run.engines, ...run.models].join(', ')}>
                    {[...run.engines.filter((one) => !run.targets.some((name) => name.includes(one))), ...run.models.map((one) => one.split('/').at(-1))].join(', ')}
                  </p>
                </td>
                <td className="right">{number(run.rows)}</td>
                <td className="nowrap" title={moment(run.started)}>{ago(run.started, Date.now())}</td>
                <td>
                  <Badge tone={sign.tone}>{sign.words}</Badge>
                </td>
                <td>
                  <Button kind="plain" little onPress={() => open(run.id)}>
                    Details
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function Runs(): ReactElement {
  const runs = useRuns();
  const [query, change] = useQueryState();
  const [, go] = useLocation();
  const [cleaning, setCleaning] = useState(false);
  const words = query['q'] ?? '';
  const chosen = listOf(query['chosen']);
  const shown = (runs.data ?? []).filter((run) => matches(run, words));
  const choose = (id: string, on: boolean): void => change({ chosen: (on ? [...chosen, id] : chosen.filter((one) => one !== id)).join(',') }, { replace: true });
  return (
    <Page
      title="Runs"
      note={runs.data ? count(runs.data.length, 'measurement') : ' '}
      tools={
        <>
          <label className="line" style={{ position: 'relative' }}>
            <span className="unseen">Search runs</span>
            <input className="input" type="search" style={{ width: 260 }} placeholder="name, target, model, tag, state" value={words} onChange={(event) => change({ q: event.target.value }, { replace: true })} />
          </label>
          <ChooseFiles />
          {(runs.data?.length ?? 0) > 1 ? (
            <Button icon="bin" onPress={() => setCleaning(true)}>
              Clean up
            </Button>
          ) : null}
          {chosen.length > 1 ? <Button onPress={() => change({ differences: 'show' })}>What differs</Button> : null}
          <Button kind="main" disabled={chosen.length < 2} onPress={() => go(path('/compare', { runs: chosen.join(',') }))}>
            {chosen.length < 2 ? 'Choose two to compare' : `Compare ${chosen.length}`}
          </Button>
        </>
      }
    >
      <DropFiles />
      <Imports />
      {runs.error ? <Trouble error={runs.error} retry={() => void runs.refetch()} /> : null}
      {!runs.data && !runs.error ? <Waiting what="the runs" heights={[420]} /> : null}
      {runs.data?.length === 0 ? <NoRuns /> : null}
      {runs.data && runs.data.length > 0 ? (
        <Card>
          {shown.length > 0 ? (
            <Table runs={shown} chosen={chosen} choose={choose} open={(id) => change({ details: id })} />
          ) : (
            <Empty icon="search" title={`No run has “${words}”`}>
              <p>Names, targets, models, tags and states are searched.</p>
              <Button onPress={() => change({ q: undefined })}>Show all</Button>
            </Empty>
          )}
        </Card>
      ) : null}
      {cleaning && runs.data ? <CleanUp runs={runs.data} onClose={() => setCleaning(false)} /> : null}
      <Sheet where="side" open={query['differences'] !== undefined && chosen.length > 1} onClose={() => change({ differences: undefined })} title={count(chosen.length, 'chosen run')}>
        {query['differences'] ? <SettingDifferences runs={chosen} /> : null}
      </Sheet>
      <Sheet where="side" open={query['details'] !== undefined} onClose={() => change({ details: undefined })} title={query['details'] ?? ''}>
        {query['details'] ? (
          <div className="stack loose">
            <div className="line">
              <Link className="button main" href={path('/', { run: query['details'] })}>
                <Icon name="home" size={16} />
                See the answer
              </Link>
              <Link className="button" href={path('/analyze/latency', { run: query['details'] })}>
                Analyze
              </Link>
            </div>
            <Marks key={query['details']} id={query['details']} />
            <Remove key={`remove ${query['details']}`} id={query['details']} onGone={() => change({ details: undefined, chosen: undefined })} />
          </div>
        ) : null}
      </Sheet>
    </Page>
  );
}
