// Text that the program reads, as a plan: written here, with each fault at its line and column.
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { count } from '../base/format.ts';
import type { PlanFault } from '../data/launch.ts';
import { Badge } from '../widgets/surfaces.tsx';

const PAUSE = 300;

/** What was typed, once there is a pause. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Puts the cursor where a fault is. */
export function goTo(place: RefObject<HTMLTextAreaElement | null>, fault: PlanFault): void {
  const area = place.current;
  if (!area || fault.line < 1) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, fault.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const at = start + Math.max(0, fault.column - 1);
  area.focus();
  area.setSelectionRange(at, Math.max(at, start + (lines[fault.line - 1]?.length ?? 0)));
}

interface TextProps {
  /** "Plan": what it is called. */
  readonly label: string;
  readonly place: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly faults: readonly PlanFault[];
  readonly onChange: (text: string) => void;
}

const idOf = (label: string): string => `${label.toLowerCase().replaceAll(' ', '-')}-faults`;

export function SourceText({ label, place, text, faults, onChange }: TextProps): ReactElement {
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
        aria-label={label}
        aria-invalid={faults.length > 0}
        aria-describedby={idOf(label)}
        spellCheck={false}
        wrap="off"
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => gutter.current?.scrollTo(0, event.currentTarget.scrollTop)}
      />
    </div>
  );
}

interface FaultsProps {
  readonly label: string;
  readonly check: { readonly valid: boolean; readonly faults: readonly PlanFault[] } | undefined;
  readonly waits: boolean;
  readonly onGo: (fault: PlanFault) => void;
}

export function SourceFaults({ label, check, waits, onGo }: FaultsProps): ReactElement {
  return (
    <div id={idOf(label)} className="faults" aria-live="polite">
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
