// One chart: drawn when it comes near, zoomed, as its table, over the whole window, and as a file.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from 'react';
import type { LiveChart } from '../../../src/chart/js/live.js';
import { number } from '../base/format.ts';
import { address } from '../data/api.ts';
import { useChart } from '../data/queries.ts';
import { useTheme } from '../data/settings.ts';
import type { Chart, ChartEntry, DataTable } from '../data/types.ts';
import { type Selection } from '../base/selection.ts';
import { Brush } from './brush.tsx';
import { Marks } from './marks.tsx';
import { Sized } from './sized.tsx';
import { useTogether } from './zoom_together.ts';
import { Button, Menu } from '../widgets/controls.tsx';
import { Empty, Sheet, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { Icon } from '../widgets/icon.tsx';

function useNear(place: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!place.current) return undefined;
    const observer = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && setNear(true), { rootMargin: '500px' });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return near;
}

/** ECharts comes as a part of its own, with the first chart. */
function Drawing({ chart, onDrawn }: { readonly chart: Chart; readonly onDrawn: (drawn: LiveChart | undefined) => void }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<LiveChart | undefined>(undefined);
  const theme = useTheme();
  const [failed, setFailed] = useState<unknown>();
  useEffect(() => {
    let gone = false;
    void import('../../../src/chart/js/live.js')
      .then(({ live }) => {
        if (gone || !place.current) return;
        drawn.current = live(place.current, chart.chart, theme);
        onDrawn(drawn.current);
      })
      .catch(setFailed);
    return () => {
      gone = true;
      drawn.current?.dispose();
      drawn.current = undefined;
      onDrawn(undefined);
    };
  }, [chart, theme, onDrawn]);
  function press(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = {
      '+': () => drawn.current?.zoom(2),
      '=': () => drawn.current?.zoom(2),
      '-': () => drawn.current?.zoom(0.5),
      '0': () => drawn.current?.reset(),
      ArrowLeft: () => drawn.current?.pan(-0.2),
      ArrowRight: () => drawn.current?.pan(0.2),
    };
    const act = acts[event.key];
    if (!act || !drawn.current?.zooms || event.ctrlKey || event.metaKey || event.altKey) return;
    act();
    event.preventDefault();
  }
  if (failed !== undefined) return <Trouble error={failed} />;
  return (
    <div
      ref={place}
      className="place"
      role="img"
      tabIndex={0}
      aria-label={chart.alt}
      onKeyDown={press}
      onDoubleClick={() => drawn.current?.zooms && drawn.current.reset()}
    />
  );
}

const cell = (value: string | number | null): string => {
  if (value === null) return '–';
  const text = String(value).trim();
  return text !== '' && Number.isFinite(Number(text)) ? number(Number(text)) : text;
};
const isNumber = (value: string | number | null | undefined): boolean => value !== null && value !== undefined && value !== '' && Number.isFinite(Number(value));
const MOST_ROWS = 500;

