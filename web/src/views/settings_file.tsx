// Of Settings: all of them as a file, to keep, to take elsewhere, to give to others.
import { useRef, useState, type ReactElement } from 'react';
import { DEFAULTS, LIVE_DEFAULTS, MOST_BYTES, readSettings, settingsFile } from '../base/kept_settings.ts';
import { saveFile } from '../data/api.ts';
import { useLiveSettings } from '../data/live_settings.ts';
import { useSettings } from '../data/settings.ts';
import { Button } from '../widgets/controls.tsx';
import { Card, Notice } from '../widgets/surfaces.tsx';

interface Said {
  readonly tone: 'good' | 'bad';
  readonly title: string;
  readonly faults: readonly string[];
}

const MOST_SHOWN = 10;

/** The first of many, and how many more there are. */
const some = (faults: readonly string[]): readonly string[] => (faults.length > MOST_SHOWN ? [...faults.slice(0, MOST_SHOWN), `and ${faults.length - MOST_SHOWN} more`] : faults);

export function SettingsFile(): ReactElement {
  const file = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<Said>();
  const [sure, setSure] = useState(false);
  const save = (): void => {
    saveFile('tokentrial-settings.json', new Blob([settingsFile(useSettings.getState(), useLiveSettings.getState())], { type: 'application/json' }));
  };
  async function take(chosen: File | undefined): Promise<void> {
    if (!chosen) return;
    const { kept, live, faults } = readSettings(chosen.size > MOST_BYTES ? ' '.repeat(MOST_BYTES + 1) : await chosen.text());
    if (faults.length === 0) {
      useSettings.setState(kept);
      useLiveSettings.setState(live);
    }
    setSaid(faults.length > 0 ? { tone: 'bad', title: `Nothing is taken from ${chosen.name}`, faults: some(faults) } : { tone: 'good', title: `Taken from ${chosen.name}`, faults: [] });
  }
  const forget = (): void => {
    useSettings.setState(DEFAULTS);
    useLiveSettings.setState(LIVE_DEFAULTS);
    setSaid({ tone: 'good', title: 'All is as it was at first', faults: [] });
    setSure(false);
  };
  return (
    <Card title="As a file" note="Settings, Live’s charts and alerts; no addresses of servers">
      <div className="stack">
        <div className="line">
          <Button icon="save" onPress={save}>
            Save as a file
          </Button>
          <Button icon="reports" onPress={() => file.current?.click()}>
            Take from a file
          </Button>
          <input ref={file} type="file" accept=".json,application/json" hidden aria-label="Settings file" onChange={(event) => void take(event.target.files?.[0]).finally(() => (event.target.value = ''))} />
          {sure ? (
            <Button kind="danger" onPress={forget}>
              Forget all settings
            </Button>
          ) : (
            <Button kind="plain" onPress={() => setSure(true)}>
              Forget all …
            </Button>
          )}
        </div>
        <p className="small muted">What a file does not say stays as it is.</p>
        <div role="status">
          {said ? (
            <Notice tone={said.tone} title={said.title}>
              {said.faults.length > 0 ? (
                <ul className="small">
                  {said.faults.map((fault) => (
                    <li key={fault}>{fault}</li>
                  ))}
                </ul>
              ) : null}
            </Notice>
          ) : null}
        </div>
      </div>
    </Card>
  );
}
