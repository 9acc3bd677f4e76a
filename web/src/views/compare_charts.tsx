// The charts of a comparison: all sides over or beside each other on the same axes, zoomed together.
import { useMemo, useState, type ReactElement } from 'react';
import { count } from '../base/format.ts';
import { listOf } from '../base/query.ts';
import { useQueryState } from '../data/place.ts';
import { useCatalogue } from '../data/queries.ts';
import { useAdvanced } from '../data/settings.ts';
import type { ChartEntry } from '../data/types.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Sheet, Trouble } from '../widgets/surfaces.tsx';
import { ChartCard } from './chart_card.tsx';
import { Together, zoomTogether } from './zoom_together.ts';

const SIMPLE = ['differences', 'winners', 'radar-5'];
const ADVANCED = [...SIMPLE, 'radar-8', 'ttft-shift', 'tpot-shift', 'e2e-shift', 'ttft-ecdf', 'ttft-distribution', 'e2e-ecdf', 'correlations', 'trend'];

function ChartChooser({ all, chosen, onDone, onClose }: { readonly all: readonly ChartEntry[]; readonly chosen: readonly string[]; readonly onDone: (ids: readonly string[]) => void; readonly onClose: () => void }): ReactElement {
  const [picked, setPicked] = useState(chosen);
  return (
    <Sheet where="middle" open onClose={onClose} title="Charts to compare in">
      <div className="stack">
        <div className="stack tight" style={{ maxHeight: '46vh', overflowY: 'auto', padding: 3 }}>
          {all.map((entry) => {
            const on = picked.includes(entry.id);
            return (
              <Check key={entry.id} checked={on} onChange={(now) => setPicked(now ? [...picked, entry.id] : picked.filter((one) => one !== entry.id))}>
                <span>
                  {entry.title} <span className="muted">{entry.question}</span>
                </span>
              </Check>
            );
          })}
        </div>
        <div className="line">
          <Button kind="main" disabled={picked.length === 0} onPress={() => onDone(picked)}>
            Show {count(picked.length, 'chart')}
          </Button>
          <Button kind="plain" onPress={() => onDone([])}>
            The usual ones
          </Button>
        </div>
      </div>
    </Sheet>
  );
}

export function CompareCharts({ runs }: { readonly runs: readonly string[] }): ReactElement {
  const advanced = useAdvanced();
  const [query, change] = useQueryState();
  const catalogue = useCatalogue(runs);
  const [choosing, setChoosing] = useState(false);
  const apart = query['zoom'] === 'apart';
  const beside = query['sides'] === 'beside';
  const together = useMemo(() => (apart ? undefined : zoomTogether()), [apart]);
  const all = catalogue.data ?? [];
  const named = listOf(query['charts']);
  const wanted = named.length > 0 ? named : advanced ? ADVANCED : SIMPLE;
  const entries = wanted.flatMap((id) => all.filter((entry) => entry.id === id));
  return (
    <>
      {catalogue.error ? <Trouble error={catalogue.error} /> : null}
      <div className="line" role="group" aria-label="Charts">
        <h2 className="grow">Charts</h2>
        <Check checked={beside} onChange={(now) => change({ sides: now ? 'beside' : undefined }, { replace: true })}>
          Side by side
        </Check>
        <Check checked={!apart} onChange={(now) => change({ zoom: now ? undefined : 'apart' }, { replace: true })}>
          Zoom together
        </Check>
        <Button icon="analyze" disabled={!catalogue.data} onPress={() => setChoosing(true)}>
          Choose charts
        </Button>
      </div>
      <Together.Provider value={together}>
        <div className="charts">
          {entries.map((entry) => (
            <ChartCard key={entry.id} entry={entry} runs={runs} beside={beside} />
          ))}
        </div>
      </Together.Provider>
      {choosing ? (
        <ChartChooser
          all={all}
          chosen={entries.map((entry) => entry.id)}
          onClose={() => setChoosing(false)}
          onDone={(ids) => {
            setChoosing(false);
            change({ charts: ids.join(',') });
          }}
        />
      ) : null}
    </>
  );
}
