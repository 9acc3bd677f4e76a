// The figures behind a chart: sorted, searched, copied and saved as they are shown.
import { useState, type ReactElement } from 'react';
import { number } from '../base/format.ts';
import { csvOf } from '../base/csv.ts';
import { isNumber, matching, sorted, tabbed, type Cell, type Table } from '../base/table.ts';
import { saveFile } from '../data/api.ts';
import { Button } from '../widgets/controls.tsx';

const MOST_ROWS = 500;

const shown = (value: Cell): string => {
  if (value === null) return '–';
  return isNumber(value) ? number(Number(value)) : String(value);
};

interface TableProps {
  readonly id: string;
  readonly table: Table;
  readonly name: string;
  /** Opens the request that a row names. */
  readonly onRequest?: ((target: string, index: number) => void) | undefined;
}

export function ChartTable({ id, table, name, onRequest }: TableProps): ReactElement {
  const [sort, setSort] = useState<{ column: number; down: boolean }>();
  const [text, setText] = useState('');
  const found = matching(table.columns, table.rows, text);
  const rows = sort ? sorted(found, sort.column, sort.down) : found;
  const requests = onRequest ? table.columns.indexOf('request') : -1;
  const owner = table.columns.indexOf('target');
  return (
    <div className="figures">
      <div className="filter-line">
        <input className="input" type="search" aria-label={`Filter the figures of ${name}`} placeholder="vllm, n > 100" value={text} onChange={(event) => setText(event.target.value)} />
        <span className="small muted" role="status">
          {found.length === table.rows.length ? `${number(rows.length)} rows` : `${number(found.length)} of ${number(table.rows.length)} rows`}
        </span>
        <span className="grow" />
        <Button little onPress={() => void navigator.clipboard.writeText(tabbed(table.columns, rows))}>
          Copy these
        </Button>
        <Button little icon="save" onPress={() => saveFile(`${id}.csv`, new Blob([csvOf(table.columns, rows)], { type: 'text/csv' }))}>
          Save these (CSV)
        </Button>
      </div>
      <div className="table" tabIndex={0} role="region" aria-label={`Figures of ${name}`}>
        <table className="data">
          <thead>
            <tr>
              {table.columns.map((column, i) => (
                <th key={column + String(i)} scope="col" className={isNumber(table.rows[0]?.[i]) ? 'right' : ''} aria-sort={sort?.column === i ? (sort.down ? 'descending' : 'ascending') : 'none'}>
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
                    {i === requests && owner >= 0 ? (
                      <button type="button" className="link" onClick={() => onRequest?.(String(row[owner]), Number(value))}>
                        {shown(value)}
                      </button>
                    ) : (
                      shown(value)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 ? <p className="small muted">No row is like this.</p> : null}
        {rows.length > MOST_ROWS ? <p className="small muted">The first {number(MOST_ROWS)} of {number(rows.length)} rows; what is copied or saved has all.</p> : null}
      </div>
    </div>
  );
}