function ChartTable({ table, name }: { readonly table: DataTable; readonly name: string }): ReactElement {
  const [sort, setSort] = useState<{ column: number; down: boolean }>();
  const rows = sort
    ? [...table.rows].sort((a, b) => {
        const [x, y] = [a[sort.column] ?? null, b[sort.column] ?? null];
        const order = isNumber(x) && isNumber(y) ? Number(x) - Number(y) : String(x).localeCompare(String(y));
        return sort.down ? -order : order;
      })
    : table.rows;
  return (
    <div className="table" tabIndex={0} role="region" aria-label={`Figures of ${name}`}>
      <table className="data">
        <thead>
          <tr>
            {table.columns.map((column, i) => (
              <th
                key={column + String(i)}
                scope="col"
                className={isNumber(table.rows[0]?.[i]) ? 'right' : ''}
                aria-sort={sort?.column === i ? (sort.down ? 'descending' : 'ascending') : 'none'}
              >
                <button type="button" onClick={() => setSort({ column: i, down: sort?.column === i && !sort.down })}>
                  {column}
                  {sort?.column === i ? (sort.down ? ' ↓' : ' ↑') : ''}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, r) => (
            <tr key={r}>
              {row.map((value, i) => (
                <td key={i} className={isNumber(value) ? 'right' : ''}>
                  {cell(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS ? <p className="small muted">The first {number(MOST_ROWS)} of {number(rows.length)} rows; the CSV has all.</p> : null}
    </div>
  );
}

async function copyPicture(url: string): Promise<void> {
  const picture = fetch(url).then((answer) => answer.blob());
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
}

/** With tabs, as spreadsheets take it. */
async function copyTable(table: DataTable): Promise<void> {
  await navigator.clipboard.writeText([table.columns, ...table.rows].map((row) => row.map((value) => String(value ?? '').replaceAll(/[\t\n]/g, ' ')).join('\t')).join('\n'));
}

function save(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

interface Asked {
  readonly entry: ChartEntry;
  readonly runs: readonly string[];
  /** The part of the requests that is shown. */
  readonly selection?: Selection;
}
const WHOLE: Selection = {};

function Body({ entry, chart, asTable, onDrawn }: { readonly entry: ChartEntry; readonly chart: Chart; readonly asTable: boolean; readonly onDrawn: (drawn: LiveChart | undefined) => void }): ReactElement {
  if (asTable) return <ChartTable table={chart.table} name={entry.title} />;
  if (chart.chart === null || chart.empty) {
    return (
      <div className="place">
        <Empty icon="analyze" title={chart.title}>
          <p>{chart.empty}</p>
        </Empty>
      </div>
    );
  }
  return <Drawing chart={chart} onDrawn={onDrawn} />;
}

function Tools({ entry, runs, selection = WHOLE, chart, drawn, asTable, setTable, onWhole, brush, onMark }: Asked & {
  readonly chart: Chart | undefined;
  readonly brush?: { readonly on: boolean; readonly set: (on: boolean) => void };
  readonly onMark?: () => void;
  readonly drawn: LiveChart | undefined;
  readonly asTable: boolean;
  readonly setTable: (table: boolean) => void;
  readonly onWhole?: () => void;
}): ReactElement {
  const theme = useTheme();
  const file = (format: string, more: Record<string, string> = {}): string => address(`charts/${entry.id}/file`, { ...selection, runs, format, ...more });
  const [sizing, setSizing] = useState(false);
  return (
    <div className="tools" role="group" aria-label={`Tools of ${entry.title}`}>
      {drawn?.zooms && !asTable ? (
        <>
          <Button kind="plain" little icon="plus" label="Zoom in" onPress={() => drawn.zoom(2)} />
          <Button kind="plain" little icon="minus" label="Zoom out" onPress={() => drawn.zoom(0.5)} />
          <Button kind="plain" little icon="reset" label="Show the whole" onPress={() => drawn.reset()} />
        </>
      ) : null}
      {brush && drawn?.zooms && !asTable ? <Button kind="plain" little icon="select" label="Select a range" pressed={brush.on} onPress={() => brush.set(!brush.on)} /> : null}
      <DialogTrigger>
        <AriaButton className="button plain icon little" aria-label={`How to read: ${entry.title}`}>
          <Icon name="help" size={16} />
        </AriaButton>
        <Popover className="popover" placement="bottom end">
          <Dialog className="inside" aria-label="How to read this chart">
            <strong>{entry.question}</strong>
            <p>{entry.how_to_read}</p>
          </Dialog>
        </Popover>
      </DialogTrigger>
      <Button kind="plain" little icon="table" label={asTable ? 'Show the chart' : 'Show the figures'} pressed={asTable} onPress={() => setTable(!asTable)} />
      <Menu
        little
        icon="save"
        label="Save or copy"
        acts={[
          { id: 'png', name: 'Picture (PNG)', href: file('png', { theme }), download: `${entry.id}.png` },
          { id: 'svg', name: 'Drawing (SVG)', href: file('svg', { theme }), download: `${entry.id}.svg` },
          { id: 'pdf', name: 'Document (PDF)', href: file('pdf'), download: `${entry.id}.pdf` },
          { id: 'csv', name: 'Figures (CSV)', href: file('csv'), download: `${entry.id}.csv` },
          ...(drawn && !asTable ? [{ id: 'view', name: 'As it is shown now (SVG)', act: () => save(`${entry.id}.svg`, drawn.svg(), 'image/svg+xml') }] : []),
          { id: 'sized', name: 'Picture of another size …', act: () => setSizing(true) },
          { id: 'copy', name: 'Copy the picture', act: () => void copyPicture(file('png', { theme })) },
          ...(chart ? [{ id: 'table', name: 'Copy the figures', act: () => void copyTable(chart.table) }] : []),
          ...(onMark ? [{ id: 'mark', name: 'Write a remark', act: onMark }] : []),
          { id: 'link', name: 'Copy the link', act: () => void navigator.clipboard.writeText(`${location.href.split('#')[0]}#${entry.id}`) },
        ]}
      />
      {onWhole ? <Button kind="plain" little icon="whole" label="Full screen" onPress={onWhole} /> : null}
      {sizing ? <Sized title={entry.title} file={(format, size) => file(format, { theme, size })} name={entry.id} onClose={() => setSizing(false)} /> : null}
    </div>
  );
}

function Whole({ entry, runs, selection = WHOLE, chart, onClose }: Asked & { readonly chart: Chart; readonly onClose: () => void }): ReactElement {
  const [drawn, setDrawn] = useState<LiveChart>();
  const [asTable, setTable] = useState(false);
  return (
    <Sheet
      where="whole"
      open
      onClose={onClose}
      title={entry.title}
      tools={<Tools entry={entry} runs={runs} selection={selection} chart={chart} drawn={drawn} asTable={asTable} setTable={setTable} />}
    >
      <div className="whole">
        <Body entry={entry} chart={chart} asTable={asTable} onDrawn={setDrawn} />
      </div>
    </Sheet>
  );
}

export function ChartCard({ entry, runs, selection = WHOLE, linked = false }: Asked & { /** Ranges can be selected in it. */ readonly linked?: boolean }): ReactElement {
  const place = useRef<HTMLElement>(null);
  const near = useNear(place);
  const told = useChart(entry.id, runs, selection, near);
  const [brushing, setBrushing] = useState(false);
  const [marking, setMarking] = useState(false);
  const [drawn, setDrawn] = useState<LiveChart>();
  useTogether(drawn);
  const [asTable, setTable] = useState(false);
  const [whole, setWhole] = useState(false);
  const name = useId();
  useEffect(() => {
    if (location.hash === `#${entry.id}`) place.current?.scrollIntoView({ block: 'start' });
  }, [entry.id]);
  return (
    <figure ref={place} className="card chart" id={entry.id} aria-labelledby={name} style={{ scrollMarginTop: 72 }}>
      <div className="bar">
        <h3 className="unseen" id={name}>
          {entry.title}
        </h3>
        <p className="question">{entry.question}</p>
        <Tools
          entry={entry}
          runs={runs}
          selection={selection}
          chart={told.data}
          drawn={drawn}
          asTable={asTable}
          setTable={setTable}
          {...(linked ? { brush: { on: brushing, set: setBrushing }, onMark: () => setMarking(true) } : {})}
          {...(told.data ? { onWhole: () => setWhole(true) } : {})}
        />
      </div>
      {told.data ? (
        <div className="brushed">
          <Body entry={entry} chart={told.data} asTable={asTable} onDrawn={setDrawn} />
          {brushing && drawn && !asTable ? <Brush drawn={drawn} onDone={() => setBrushing(false)} /> : null}
        </div>
      ) : (
        <div className="place" style={{ padding: 24 }}>
          {told.error ? <Trouble error={told.error} retry={() => void told.refetch()} /> : <Skeleton height={470} />}
        </div>
      )}
      {linked && runs[0] ? <Marks run={runs[0]} chart={entry.id} name={entry.title} writing={marking} onDone={() => setMarking(false)} /> : null}
      {whole && told.data ? <Whole entry={entry} runs={runs} selection={selection} chart={told.data} onClose={() => setWhole(false)} /> : null}
    </figure>
  );
}
