// Of Settings: which cards Home has below the answer, in which order, and layouts that are kept under a name.
import { useState, type ReactElement } from 'react';
import { MOST_LAYOUTS, MOST_NAME } from '../base/kept_settings.ts';
import { ordered, useSettings } from '../data/settings.ts';
import { Arrange } from '../widgets/arrange.tsx';
import { Button } from '../widgets/controls.tsx';
import { CARDS } from './audiences.ts';

/** Names to choose from, and a field for one more. */
function Named(): ReactElement {
  const { layouts, set, keepLayout, dropLayout } = useSettings();
  const [name, setName] = useState('');
  const plain = name.trim();
  const full = layouts.length >= MOST_LAYOUTS && !layouts.some((one) => one.name === plain);
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (plain === '' || full) return;
        keepLayout(plain);
        setName('');
      }}
    >
      {layouts.length > 0 ? (
        <ul className="line" aria-label="Kept layouts">
          {layouts.map((one) => (
            <li key={one.name} className="tag">
              <button type="button" className="link" onClick={() => set({ order: one.order, hidden: one.hidden })}>
                {one.name}
              </button>
              <button type="button" aria-label={`Remove the layout ${one.name}`} onClick={() => dropLayout(one.name)}>
                ×
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="line">
        <input className="input" style={{ width: 200 }} aria-label="Name of the layout" aria-describedby="layout-help" placeholder="Weekly review" maxLength={MOST_NAME} value={name} onChange={(event) => setName(event.target.value)} />
        <Button type="submit" disabled={plain === '' || full}>
          Keep this layout
        </Button>
      </div>
      <p id="layout-help" className="small muted">
        {full ? `There are ${MOST_LAYOUTS}, which is the most; remove one first.` : 'Kept layouts are among the choices at the top of Home.'}
      </p>
    </form>
  );
}

export function Layouts(): ReactElement {
  const { order, hidden, set } = useSettings();
  const cards = ordered(CARDS, order);
  return (
    <div className="stack">
      <Arrange
        label="Cards of Home"
        all={cards.map((card) => ({ id: card.id, name: card.advanced ? `${card.name} (Advanced)` : card.name }))}
        hidden={hidden}
        onChange={(nextOrder, nextHidden) => set({ order: nextOrder, hidden: nextHidden })}
      />
      <div>
        <Button little disabled={order.length === 0 && hidden.length === 0} onPress={() => set({ order: [], hidden: [] })}>
          As it was
        </Button>
      </div>
      <Named />
    </div>
  );
}
