import { useState, type ReactElement } from 'react';
import { number } from '../base/format.ts';
import type { Check } from '../data/types.ts';
import { Button } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';

const ORDER = { fail: 0, warn: 1, pass: 2 } as const;
const SIGN = { fail: ['bad', 'stop', 'failed'], warn: ['warn', 'warn', 'to mind'], pass: ['good', 'check', 'passed'] } as const;

/** The doubtful ones first; those that passed on demand. */
export function Checks({ checks }: { readonly checks: readonly Check[] }): ReactElement {
  const [all, setAll] = useState(false);
  const sorted = [...checks].sort((a, b) => ORDER[a.level] - ORDER[b.level]);
  const doubtful = sorted.filter((one) => one.level !== 'pass');
  const passed = sorted.length - doubtful.length;
  const shown = all ? sorted : doubtful;
  return (
    <div className="stack tight">
      <ul className="lights">
        {shown.map((check, i) => {
          const [tone, icon, words] = SIGN[check.level];
          return (
            <li key={i} className="light">
              <span className={tone}>
                <Icon name={icon} />
              </span>
              <span>{check.text}</span>
              <span className="muted">{words}</span>
            </li>
          );
        })}
      </ul>
      <div>
        {passed > 0 ? (
          <Button little onPress={() => setAll(!all)}>
            {all ? 'Hide those that passed' : `Show the ${number(passed)} that passed`}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
