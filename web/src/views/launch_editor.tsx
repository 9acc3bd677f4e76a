// The plan as text: judged while one types, each fault at its line and column.
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type ReactElement } from 'react';
import { chosenTargets, planText, useDraft, useForm, usePlanCheck, usePlans, useScenarios, type Form, type PlanCheck, type TargetOrder } from '../data/launch.ts';
import { send } from '../data/api.ts';
import { Button, Choice } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Card, Trouble } from '../widgets/surfaces.tsx';
import { Foreseen } from './launch_much.tsx';
import { goTo, SourceFaults, SourceText, useSettled } from './source_text.tsx';

const FIRST = `name: chat
workload:
  input: lognormal(256,128)
  output: 128
load:
  concurrency: 8
stop:
  duration: 60s
`;

/** Targets of the list are taken where the plan names none. */
export function editorForm(yaml: string, targets: readonly TargetOrder[]): Form {
  return /^targets:/m.test(yaml) ? { yaml } : { yaml, targets };
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
          <SourceText label="Plan" place={place} text={text} faults={check.data?.faults ?? []} onChange={set} />
          <div className="stack">
            <SourceFaults label="Plan" check={check.data} waits={waits} onGo={(fault) => goTo(place, fault)} />
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
