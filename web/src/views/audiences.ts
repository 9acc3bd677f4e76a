// Whom Home speaks to, and which cards each gets, in which order. Pure.

export const AUDIENCES = [
  { id: 'all', name: 'For everyone' },
  { id: 'executive', name: 'For executives' },
  { id: 'product', name: 'For product managers' },
  { id: 'engineer', name: 'For developers' },
  { id: 'operations', name: 'For operations' },
] as const;

export type Audience = (typeof AUDIENCES)[number]['id'];

/** Cards below the answer, in the order of Home. */
export const CARDS = [
  { id: 'strip', name: 'What was measured', advanced: true },
  { id: 'tiles', name: 'Totals', advanced: true },
  { id: 'glance', name: 'At a glance', advanced: false },
  { id: 'meaning', name: 'What this means, and objectives', advanced: false },
  { id: 'insights', name: 'What stands out', advanced: false },
  { id: 'trend', name: 'From run to run', advanced: false },
  { id: 'scorecards', name: 'Scorecards', advanced: true },
  { id: 'risks', name: 'Risks and next steps', advanced: true },
  { id: 'figures', name: 'Every figure', advanced: true },
  { id: 'references', name: 'Against published values', advanced: true },
  { id: 'checks', name: 'Validity checks', advanced: false },
] as const;

export type CardId = (typeof CARDS)[number]['id'] | 'users' | 'developers' | 'operations';

export function cardsOfHome(advanced: boolean): CardId[] {
  return CARDS.filter((card) => advanced || !card.advanced).map((card) => card.id);
}

export const CARDS_FOR: Record<Exclude<Audience, 'all'>, readonly CardId[]> = {
  executive: ['scorecards', 'meaning', 'trend', 'risks'],
  product: ['users', 'glance', 'meaning', 'insights', 'references'],
  engineer: ['strip', 'figures', 'insights', 'developers', 'references', 'checks'],
  operations: ['scorecards', 'meaning', 'operations', 'insights', 'trend', 'risks', 'checks'],
};
