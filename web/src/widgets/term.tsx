// A word that explains itself, to pointer, keyboard and touch.
import { memo, type ReactElement, type ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Popover, Tooltip, TooltipTrigger } from 'react-aria-components';
import { term, type Term as Told } from '../base/words.ts';

function Words({ told }: { readonly told: Told }): ReactElement {
  return (
    <>
      <strong>{told.name}</strong>
      {told.simple}
    </>
  );
}

/** Made anew only for other words: it is costly beside what it shows. */
export const Term = memo(function Term({ id, children }: { readonly id: string; readonly children?: ReactNode }): ReactElement {
  const told = term(id);
  if (!told) return <>{children}</>;
  return (
    <DialogTrigger>
      <TooltipTrigger delay={250} closeDelay={80}>
        <Button className="term">{children ?? told.name}</Button>
        <Tooltip className="bubble" offset={6}>
          <Words told={told} />
        </Tooltip>
      </TooltipTrigger>
      <Popover className="popover">
        <Dialog className="inside" aria-label={told.name}>
          <div className="stack tight">
            <span>
              <Words told={told} />
            </span>
            <span className="muted">{told.exact}</span>
            {told.example ? <span className="muted">{told.example}</span> : null}
          </div>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
});
