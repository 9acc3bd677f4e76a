// The pages that there are, in the order of the navigation.
import type { IconName } from '../widgets/icon.tsx';

export interface PageEntry {
  readonly place: string;
  readonly name: string;
  readonly icon: IconName;
  readonly about: string;
  readonly advanced?: true;
  /** Below the others. */
  readonly low?: true;
}

export const PAGES: readonly PageEntry[] = [
  { place: '/', name: 'Home', icon: 'home', about: 'The answer, and what it means' },
  { place: '/launch', name: 'Launch', icon: 'launch', about: 'Set up a run and start it' },
  { place: '/live', name: 'Live', icon: 'live', about: 'The run in progress' },
  { place: '/runs', name: 'Runs', icon: 'runs', about: 'All that was measured' },
  { place: '/analyze', name: 'Analyze', icon: 'analyze', about: 'One run from every side, down to one request' },
  { place: '/compare', name: 'Compare', icon: 'compare', about: 'Runs or targets against each other' },
  { place: '/cost', name: 'Cost', icon: 'cost', about: 'What a token and a month cost' },
  { place: '/reports', name: 'Reports', icon: 'reports', about: 'Documents to share' },
  { place: '/sql', name: 'SQL', icon: 'sql', about: 'Questions to the rows', advanced: true },
  { place: '/glossary', name: 'Glossary', icon: 'glossary', about: 'Every word in plain English', low: true },
  { place: '/settings', name: 'Settings', icon: 'settings', about: 'Look, objectives', low: true },
];

/** The page of a path: "/analyze/time" is of "/analyze". */
export function pageOf(place: string): PageEntry | undefined {
  return PAGES.find((page) => (page.place === '/' ? place === '/' : place === page.place || place.startsWith(`${page.place}/`)));
}
