// What pages are laid out on: cards, dialogs, and what stands there while there is nothing yet.
import type { ReactElement, ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { asProblem } from '../base/problem.ts';
import type { Tone } from '../base/verdict.ts';
import { Button } from './controls.tsx';
import { Icon, type IconName } from './icon.tsx';

export function Card(props: { readonly title?: ReactNode; readonly note?: ReactNode; readonly children: ReactNode; readonly id?: string }): ReactElement {
  return (
    <section className="card" {...(props.id ? { id: props.id } : {})}>
      {props.title ? (
        <header>
          <h2>{props.title}</h2>
          {props.note ? <p>{props.note}</p> : null}
        </header>
      ) : null}
      {props.children}
    </section>
  );
}

const SIGNS: Record<Tone, IconName> = { good: 'check', warn: 'warn', bad: 'stop', info: 'info', quiet: 'dash' };

export function Badge({ tone, children, plain = false }: { readonly tone: Tone; readonly children: ReactNode; readonly plain?: boolean }): ReactElement {
  return (
    <span className={`badge ${tone}`}>
      {plain ? null : <Icon name={SIGNS[tone]} size={14} />}
      {children}
    </span>
  );
}

export function Dot({ colour }: { readonly colour: string }): ReactElement {
  return <span className="dot" style={{ background: colour }} aria-hidden="true" />;
}

export function Skeleton({ height, width }: { readonly height: number; readonly width?: string }): ReactElement {
  return <span className="skeleton" style={{ height, width: width ?? '100%' }} aria-hidden="true" />;
}

/** As high as what will stand there. */
export function Waiting({ what, heights }: { readonly what: string; readonly heights: readonly number[] }): ReactElement {
  return (
    <div className="stack" aria-busy="true">
      <span className="unseen" role="status">
        Reading {what}
      </span>
      {heights.map((height, i) => (
        <Skeleton key={i} height={height} />
      ))}
    </div>
  );
}

export function Notice({ tone, title, children }: { readonly tone: Tone; readonly title?: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className={`notice ${tone}`}>
      <span className={tone}>
        <Icon name={SIGNS[tone]} size={20} />
      </span>
      <div className="stack tight grow">
        {title ? <strong>{title}</strong> : null}
        {children}
      </div>
    </div>
  );
}

export function Trouble({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): ReactElement {
  const problem = asProblem(error);
  return (
    <div role="alert">
      <Notice tone="bad" title={problem.message}>
        <p>{problem.remedy}</p>
        <div className="line">
          <span className="code">{problem.code}</span>
          {retry ? (
            <Button little onPress={retry}>
              Try again
            </Button>
          ) : null}
        </div>
      </Notice>
    </div>
  );
}

export function Empty({ icon, title, children }: { readonly icon: IconName; readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="empty">
      <Icon name={icon} size={36} />
      <h3>{title}</h3>
      {children}
    </div>
  );
}

/** A dialog over the page: from the side, in the middle, or the whole window. */
export function Sheet(props: {
  readonly title: ReactNode;
  readonly where: 'side' | 'middle' | 'whole';
  readonly open: boolean;
  readonly onClose: () => void;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <ModalOverlay className={`veil ${props.where}`} isOpen={props.open} onOpenChange={(open) => open || props.onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <div className="top">
            <Heading slot="title" level={2}>
              {props.title}
            </Heading>
            <div className="line">
              {props.tools}
              <Button kind="plain" icon="close" label="Close" onPress={props.onClose} />
            </div>
          </div>
          <div className="body">{props.children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
