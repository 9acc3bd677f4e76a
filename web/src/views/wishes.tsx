// How wide the stretches of time are, and how many of the first requests are left out.
import { useState, type ReactElement } from 'react';
import { useQueryState } from '../data/place.ts';
import { BUCKETS, bucketOf, leftOutOf } from '../data/wishes.ts';
import { Choice } from '../widgets/controls.tsx';

export function Wishes(): ReactElement {
  const [query, change] = useQueryState();
  const left = leftOutOf(query);
  const [text, setText] = useState(left > 0 ? String(left) : '');
  const wrong = text.trim() !== '' && !/^\d{1,9}$/.test(text.trim());
  const take = (): void => {
    if (!wrong) change({ leave_out: Number(text) > 0 ? String(Number(text)) : undefined }, { replace: true });
  };
  return (
    <div className="line" role="group" aria-label="How time is shown">
      <Choice
        label="A point stands for"
        value={bucketOf(query) ?? 'auto'}
        onChange={(id) => change({ bucket: id === 'auto' ? undefined : id }, { replace: true })}
        options={BUCKETS}
      />
      <label className="field">
        <span className="label">Leave out each target’s first</span>
        <span className="line" style={{ gap: 8 }}>
          <input
            className="input"
            style={{ width: 96 }}
            inputMode="numeric"
            placeholder="0"
            value={text}
            aria-invalid={wrong}
            onChange={(event) => setText(event.target.value)}
            onBlur={take}
            onKeyDown={(event) => event.key === 'Enter' && take()}
          />
          <span className="small muted">{wrong ? 'a whole number' : 'requests'}</span>
        </span>
      </label>
    </div>
  );
}
