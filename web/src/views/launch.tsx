// Sets up a run and starts it: three steps, or the plan as text.
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { send } from '../data/api.ts';
import { chosenTargets, formsOf, useDraft, useForm, usePlanCheck, type Form } from '../data/launch.ts';
import type { Job } from '../data/live.ts';
import { useQueryState } from '../data/place.ts';
import { useAdvanced, useSettings } from '../data/settings.ts';
import { Button, Switch } from '../widgets/controls.tsx';
import { Card, Trouble } from '../widgets/surfaces.tsx';
import { Editor } from './launch_editor.tsx';
import { Much } from './launch_much.tsx';
import { Queue } from './launch_queue.tsx';
import { What } from './launch_what.tsx';
import { Where } from './launch_where.tsx';
import { Page } from './page.tsx';

const STEPS = [
  { id: 'where', name: 'Where', title: 'Which servers?' },
  { id: 'what', name: 'What', title: 'What are they asked?' },
  { id: 'much', name: 'How much', title: 'How much, for how long?' },
] as const;

function useStart() {
  const [, go] = useLocation();
  return useMutation({
    // In their order: the second waits until the first has ended.
    mutationFn: async (forms: readonly Form[]) => {
      for (const form of forms) await send<Job>('POST', 'jobs', { kind: 'run', ...form });
    },
    onSuccess: () => go('/live'),
  });
}

type Start = ReturnType<typeof useStart>;

function Steps({ at, open, go }: { readonly at: number; readonly open: number; readonly go: (step: number) => void }): ReactElement {
  return (
    <ol className="steps" aria-label="Steps">
      {STEPS.map((step, i) => (
        <li key={step.id}>
          <button type="button" disabled={i > open} {...(i === at ? { 'aria-current': 'step' as const } : {})} onClick={() => go(i)}>
            <span className="num" aria-hidden="true">
              {i + 1}
            </span>
            {step.name}
          </button>
        </li>
      ))}
    </ol>
  );
}

function Wizard({ start }: { readonly start: Start }): ReactElement {
  const [query, change] = useQueryState();
  const draft = useDraft();
  const form = useForm();
  const objectives = useSettings((settings) => settings.objectives);
  const forms = formsOf(draft, objectives);
  const ready = chosenTargets(draft).length > 0;
  const asked = Math.max(0, STEPS.findIndex((step) => step.id === query['step']));
  const at = ready ? asked : 0;
  const check = usePlanCheck(form, at === 2);
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(at);
  useEffect(() => {
    if (before.current !== at) heading.current?.focus();
    before.current = at;
  }, [at]);
  const go = (step: number): void => change({ step: STEPS[step]?.id });
  return (
    <section className="card wizard" aria-label="A run in three steps">
      <Steps at={at} open={ready ? 2 : 0} go={go} />
      <h2 ref={heading} tabIndex={-1}>
        {STEPS[at]?.title}
      </h2>
      {at === 0 ? <Where /> : at === 1 ? <What /> : <Much />}
      {start.error ? <Trouble error={start.error} /> : null}
      <div className="line between foot">
        {at > 0 ? (
          <Button icon="left" onPress={() => go(at - 1)}>
            Back
          </Button>
        ) : (
          <span />
        )}
        {at < 2 ? (
          <Button kind="main" disabled={!ready} onPress={() => go(at + 1)}>
            Next
          </Button>
        ) : (
          <Button kind="main" icon="launch" disabled={start.isPending || check.isPlaceholderData || !check.data?.valid} onPress={() => start.mutate(forms)}>
            {forms.length > 1 ? `Start ${forms.length} runs` : 'Start the run'}
          </Button>
        )}
      </div>
    </section>
  );
}

type How = 'steps' | 'plan';

export function LaunchPage(): ReactElement {
  const advanced = useAdvanced();
  const start = useStart();
  const [query, change] = useQueryState();
  const how: How = advanced && query['how'] === 'plan' ? 'plan' : 'steps';
  return (
    <Page
      title="Launch"
      note="Set up a run and start it"
      tools={
        advanced ? (
          <Switch<How>
            label="How it is set up"
            value={how}
            onChange={(id) => change({ how: id === 'plan' ? id : undefined })}
            options={[
              { id: 'steps', name: 'Steps' },
              { id: 'plan', name: 'Plan as text' },
            ]}
          />
        ) : null
      }
    >
      {how === 'plan' ? (
        <>
          <Card title="Servers" note="taken where the plan names none">
            <Where />
          </Card>
          {start.error ? <Trouble error={start.error} /> : null}
          <Editor onStart={(form) => start.mutate([form])} starting={start.isPending} />
        </>
      ) : (
        <Wizard start={start} />
      )}
      <Queue />
    </Page>
  );
}
