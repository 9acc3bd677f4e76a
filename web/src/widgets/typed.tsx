// A text that is taken when the reader pauses, leaves the field or presses Enter. What is wrong with it stands below it, and it is
// not taken.
import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode } from 'react';

const PAUSE = 400;

interface TypedProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly unit?: string | undefined;
  readonly hint?: string | undefined;
  readonly value: string;
  /** What is wrong; undefined where nothing is. What is empty is always good. */
  readonly fault?: ((text: string) => string | undefined) | undefined;
  /** Said below while nothing is wrong. */
  readonly help?: ReactNode;
  readonly disabled?: boolean;
  readonly onChange: (text: string) => void;
}

export function Typed({ label, hideLabel = false, unit, hint, value, fault, help, disabled = false, onChange }: TypedProps): ReactElement {
  const [text, setText] = useState(value);
  const [settled, setSettled] = useState(value);
  const id = useId();
  const take = useRef(onChange);
  take.current = onChange;
  useEffect(() => {
    setText(value);
    setSettled(value);
  }, [value]);
  const faultOf = (one: string): string | undefined => (one === '' ? undefined : fault?.(one));
  const settle = (typed: string): void => {
    const one = typed.trim();
    setSettled(one);
    if (one !== value && faultOf(one) === undefined) take.current(one);
  };
  const settleNow = useRef(settle);
  settleNow.current = settle;
  useEffect(() => {
    if (text.trim() === settled) return undefined;
    const timer = setTimeout(() => settleNow.current(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text, settled]);
  const wrong = faultOf(settled);
  const said = wrong ?? help;
  const name = unit ? `${label} (${unit})` : label;
  return (
    <div className="field">
      {hideLabel ? null : (
        <label className="label" htmlFor={id}>
          {name}
        </label>
      )}
      <input
        id={id}
        className="input"
        {...(hideLabel ? { 'aria-label': name } : {})}
        aria-invalid={wrong !== undefined}
        {...(said ? { 'aria-describedby': `${id}-said` } : {})}
        placeholder={hint}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => settle(text)}
        onKeyDown={(event) => event.key === 'Enter' && settle(text)}
      />
      {said ? (
        <span id={`${id}-said`} className={`help${wrong ? ' bad' : ''}`} {...(wrong ? { role: 'alert' } : {})}>
          {said}
        </span>
      ) : null}
    </div>
  );
}
