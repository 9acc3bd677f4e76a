// Remarks below a chart; one that is pinned to a place of the x axis has its number there, too.
import { useState, type ReactElement } from 'react';
import { moment, number } from '../base/format.ts';
import { useMarking, useMarks } from '../data/marks.ts';
import { Button } from '../widgets/controls.tsx';
import { Trouble } from '../widgets/surfaces.tsx';

interface MarksProps {
  readonly run: string;
  readonly chart: string;
  readonly name: string;
  readonly writing: boolean;
  /** Where the one that is being written is to be pinned; empty: nowhere. */
  readonly at: string;
  /** What the x axis shows, with its unit. */
  readonly axis: string;
  readonly canPin: boolean;
  readonly onAt: (at: string) => void;
  readonly onDone: () => void;
}

function Writing({ run, chart, name, at, axis, canPin, onAt, onDone }: Omit<MarksProps, 'writing'>): ReactElement {
  const change = useMarking(run);
  const [text, setText] = useState('');
  const wrong = at.trim() !== '' && !Number.isFinite(Number(at));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim() || wrong) return;
        change.mutate({ chart, text: text.trim(), ...(at.trim() === '' ? {} : { x: Number(at) }) }, { onSuccess: onDone });
      }}
    >
      <div className="writing">
        <input className="input grow" aria-label={`Remark on ${name}`} placeholder="what should be remembered here" autoFocus maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} />
        {canPin ? (
          <input className="input" aria-label={`Pinned at: ${axis || 'place on the x axis'}`} aria-invalid={wrong} title={axis} placeholder="at" inputMode="decimal" style={{ width: 96 }} value={at} onChange={(event) => onAt(event.target.value)} />
        ) : null}
        <Button type="submit" disabled={!text.trim() || wrong || change.isPending}>
          Keep
        </Button>
        <Button kind="plain" onPress={onDone}>
          Cancel
        </Button>
      </div>
      {canPin ? <p className="small muted">{wrong ? 'The place is a number of the x axis, or left out.' : 'A press on the chart pins the remark there; so does a number. Without one it is of the whole chart.'}</p> : null}
      {change.error ? <Trouble error={change.error} /> : null}
    </form>
  );
}

export function Marks(props: MarksProps): ReactElement | null {
  const told = useMarks(props.run);
  const change = useMarking(props.run);
  const mine = (told.data ?? []).map((mark, i) => ({ ...mark, place: i + 1 })).filter((mark) => mark.chart === props.chart);
  if (mine.length === 0 && !props.writing) return null;
  const unit = /\(([^()]*)\)$/.exec(props.axis)?.[1] ?? '';
  return (
    <div className="marks">
      {mine.length > 0 ? (
        <ol aria-label={`Remarks on ${props.name}`}>
          {mine.map((mark, i) => (
            <li key={mark.place}>
              <span className="sign" aria-hidden="true">
                {i + 1}
              </span>
              <p>
                {mark.x === null ? null : <span className="num muted">at {`${number(mark.x)} ${unit}`.trim()}: </span>}
                {mark.text}
              </p>
              <span className="muted nowrap">{moment(mark.at)}</span>
              <Button kind="plain" little icon="close" label="Take the remark away" disabled={change.isPending} onPress={() => change.mutate({ remove: mark.place })} />
            </li>
          ))}
        </ol>
      ) : null}
      {props.writing ? <Writing {...props} /> : null}
      {change.error ? <Trouble error={change.error} /> : null}
    </div>
  );
}
