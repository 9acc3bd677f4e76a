import { useState, type ReactElement } from 'react';
import { objectiveFault, plainObjective } from '../base/objective.ts';
import { useSession } from '../data/queries.ts';
import { ordered, useSettings, type ThemeChoice } from '../data/settings.ts';
import { Arrange } from '../widgets/arrange.tsx';
import { Button, Switch } from '../widgets/controls.tsx';
import { Card } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { CARDS } from './audiences.ts';
import { ModeSwitch } from './mode_switch.tsx';
import { Page } from './page.tsx';
import { Prices } from './settings_prices.tsx';

/** Objectives as tags, and a field for one more. */
function Objectives(): ReactElement {
  const { objectives, setObjectives } = useSettings();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const wrong = text.trim() === '' ? undefined : objectiveFault(text);
  const said = tried ? wrong : undefined;
  const add = (one: string): void => setObjectives([...objectives.filter((old) => old !== one), one]);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (text.trim() === '' || wrong) return;
        add(plainObjective(text));
        setText('');
        setTried(false);
      }}
    >
      <div className="line">
        {objectives.map((one) => (
          <span key={one} className="tag">
            {one}
            <button type="button" aria-label={`Remove ${one}`} onClick={() => setObjectives(objectives.filter((old) => old !== one))}>
              ×
            </button>
          </span>
        ))}
        {objectives.length === 0 ? <span className="muted small">None yet.</span> : null}
      </div>
      <div className="line">
        <input
          className="input"
          style={{ width: 240 }}
          aria-label="New objective"
          aria-invalid={said !== undefined}
          aria-describedby="objective-help"
          placeholder="ttft_p99=500ms"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => setTried(true)}
        />
        <Button type="submit" disabled={!text.trim()}>
          Add
        </Button>
        {['ttft_p95=1s', 'tpot_p95=50ms', 'success_rate=99.9%'].map((one) => (
          <Button key={one} little kind="plain" onPress={() => add(one)}>
            {one}
          </Button>
        ))}
      </div>
      <p id="objective-help" className={`small ${said ? 'bad' : 'muted'}`} role="status">
        {said ?? 'Runs whose plan has no objectives of its own are judged by these.'}
      </p>
    </form>
  );
}

/** Which cards Home has below the answer, and in which order. */
function Layout(): ReactElement {
  const { order, hidden, setLayout } = useSettings();
  const cards = ordered(CARDS, order);
  return (
    <div className="stack tight">
      <Arrange label="Cards of Home" all={cards.map((card) => ({ id: card.id, name: card.advanced ? `${card.name} (Advanced)` : card.name }))} hidden={hidden} onChange={setLayout} />
      <div>
        <Button little disabled={order.length === 0 && hidden.length === 0} onPress={() => setLayout([], [])}>
          As it was
        </Button>
      </div>
    </div>
  );
}

export function Settings(): ReactElement {
  const { theme, setTheme } = useSettings();
  const session = useSession();
  return (
    <Page title="Settings" note="Kept by this browser">
      <div className="two">
        <Card title="Look">
          <div className="stack loose">
            <div className="stack tight">
              <h3>How much is shown</h3>
              <div>
                <ModeSwitch />
              </div>
              <p className="small muted">Simple gives the answer in plain English. Advanced adds every figure, interval, test and check.</p>
            </div>
            <div className="stack tight">
              <h3>Theme</h3>
              <div>
                <Switch<ThemeChoice>
                  label="Theme"
                  value={theme}
                  onChange={setTheme}
                  options={[
                    { id: 'system', name: 'As the system' },
                    { id: 'light', name: 'Light' },
                    { id: 'dark', name: 'Dark' },
                  ]}
                />
              </div>
            </div>
          </div>
        </Card>
        <Card title={<Term id="slo">Objectives</Term>}>
          <Objectives />
        </Card>
        <Prices />
        <Card title="Home" note="Below the answer, in this order">
          <Layout />
        </Card>
        <Card title="About">
          <dl className="facts-list">
            <dt>Version</dt>
            <dd>{session.data?.version ?? '–'}</dd>
            <dt>API</dt>
            <dd>
              <a href="/api/docs">how to call this server from a program</a>
            </dd>
          </dl>
        </Card>
      </div>
    </Page>
  );
}
