// Whom the run served how: by user, by turn of a conversation, by session.
import type { ReactElement, ReactNode } from 'react';
import { colours } from '../base/colours.ts';
import { millis, number } from '../base/format.ts';
import { useQueryState } from '../data/place.ts';
import { useUsers, type Group } from '../data/queries.ts';
import { Button } from '../widgets/controls.tsx';
import { Card, Dot, Empty, Trouble, Waiting } from '../widgets/surfaces.tsx';

const MOST = 50;

function Groups(props: { readonly name: string; readonly groups: readonly Group[]; readonly note: string; readonly pick?: (label: string) => void }): ReactElement | null {
  if (props.groups.length === 0) return null;
  const heads = ['Requests', 'Failed', 'First token p50', 'p95', 'Per token p50', 'Whole p50', 'Tokens/s each'];
  return (
    <div className="stack tight">
      <h3>{props.note}</h3>
      <div className="scroll" tabIndex={0} role="region" aria-label={props.note}>
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{props.name}</th>
              {heads.map((head) => (
                <th key={head} scope="col" className="right">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.groups.slice(0, MOST).map((one) => {
              const label: ReactNode = props.pick ? (
                <Button little onPress={() => props.pick?.(one.label)}>
                  {one.label || '(none)'}
                </Button>
              ) : (
                one.label
              );
              return (
                <tr key={one.label}>
                  <th scope="row">{label}</th>
                  <td className="right">{number(one.requests)}</td>
                  <td className="right">{number(one.failed)}</td>
                  <td className="right">{millis(one.ttft_ms.p50)}</td>
                  <td className="right">{millis(one.ttft_ms.p95)}</td>
                  <td className="right">{millis(one.tpot_ms.p50)}</td>
                  <td className="right">{millis(one.e2e_ms.p50)}</td>
                  <td className="right">{number(one.request_tokens_per_s_p50)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {props.groups.length > MOST ? <p className="small muted">The first {MOST} of {number(props.groups.length)}.</p> : null}
    </div>
  );
}

export function Users({ run }: { readonly run: string }): ReactElement {
  const told = useUsers(run);
  const [, change] = useQueryState();
  if (told.error) return <Trouble error={told.error} retry={() => void told.refetch()} />;
  if (!told.data) return <Waiting what="the users" heights={[320]} />;
  const inks = colours(told.data.map((one) => one.engine));
  const any = told.data.some((one) => one.users.length + one.sessions.by_turn.length + one.sessions.by_session.length > 0);
  if (!any) {
    return (
      <Card>
        <Empty icon="runs" title="This run names no users">
          <p>Conversations and imported files that name users show here who was served how. A plan with sessions plays conversations.</p>
        </Empty>
      </Card>
    );
  }
  return (
    <div className="stack loose">
      {told.data.map((target, i) => (
        <Card
          key={target.name}
          title={
            <span className="line">
              <Dot colour={inks[i] ?? 'var(--info)'} />
              {target.name}
            </span>
          }
          {...(target.users.length > 0 ? { note: 'A press on a user selects that user’s requests on every tab' } : {})}
        >
          <div className="stack loose">
            <Groups name="Turn" note="By turn of the conversation" groups={target.sessions.by_turn} />
            <Groups name="User" note="By user" groups={target.users} pick={(label) => change({ user: label })} />
            <Groups name="Session" note="By session, the slowest first tokens first" groups={target.sessions.by_session} />
          </div>
        </Card>
      ))}
    </div>
  );
}
