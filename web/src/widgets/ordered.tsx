// Some of many, in an order of the reader's own.
import type { ReactElement } from 'react';
import { Button, Choice, type Option } from './controls.tsx';

interface OrderedProps {
  /** What they are, as "Runs of the report". */
  readonly label: string;
  readonly options: readonly Option<string>[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** On what adds one. */
  readonly add: string;
  readonly least?: number;
  readonly most?: number;
  /** Said of one of them, where there is something to say. */
  readonly remark?: (id: string) => string | undefined;
}

export function Ordered({ label, options, chosen, onChange, add, least = 0, most = Infinity, remark }: OrderedProps): ReactElement {
  const nameOf = (id: string): string => options.find((one) => one.id === id)?.name ?? id;
  const left = options.filter((one) => !chosen.includes(one.id));
  const move = (from: number, to: number): void => {
    const next = [...chosen];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <div className="ordered">
      <ol aria-label={label}>
        {chosen.map((id, i) => (
          <li key={id}>
            <span className="name" title={nameOf(id)}>
              {nameOf(id)}
              {remark?.(id) ? <span className="muted"> · {remark(id)}</span> : null}
            </span>
            <span className="acts">
              <Button kind="plain" little icon="up" label={`Move up: ${nameOf(id)}`} disabled={i === 0} onPress={() => move(i, i - 1)} />
              <Button kind="plain" little icon="down" label={`Move down: ${nameOf(id)}`} disabled={i === chosen.length - 1} onPress={() => move(i, i + 1)} />
              <Button kind="plain" little icon="close" label={`Leave out: ${nameOf(id)}`} disabled={chosen.length <= least} onPress={() => onChange(chosen.filter((one) => one !== id))} />
            </span>
          </li>
        ))}
      </ol>
      {left.length > 0 && chosen.length < most ? <Choice label={add} hideLabel hint={add} options={left} value={undefined} onChange={(id) => onChange([...chosen, id])} /> : null}
    </div>
  );
}
