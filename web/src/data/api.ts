// Calls of the server. Every failure is a Problem.
import { Problem, problemOf } from '../base/problem.ts';
import type { Session } from './types.ts';

type Parameters = Readonly<Record<string, string | readonly string[] | number | undefined>>;

export function address(place: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') continue;
    if (typeof value === 'string' || typeof value === 'number') query.append(name, String(value));
    else if (value.length > 0) query.append(name, value.join(','));
  }
  const text = query.toString();
  return `/api/v1/${place}${text ? `?${text}` : ''}`;
}

async function answer<T>(call: Promise<Response>): Promise<T> {
  let reply: Response;
  try {
    reply = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(
      'no_server',
      'The program that serves this page does not answer.',
      'Start it again: tokentrial dashboard. What was measured is on disk and not lost.',
    );
  }
  const text = await reply.text();
  let body: unknown;
  try {
    body = text === '' ? null : JSON.parse(text);
  } catch {
    if (reply.ok) throw new Problem('not_json', 'The server’s answer cannot be read.', 'Load the page again.');
    body = null;
  }
  if (!reply.ok) throw problemOf(reply.status, body);
  return body as T;
}

export function get<T>(place: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return answer<T>(fetch(address(place, parameters), { signal: signal ?? null, headers: { Accept: 'application/json' } }));
}

let session: Promise<Session> | undefined;

/** What changes something needs the token of this server's page. */
export function theSession(): Promise<Session> {
  session ??= get<Session>('session').catch((error: unknown) => {
    session = undefined;
    throw error;
  });
  return session;
}

/** Of a server that was started again the token is another one. */
export function forgetSession(): void {
  session = undefined;
}

export async function send<T>(method: 'POST' | 'PUT' | 'DELETE', place: string, body?: unknown): Promise<T> {
  const { token } = await theSession();
  const headers: Record<string, string> = { 'X-Tokentrial-Token': token, Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return answer<T>(fetch(address(place), { method, headers, body: body === undefined ? null : JSON.stringify(body) }));
}
