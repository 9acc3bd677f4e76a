// The answer as slides over the whole window: the decision first, then what it rests on.
import { useEffect, type ReactElement, type ReactNode } from 'react';
import { path } from '../base/query.ts';
import { useQueryState } from '../data/place.ts';
import { useReport } from '../data/report.ts';
import { useSettings } from '../data/settings.ts';
import type { Contest, Summary } from '../data/types.ts';
import { Button } from '../widgets/controls.tsx';
import { Badge, Sheet, Skeleton } from '../widgets/surfaces.tsx';
import { Blocks } from './blocks.tsx';
import { certainty, QuickComparison, who } from './answer.tsx';
import { meanings } from './meaning.ts';
import { MoreLink } from './page.tsx';

interface Slide {
  readonly title: string;
  readonly body: ReactNode;
}

function Section({ run, id }: { readonly run: string; readonly id: string }): ReactElement {
  const slo = useSettings((settings) => settings.objectives);
  const told = useReport({ kind: 'executive', runs: [run], slo });
  const section = told.data?.sections.get(id);
  if (!told.data) return <Skeleton height={260} />;
  return section ? <Blocks section={section} /> : <p>Nothing was found to say of this.</p>;
}

function slidesOf(run: string, summary: Summary['summary'], contest: Contest | undefined): Slide[] {
  const sure = certainty(summary);
  const means = contest ? meanings(contest, summary.targets) : undefined;
  return [
    {
      title: who(summary),
      body: (
        <>
          <p className="lead">{summary.answer?.headline}</p>
          <ol className="reasons">
            {(contest?.answer.reasons ?? []).slice(0, 3).map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ol>
          <div className="line">
            <Badge tone={sure.tone}>{sure.words}</Badge>
            <Badge tone={summary.valid ? 'good' : 'bad'}>{summary.valid ? 'Valid measurement' : 'Not valid: see the checks'}</Badge>
          </div>
        </>
      ),
    },
    ...(means && means.all.length > 0
      ? [
          {
            title: `What changes with ${contest?.answer.winner ?? ''} in place of ${means.rival}`,
            body: (
              <ul className="meaning">
                {means.all.map((one) => (
                  <li key={one.text}>
                    <span className="big">{one.big}</span>
                    <p>{one.text}</p>
                  </li>
                ))}
              </ul>
            ),
          },
        ]
      : []),
    { title: 'Side by side', body: <QuickComparison targets={summary.targets} contest={contest} /> },
    { title: 'What users feel', body: <Section run={run} id="users" /> },
    { title: 'What can go wrong', body: <Section run={run} id="risks" /> },
    {
      title: 'What it costs and saves',
      body: (
        <>
          <p className="lead">Cost, savings and return follow from your own prices and traffic, which only you know.</p>
          <MoreLink href={path('/cost', { run })}>Work out the cost</MoreLink>
        </>
      ),
    },
    { title: 'Next steps', body: <Section run={run} id="steps" /> },
  ];
}

export function Present({ run, summary, contest }: { readonly run: string; readonly summary: Summary['summary']; readonly contest: Contest | undefined }): ReactElement {
  const [query, change] = useQueryState();
  const slides = slidesOf(run, summary, contest);
  const at = Math.min(slides.length, Math.max(1, Number.parseInt(query['present'] ?? '1', 10) || 1));
  const slide = slides[at - 1];
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLElement && event.target.closest('[role="region"], a')) return;
      const step = event.key === 'ArrowRight' || event.key === 'PageDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'PageUp' ? -1 : 0;
      const to = at + step;
      if (step === 0 || to < 1 || to > slides.length) return;
      event.preventDefault();
      change({ present: String(to) }, { replace: true });
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [at, slides.length, change]);
  return (
    <Sheet
      where="whole"
      open
      onClose={() => change({ present: undefined }, { replace: true })}
      title={slide?.title ?? ''}
      tools={
        <>
          <span className="small muted num" role="status">
            {at} of {slides.length}
          </span>
          <Button kind="plain" icon="left" label="Back" disabled={at === 1} onPress={() => change({ present: String(at - 1) }, { replace: true })} />
          <Button kind="plain" icon="right" label="On" disabled={at === slides.length} onPress={() => change({ present: String(at + 1) }, { replace: true })} />
        </>
      }
    >
      <div className="slide">
        <div className="stack loose">{slide?.body}</div>
      </div>
    </Sheet>
  );
}
