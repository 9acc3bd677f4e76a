// What built-in scenarios are called where people choose among them.
export const CORE = ['short-to-short', 'short-to-long', 'long-to-short', 'long-to-long'];

const TITLES: Readonly<Record<string, string>> = {
  'short-to-short': 'Short question, short answer',
  'short-to-long': 'Short question, long answer',
  'long-to-short': 'Long question, short answer',
  'long-to-long': 'Long question, long answer',
};

export const scenarioTitle = (name: string): string => TITLES[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
