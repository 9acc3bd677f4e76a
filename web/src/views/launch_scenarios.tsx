// The library of scenarios: what each asks, how long, what to look at; one, several or all of them.
import { useState, type ReactElement } from 'react';
import { count, number } from '../base/format.ts';
import { useDraft, type ScenarioEntry } from '../data/launch.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Sheet } from '../widgets/surfaces.tsx';
import { scenarioTitle } from './scenario_titles.ts';

/** A description may end with what to look at. */
export function partsOf(description: string): { readonly about: string; readonly look: string } {
  const [about = '', look = ''] = description.split('. Look at ');
  return { about, look: look.charAt(0).toUpperCase() + look.slice(1) };
}

function promptsOf(one: ScenarioEntry): string {
  if (one.turns > 1) return `${count(one.turns, 'turn')}, ${count(one.cases, 'conversation')}`;
  const length = one.max_tokens === 0 ? '' : one.min_tokens === one.max_tokens ? `${number(one.max_tokens)} tokens, ` : `${number(one.min_tokens)} to ${number(one.max_tokens)} tokens, `;
  return `${length}${count(one.cases, 'prompt')}`;
}

/** The ticked ones in the library's order, with `name` put in or taken out. */
function toggled(all: readonly ScenarioEntry[], ticked: readonly string[], name: string): readonly string[] {
  return all.map((one) => one.name).filter((one) => (one === name) !== ticked.includes(one));
}

export function Scenarios({ all }: { readonly all: readonly ScenarioEntry[] }): ReactElement {
  const draft = useDraft();
  const [shown, setShown] = useState<ScenarioEntry>();
  const ticked = draft.kind === 'scenario' ? [draft.id, ...draft.also] : [];
  function choose(names: readonly string[]): void {
    const [id = '', ...also] = names;
    draft.set(names.length === 0 ? { kind: 'chat', id: '', also: [] } : { kind: 'scenario', id, also, much: draft.much === 'plan' ? 'one' : draft.much });
  }
  return (
    <section className="stack tight">
      <div className="line between">
        <h3>Scenario library</h3>
        <div className="line">
          {ticked.length > 1 ? <span className="small muted">{ticked.length} chosen, a run each</span> : null}
          <Button little disabled={ticked.length === all.length} onPress={() => choose(all.map((one) => one.name))}>
            Choose all
          </Button>
        </div>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label="Scenario library">
        <table className="data scenarios">
          <thead>
            <tr>
              <td>
                <span className="unseen">Play it</span>
              </td>
              {['Scenario', 'Prompts', 'Answers', 'What to look at'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {all.map((one) => {
              const { about, look } = partsOf(one.description);
              return (
                <tr key={one.name}>
                  <td>
                    <Check label={`Play ${one.name}`} checked={ticked.includes(one.name)} onChange={() => choose(toggled(all, ticked, one.name))} />
                  </td>
                  <th scope="row">
                    {scenarioTitle(one.name)}
                    <p className="small muted">{about}</p>
                  </th>
                  <td>{promptsOf(one)}</td>
                  <td className="nowrap">{one.output_tokens > 0 ? `up to ${count(one.output_tokens, 'token')}` : 'as long as they get'}</td>
                  <td>{look || (one.turns > 1 ? 'How times grow from turn to turn' : '–')}</td>
                  <td>
                    <Button kind="plain" little label={`Show ${one.name}`} onPress={() => setShown(one)}>
                      Show
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Sheet where="side" open={shown !== undefined} onClose={() => setShown(undefined)} title={shown ? scenarioTitle(shown.name) : ''}>
        {shown ? (
          <div className="stack">
            <p>{shown.description}.</p>
            <p className="small muted">
              The file as it is. To change it, save it as a file of your own and play it: <code>tokentrial run --scenario FILE</code>, or a plan with <code>workload: {"{prompts: {file: FILE}}"}</code>.
            </p>
            <pre className="prose" tabIndex={0} aria-label="The scenario as text">
              {shown.yaml}
            </pre>
          </div>
        ) : null}
      </Sheet>
    </section>
  );
}
