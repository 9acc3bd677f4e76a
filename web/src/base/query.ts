// The state of a page in its address. Names and values are text; what is empty is left out. Pure.

export type Query = Readonly<Record<string, string>>;

export function readQuery(search: string): Query {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) query[name] = value;
  return query;
}

/** With the leading "?", or nothing. Commas stay readable. */
export function writeQuery(query: Readonly<Record<string, string | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) params.append(name, value);
  const text = params.toString().replaceAll('%2C', ',');
  return text ? `?${text}` : '';
}

export function withChanges(query: Query, changes: Readonly<Record<string, string | undefined>>): string {
  return writeQuery({ ...query, ...changes });
}

export function listOf(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((one) => one !== '');
}

/** A link within the dashboard. */
export function path(place: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  return place + writeQuery(query);
}
