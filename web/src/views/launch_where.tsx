// Step 1 of a launch: which servers, and whether they are ready.
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { count, millis } from '../base/format.ts';
import { useDraft, useTargetSaid } from '../data/launch.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Badge, Empty, Skeleton } from '../widgets/surfaces.tsx';

const FORM = /^([^=]+=)?(https?:\/\/)?[^\s/=]+(:\d+)?(\/\S*)?$/;

function Said({ target }: { readonly target: string }): ReactElement {
  const said = useTargetSaid(target);
  if (said.isPending) return <Skeleton height={22} width="60%" />;
  if (said.error) return <Badge tone="bad">{said.error.message}</Badge>;
  const { ok, engine, version, model, models, health_ms: answer, problem, remedy } = said.data;
  if (!ok) {
    return (
      <div className="stack tight">
        <span>
          <Badge tone="bad">not ready</Badge>
        </span>
        <p className="small wrap">
          {problem} <span className="muted">{remedy}</span>
        </p>
      </div>
    );
  }
  return (
    <div className="line">
      <Badge tone="good">ready</Badge>
      <span className="small muted wrap">{[engine ? `${engine} ${version}`.trim() : '', model, answer === null ? '' : `answers in ${millis(answer)}`, models.length > 1 ? count(models.length, 'model') : ''].filter(Boolean).join(' · ')}</span>
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
          onPress={() => draft.set({ targets: draft.targets.filter((one) => one !== target), left: draft.left.filter((one) => one !== target) })}
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
