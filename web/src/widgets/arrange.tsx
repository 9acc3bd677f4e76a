// A list whose rows are ticked and put in order: by dragging, or by the buttons of each row.
import { useState, type ReactElement } from 'react';
import { Button, Check } from './controls.tsx';

export interface Arranged {
  readonly id: string;
  readonly name: string;
}

/** `all` in their order now. `onChange` is told every id in the new order, and those that are not ticked. */
export function Arrange(props: { readonly label: string; readonly all: readonly Arranged[]; readonly hidden: readonly string[]; readonly onChange: (order: readonly string[], hidden: readonly string[]) => void }): ReactElement {
  const { all, hidden, onChange } = props;
  const [held, setHeld] = useState<number>();
  const [over, setOver] = useState<number>();
  const ids = all.map((one) => one.id);
  const move = (from: number, to: number): void => {
    const next = [...ids];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next, hidden);
  };
  const end = (): void => {
    setHeld(undefined);
    setOver(undefined);
  };
  return (
    <ul className="arrange" aria-label={props.label}>
      {all.map((one, i) => (
        <li
          key={one.id}
          className={[held === i ? 'held' : '', over === i && held !== undefined && held !== i ? (held < i ? 'below' : 'above') : ''].filter(Boolean).join(' ')}
          draggable
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = 'move';
            event.dataTransfer.setData('text/plain', one.name);
            setHeld(i);
          }}
          onDragOver={(event) => {
            if (held === undefined) return;
            event.preventDefault();
            setOver(i);
          }}
          onDrop={(event) => {
            event.preventDefault();
            if (held !== undefined && held !== i) move(held, i);
            end();
          }}
          onDragEnd={end}
        >
          <span className="grip" aria-hidden="true" />
          <Check checked={!hidden.includes(one.id)} onChange={(on) => onChange(ids, on ? hidden.filter((id) => id !== one.id) : [...hidden, one.id])}>
            {one.name}
          </Check>
          <span className="grow" />
          <Button kind="plain" little icon="up" label={`Move up: ${one.name}`} disabled={i === 0} onPress={() => move(i, i - 1)} />
          <Button kind="plain" little icon="down" label={`Move down: ${one.name}`} disabled={i === all.length - 1} onPress={() => move(i, i + 1)} />
        </li>
      ))}
    </ul>
  );
}
