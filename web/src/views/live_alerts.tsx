// Thresholds that are passed while a run goes on: seen, and heard where the reader wants it.
import { memo, useEffect, useRef, useState, type ReactElement } from 'react';
import { ALERTS, alertsOf, limitOf, type Alert, type AlertKind, type Facts } from '../base/alerts.ts';
import { silence, type LiveRun } from '../data/live_run.ts';
import { useLiveSettings } from '../data/live_settings.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Notice, Sheet } from '../widgets/surfaces.tsx';

function factsOf(run: LiveRun): Facts[] {
  if (run.ended || run.phase !== 'execution') return [];
  const all: Facts[] = run.targets.map((target) => ({
    target: target.name,
    failures: target.outcomes.count >= 10 ? target.failing() : undefined,
    ttft: target.newestTtft.quantile(0.95),
    silence: target.inFlight > 0 ? silence(run, target) : undefined,
    kv: target.kv.last(),
  }));
  all.push({ target: '', cpu: run.machine?.cpu ?? undefined });
  return all;
}

function beep(): void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.12, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.35);
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.35);
  tone.onended = () => void context.close();
}

function useSound(alerts: readonly Alert[], sound: boolean): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  const ids = alerts.map((alert) => alert.id).join('\n');
  useEffect(() => {
    const now = ids === '' ? [] : ids.split('\n');
    if (sound && now.some((id) => !known.current.has(id))) beep();
    known.current = new Set(now);
  }, [ids, sound]);
}

export function Alerts({ run }: { readonly run: LiveRun }): ReactElement | null {
  const { limits, sound } = useLiveSettings();
  const alerts = alertsOf(factsOf(run), limits);
  useSound(alerts, sound);
  if (alerts.length === 0) return null;
  return (
    <>
      <p className="unseen" role="alert">
        {`Passed: ${alerts.map((alert) => ALERTS.find((kind) => kind.id === alert.kind)?.name).join(', ')}`}
      </p>
      <Notice tone="warn" title={alerts.length === 1 ? 'A threshold is passed' : `${alerts.length} thresholds are passed`}>
        <ul>
          {alerts.map((alert) => (
            <li key={alert.id} className="small">
              {alert.words}
            </li>
          ))}
        </ul>
      </Notice>
    </>
  );
}

function Limit({ kind }: { readonly kind: AlertKind }): ReactElement {
  const { limits, setLimit } = useLiveSettings();
  const limit = limitOf(kind, limits);
  return (
    <div className="line between limit">
      <Check checked={limit !== null} onChange={(on) => setLimit(kind.id, on ? kind.limit : null)}>
        {kind.name}
      </Check>
      <span className="line">
        <input
          className="input"
          type="number"
          min={0}
          aria-label={`${kind.name}: limit in ${kind.unit}`}
          disabled={limit === null}
          value={limit ?? kind.limit}
          onChange={(event) => Number(event.target.value) >= 0 && setLimit(kind.id, Number(event.target.value))}
        />
        <span className="muted unit">{kind.unit}</span>
      </span>
    </div>
  );
}

export const AlertSettings = memo(function AlertSettings(): ReactElement {
  const [open, setOpen] = useState(false);
  const { sound, setSound } = useLiveSettings();
  return (
    <>
      <Button icon="warn" onPress={() => setOpen(true)}>
        Alerts
      </Button>
      <Sheet where="side" open={open} onClose={() => setOpen(false)} title="Alerts">
        <div className="stack loose">
          <p className="muted">What is passed while a run goes on stands above its figures. Kept by this browser.</p>
          <div className="stack">
            {ALERTS.map((kind) => (
              <Limit key={kind.id} kind={kind} />
            ))}
          </div>
          <div className="stack tight">
            <Check checked={sound} onChange={setSound}>
              Also make a sound
            </Check>
            <div>
              <Button little onPress={beep}>
                Hear it
              </Button>
            </div>
          </div>
        </div>
      </Sheet>
    </>
  );
});
