// The plan as text: judged while one types, each fault at its line and column.
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { count } from '../base/format.ts';
import { chosenTargets, planText, useDraft, useForm, usePlanCheck, usePlans, useScenarios, type Form, type PlanCheck, type PlanFault, type TargetOrder } from '../data/launch.ts';
import { send } from '../data/api.ts';
import { Button, Choice } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Badge, Card, Trouble } from '../widgets/surfaces.tsx';
import { Foreseen } from './launch_much.tsx';

const PAUSE = 300;
const FIRST = `name: chat
workload:
  input: lognormal(256,128)
  output: 128
load:
  concurrency: 8
stop:
  duration: 60s
`;

/** What was typed, once there is a pause. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Targets of the list are taken where the plan names none. */
export function editorForm(yaml: string, targets: readonly TargetOrder[]): Form {
  return /^targets:/m.test(yaml) ? { yaml } : { yaml, targets };
}

function goTo(place: RefObject<HTMLTextAreaElement | null>, fault: PlanFault): void {
  const area = place.current;
  if (!area || fault.line < 1) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, fault.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const at = start + Math.max(0, fault.column - 1);
  area.focus();
  area.setSelectionRange(at, Math.max(at, start + (lines[fault.line - 1]?.length ?? 0)));
}

function Text({ place, text, faults, onChange }: { readonly place: RefObject<HTMLTextAreaElement | null>; readonly text: string; readonly faults: readonly PlanFault[]; readonly onChange: (text: string) => void }): ReactElement {
  const gutter = useRef<HTMLDivElement>(null);
  const bad = new Set(faults.map((fault) => fault.line));
  const lines = text.split('\n').length;
  return (
    <div className="editor">
      <div ref={gutter} className="gutter" aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => (
          <span key={i} className={bad.has(i + 1) ? 'bad' : ''}>
            {i + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={place}
        className="input"
        aria-label="Plan"
        aria-invalid={faults.length > 0}
        aria-describedby="plan-faults"
        spellCheck={false}
        wrap="off"
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => gutter.current?.scrollTo(0, event.currentTarget.scrollTop)}
      />
    </div>
  );
}

function Faults({ check, waits, onGo }: { readonly check: PlanCheck | undefined; readonly waits: boolean; readonly onGo: (fault: PlanFault) => void }): ReactElement {
  return (
    <div id="plan-faults" className="faults" aria-live="polite">
      {!check || waits ? (
        <Badge tone="quiet">reading</Badge>
      ) : check.valid ? (
        <Badge tone="good">nothing is wrong with it</Badge>
      ) : (
        <>
          <Badge tone="bad">{count(check.faults.length, 'fault')}</Badge>
          <ul>
            {check.faults.map((fault) => (
              <li key={`${fault.place} ${fault.message}`}>
                {fault.line > 0 ? (
                  <button type="button" className="fault" onClick={() => onGo(fault)}>
                    <span className="num">
                      line {fault.line}, column {fault.column}
                    </span>
                    {fault.message}
                  </button>
                ) : (
                  <span className="fault">{fault.message}</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Sources({ onText }: { readonly onText: (yaml: string) => void }): ReactElement {
  const plans = usePlans();
  const scenarios = useScenarios();
  const form = useForm();
  const [chosen, setChosen] = useState<string>();
  // A scenario is no plan: the server makes one of it. A plan is taken as it was written.
  const take = useMutation({
    mutationFn: async (id: string) => {
      const [kind, ...rest] = id.split(' ');
      const name = rest.join(' ');
      if (kind === 'plan') return (await planText(name)).yaml;
      const check = await send<PlanCheck>('POST', 'plans/check', kind === 'form' ? form : { scenario: name, targets: form['targets'] });
      if (!check.plan) throw new Error(check.faults.map((fault) => fault.message).join('; '));
      return check.plan.yaml;
    },
    onSuccess: onText,
  });
  return (
    <div className="stack tight sources">
      <Choice
        label="Begin with"
        value={chosen}
        onChange={(id) => {
          setChosen(id);
          take.mutate(id);
        }}
        options={[
          { id: 'form wizard', name: 'What the three steps say' },
          ...(plans.data ?? []).map((one) => ({ id: `plan ${one.path}`, name: one.path, note: one.problem ? 'has faults' : one.name })),
          ...(scenarios.data ?? []).map((one) => ({ id: `scenario ${one.name}`, name: `scenario ${one.name}`, note: one.turns > 1 ? 'conversation' : '' })),
        ]}
      />
      {take.error ? <Trouble error={take.error} /> : null}
    </div>
  );
}

export function Editor({ onStart, starting }: { readonly onStart: (form: Form) => void; readonly starting: boolean }): ReactElement {
  const draft = useDraft();
  const place = useRef<HTMLTextAreaElement>(null);
  const text = draft.yaml || FIRST;
  const settled = useSettled(text);
  const targets = chosenTargets(draft);
  const form = editorForm(settled, targets);
  const check = usePlanCheck(form, true);
  const waits = settled !== text || check.isPlaceholderData;
  const set = (yaml: string): void => draft.set({ yaml });
  return (
    <Card title="Plan" note="docs/plan.md says what may stand in it">
      <div className="stack">
        <Sources onText={set} />
        <div className="edit-and-see">
          <Text place={place} text={text} faults={check.data?.faults ?? []} onChange={set} />
          <div className="stack">
            <Faults check={check.data} waits={waits} onGo={(fault) => goTo(place, fault)} />
            {check.error ? <Trouble error={check.error} /> : null}
            {check.data?.valid ? <Foreseen check={check.data} /> : null}
            <div className="line">
              <Button kind="main" icon="launch" disabled={starting || waits || !check.data?.valid} onPress={() => onStart(editorForm(text, targets))}>
                Start
              </Button>
              <Button disabled={text === FIRST} onPress={() => set('')}>
                <Icon name="reset" size={16} /> Begin anew
              </Button>
            </div>
          </div>
        </div>
      </div>
    </Card>
  );
}
