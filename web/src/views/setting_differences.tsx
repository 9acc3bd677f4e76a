// In what the settings of the compared runs differ.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { number } from '../base/format.ts';
import { get } from '../data/api.ts';
import { Card, Skeleton, Trouble } from '../widgets/surfaces.tsx';

interface Told {
  readonly runs: readonly string[];
  readonly same: number;
  readonly differences: readonly { readonly setting: string; readonly values: readonly (string | null)[] }[];
}

export function SettingDifferences({ runs }: { readonly runs: readonly string[] }): ReactElement {
  const told = useQuery({ queryKey: ['differences', runs], queryFn: ({ signal }) => get<Told>('differences', { runs }, signal), staleTime: Infinity });
  return (
    <Card title="Settings that differ" note={told.data ? `${number(told.data.same)} others are the same` : ' '}>
      {told.error ? <Trouble error={told.error} /> : null}
      {!told.data && !told.error ? <Skeleton height={140} /> : null}
      {told.data?.differences.length === 0 ? <p className="small muted">None: the runs were set up alike.</p> : null}
      {told.data && told.data.differences.length > 0 ? (
        <div className="scroll" tabIndex={0} role="region" aria-label="Settings that differ">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">Setting</th>
                {told.data.runs.map((run) => (
                  <th key={run} scope="col">
                    {run}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {told.data.differences.map((one) => (
                <tr key={one.setting}>
                  <th scope="row">
                    <code>{one.setting}</code>
                  </th>
                  {one.values.map((value, i) => (
                    <td key={i}>{value ?? '–'}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Card>
  );
}
