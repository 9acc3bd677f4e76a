// What kinds and readers of reports are called on the page, and what each kind needs. Pure.

export const KIND_NAMES: Readonly<Record<string, string>> = {
  run: 'The whole run',
  executive: 'Executive summary',
  decision: 'Decision',
  regression: 'Regression check',
  capacity: 'Capacity plan',
  technical: 'Technical',
  trend: 'Trend',
  slo: 'Objectives',
};

export const AUDIENCE_NAMES: Readonly<Record<string, string>> = {
  executive: 'Executives',
  product: 'Product managers',
  engineer: 'Engineers',
  operations: 'Operations',
};

export const FORMAT_NAMES: Readonly<Record<string, string>> = {
  html: 'Web page',
  pdf: 'PDF',
  pptx: 'Slides (PowerPoint)',
  docx: 'Word',
  xlsx: 'Excel',
  md: 'Markdown',
  png: 'Picture of the answer',
  values: 'All it says, as JSON',
};

export const ENDINGS: Readonly<Record<string, string>> = { values: 'json' };

interface Chosen {
  readonly kind: string;
  readonly runs: number;
  /** One of the runs, or a group, is a sweep or a search for capacity. */
  readonly group: boolean;
  readonly baseline: boolean;
}

const TREND_RUNS = 4;

/** What is missing before such a report can be made; undefined where nothing is. */
export function missing({ kind, runs, group, baseline }: Chosen): string | undefined {
  if (kind === 'capacity') return group ? undefined : 'A capacity plan is made of a sweep or a search for capacity. Launch starts one: several loads, or the most users that still get good answers.';
  if (runs === 0) return 'Choose a run.';
  if (kind === 'regression' && runs < 2 && !baseline) return 'Choose a second run, the one from before first; or mark a run as the baseline in Runs.';
  if (kind === 'trend' && runs < TREND_RUNS) return `A trend needs ${TREND_RUNS} runs of the same plan; there ${runs === 1 ? 'is' : 'are'} ${runs}.`;
  return undefined;
}

/** The choices as a template, to go on from. */
export function templateText(kind: string, audience: string, sections: readonly string[]): string {
  return `kind: ${kind}
audience: ${audience}
title: ""
accent: "#1d4ed8"
sections:
  - title: Why we measured
    text: |
      Write here what the reader should know first.
${sections.map((id) => `  - ${id}`).join('\n')}
`;
}
