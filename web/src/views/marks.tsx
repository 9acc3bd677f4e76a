// Remarks below a chart.
import { useState, type ReactElement } from 'react';
import { moment } from '../base/format.ts';
import { useMarking, useMarks } from '../data/marks.ts';
import { Button } from '../widgets/controls.tsx';
import { Trouble } from '../widgets/surfaces.tsx';

export function Marks(props: { readonly run: string; readonly chart: string; readonly name: string; readonly writing: boolean; readonly onDone: () => void }): ReactElement | null {
  const told = useMarks(props.run);
  const change = useMarking(props.run);
  const [text, setText] = useState('');
  const mine = (told.data ?? []).map((mark, i) => ({ ...mark, place: i + 1 })).filter((mark) => mark.chart === props.chart);
  if (mine.length === 0 && !props.writing) return null;
  return (
    <div className="marks">
      {mine.length > 0 ? (
        <ul aria-label={`Remarks on ${props.name}`}>
          {mine.map((mark) => (
            <li key={mark.place}>
              <p>{mark.text}</p>
              <span className="muted nowrap">{moment(mark.at)}</span>
              <Button kind="plain" little icon="close" label="Take the remark away" disabled={change.isPending} onPress={() => change.mutate({ remove: mark.place })} />
            </li>
          ))}
        </ul>
      ) : null}
      {props.writing ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim()) change.mutate({ chart: props.chart, text: text.trim() });
            setText('');
            props.onDone();
          }}
        >
          <input className="input" aria-label={`Remark on ${props.name}`} placeholder="what should be remembered here" autoFocus maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} />
          <Button type="submit" disabled={!text.trim()}>
            Keep
          </Button>
          <Button kind="plain" onPress={props.onDone}>
            Cancel
          </Button>
        </form>
      ) : null}
      {change.error ? <Trouble error={change.error} /> : null}
    </div>
  );
}
