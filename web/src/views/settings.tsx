// What the reader chooses once, kept by the browser.
import { useState, type ReactElement } from 'react';
import { millis, type LatencyUnit, type Zone } from '../base/format.ts';
import type { ThemeChoice } from '../base/kept_settings.ts';
import { objectiveFault, plainObjective } from '../base/objective.ts';
import { USUAL, WEIGHED, weightAt, weightFault, weightsFault, withWeight } from '../base/weights.ts';
import { useSession } from '../data/queries.ts';
import { useAdvanced, useSettings } from '../data/settings.ts';
import { Button, Switch } from '../widgets/controls.tsx';
import { Card } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { Typed } from '../widgets/typed.tsx';
import { ModeSwitch } from './mode_switch.tsx';
import { Page } from './page.tsx';
import { SettingsFile } from './settings_file.tsx';
import { Layouts } from './settings_layouts.tsx';
import { Prices } from './settings_prices.tsx';

/** Objectives as tags, and a field for one more. */
function Objectives(): ReactElement {
  const { objectives, set } = useSettings();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const wrong = text.trim() === '' ? undefined : objectiveFault(text);
  const said = tried ? wrong : undefined;
  const add = (one: string): void => set({ objectives: [...objectives.filter((old) => old !== one), one] });
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
            <button type="button" aria-label={`Remove ${one}`} onClick={() => set({ objectives: objectives.filter((old) => old !== one) })}>
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

/** What each part of Compare's scores counts for. */
function Weights(): ReactElement {
  const { weights, set } = useSettings();
  return (
    <div className="stack">
      <div className="inputs third">
        <div className="grid">
          {WEIGHED.map((name, i) => (
            <Typed key={name} label={name} hint={USUAL[i]} value={weightAt(weights, i)} fault={(text) => weightFault(text) ?? weightsFault(withWeight(weights, i, text))} onChange={(text) => set({ weights: withWeight(weights, i, text) })} />
          ))}
        </div>
      </div>
      <p className="small muted">Only their proportion counts. Compare shows scores in Advanced; no verdict rests on one.</p>
    </div>
  );
}

function Look(): ReactElement {
  const { theme, latency, zone, set } = useSettings();
  return (
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
              onChange={(next) => set({ theme: next })}
              options={[
                { id: 'system', name: 'As the system' },
                { id: 'light', name: 'Light' },
                { id: 'dark', name: 'Dark' },
              ]}
            />
          </div>
        </div>
        <div className="stack tight">
          <h3>Latencies</h3>
          <div>
            <Switch<LatencyUnit>
              label="Latencies"
              value={latency}
              onChange={(next) => set({ latency: next })}
              options={[
                { id: 'auto', name: 'By their size' },
                { id: 'ms', name: 'Milliseconds' },
                { id: 's', name: 'Seconds' },
              ]}
            />
          </div>
          <p className="small muted">
            As {millis(85.2)} and {millis(2340)}, in cards and tables. Charts and documents choose by their scale.
          </p>
        </div>
        <div className="stack tight">
          <h3>Dates</h3>
          <div>
            <Switch<Zone>
              label="Dates"
              value={zone}
              onChange={(next) => set({ zone: next })}
              options={[
                { id: 'local', name: 'This place’s time' },
                { id: 'utc', name: 'UTC' },
              ]}
            />
          </div>
        </div>
      </div>
    </Card>
  );
}

function About(): ReactElement {
  const session = useSession();
  return (
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
  );
}

export function Settings(): ReactElement {
  const advanced = useAdvanced();
  return (
    <Page title="Settings" note="Kept by this browser">
      <div className="two">
        <div className="stack loose">
          <Look />
          <Card title={<Term id="slo">Objectives</Term>}>
            <Objectives />
          </Card>
          {advanced ? (
            <Card title={<>Weights of the <Term id="score">score</Term></>} note="Of Compare">
              <Weights />
            </Card>
          ) : null}
          <SettingsFile />
        </div>
        <div className="stack loose">
          <Prices />
          <Card title="Home" note="Below the answer, in this order">
            <Layouts />
          </Card>
          <About />
        </div>
      </div>
    </Page>
  );
}
