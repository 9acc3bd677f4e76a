// Step 1 of a launch: which servers, and whether they are ready.
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { millis } from '../base/format.ts';
import { useDraft, useTargetSaid, type TargetSaid } from '../data/launch.ts';
import { Button, Check, Choice } from '../widgets/controls.tsx';
import { Badge, Empty, Skeleton } from '../widgets/surfaces.tsx';

const FORM = /^([^=]+=)?(https?:\/\/)?[^\s/=]+(:\d+)?(\/\S*)?$/;

function Model({ target, said }: { readonly target: string; readonly said: TargetSaid }): ReactElement {
  const draft = useDraft();
  const chosen = draft.models[target];
  // One that was chosen before and is no longer there stays in sight.
  const all = chosen && !said.models.includes(chosen) ? [chosen, ...said.models] : said.models;
  return (
    <Choice
      hideLabel
      label={`Model of ${target}`}
      hint={`one of ${all.length} models`}
      value={chosen ?? (said.model || undefined)}
      onChange={(model) => draft.set({ models: { ...draft.models, [target]: model } })}
      options={all.map((id) => ({ id, name: id, ...(said.models.includes(id) ? {} : { note: 'no longer there' }) }))}
    />
  );
}

function Said({ target }: { readonly target: string }): ReactElement {
  const chosen = useDraft((draft) => draft.models[target]);
  const said = useTargetSaid(target, chosen);
  if (said.isPending) return <Skeleton height={22} width="60%" />;
  if (said.error) return <Badge tone="bad">{said.error.message}</Badge>;
  const { ok, engine, version, model, models, health_ms: answer, problem, remedy } = said.data;
  const open = !ok && models.length > 1 && !chosen;
  const facts = [engine ? `${engine} ${version}`.trim() : '', models.length > 1 ? '' : model, answer === null ? '' : `answers in ${millis(answer)}`];
  return (
    <div className="stack tight">
      <div className="line">
        <Badge tone={ok ? 'good' : open ? 'warn' : 'bad'}>{ok ? 'ready' : open ? 'choose a model' : 'not ready'}</Badge>
        {ok || open ? <span className="small muted wrap">{facts.filter(Boolean).join(' · ')}</span> : null}
      </div>
      {ok || open ? null : (
        <p className="small wrap">
          {problem} <span className="muted">{remedy}</span>
        </p>
      )}
      {models.length > 1 || (chosen && !ok) ? (
        <div className="model-choice">
          <Model target={target} said={said.data} />
        </div>
      ) : null}
    </div>
  );
}

function Target({ target }: { readonly target: string }): ReactElement {
  const draft = useDraft();
  const client = useQueryClient();
  const used = !draft.left.includes(target);
  return (
    <li className="target-row">
      <Check label={`Measure ${target}`} checked={used} onChange={(on) => draft.set({ left: on ? draft.left.filter((one) => one !== target) : [...draft.left, target] })} />
      <div className="stack tight grow">
        <strong className="wrap">{target}</strong>
        <Said target={target} />
      </div>
      <div className="line">
        <Button kind="plain" little icon="reset" label={`Ask ${target} again`} onPress={() => void client.resetQueries({ queryKey: ['target', target] })} />
        <Button
          kind="plain"
          little
          icon="bin"
          label={`Remove ${target}`}
          onPress={() => {
            const { [target]: _, ...models } = draft.models;
            draft.set({ targets: draft.targets.filter((one) => one !== target), left: draft.left.filter((one) => one !== target), models });
          }}
        />
      </div>
    </li>
  );
}

export function Where(): ReactElement {
  const draft = useDraft();
  const [text, setText] = useState('');
  const one = text.trim();
  const wrong = one !== '' && !FORM.test(one);
  const known = draft.targets.includes(one);
  return (
    <div className="stack">
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          if (!one || wrong || known) return;
          draft.set({ targets: [...draft.targets, one] });
          setText('');
        }}
      >
        <div className="address">
          <label className="field grow">
            <span className="label">Address of a server</span>
            <input className="input" placeholder="http://localhost:8000" spellCheck={false} autoComplete="off" aria-invalid={wrong} aria-describedby="where-help" value={text} onChange={(event) => setText(event.target.value)} />
          </label>
          <Button type="submit" icon="plus" disabled={!one || wrong || known}>
            Add
          </Button>
        </div>
        <p id="where-help" className={`small ${wrong ? 'bad' : 'muted'}`}>
          {wrong
            ? 'Write http://host:port, or a name before it: production=http://host:8000.'
            : known
              ? 'This one is in the list.'
              : 'Any OpenAI-compatible server, vLLM, SGLang, TGI, Ollama, llama.cpp. Two or more are compared. A name may stand before it: production=http://host:8000.'}
        </p>
      </form>
      {draft.targets.length > 0 ? (
        <ul className="target-rows" aria-label="Servers">
          {draft.targets.map((target) => (
            <Target key={target} target={target} />
          ))}
        </ul>
      ) : (
        <Empty icon="launch" title="No server yet">
          <p>Add the address of one above. Without a server of your own, a simulated one will do:</p>
          <code>tokentrial sim --engine vllm --port 8000</code>
        </Empty>
      )}
    </div>
  );
}
