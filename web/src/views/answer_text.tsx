// What was asked and answered, with code set apart.
import { memo, type ReactElement } from 'react';
import { partsOf, piecesOf } from '../base/code.ts';
import type { AnswerText } from '../data/live_run.ts';

export const Answer = memo(function Answer({ said }: { readonly said: AnswerText }): ReactElement {
  return (
    <div className="answer-text" tabIndex={0} role="region" aria-label={`What ${said.target} was asked and answered`}>
      <p className="muted">{said.prompt}</p>
      {partsOf(said.answer).map((part, i) =>
        part.code ? (
          <pre key={i}>
            {piecesOf(part.text).map((piece, k) => (
              <span key={k} className={`code-${piece.kind}`}>
                {piece.text}
              </span>
            ))}
          </pre>
        ) : (
          <p key={i}>{part.text.trim()}</p>
        ),
      )}
      {said.cut ? <p className="muted">It goes on; the run’s folder has all of it.</p> : null}
    </div>
  );
});
