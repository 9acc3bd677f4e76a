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

/** The reply, if it is a good one. */
async function good(call: Promise<Response>): Promise<Response> {
  let reply: Response;
  try {
    reply = await call;
  } catch (error) {
    if (error instanceof Problem || (error instanceof DOMException && error.name === 'AbortError')) throw error;
    throw new Problem(
      'no_server',
      'The program that serves this page does not answer.',
      'Start it again: tokentrial dashboard. What was measured is on disk and not lost.',
    );
  }
  if (reply.ok) return reply;
  let body: unknown = null;
  try {
    body = JSON.parse(await reply.text());
  } catch {
    // It is told by its status alone.
  }
  throw problemOf(reply.status, body);
}

async function answer<T>(call: Promise<Response>): Promise<T> {
  const text = await (await good(call)).text();
  try {
    return (text === '' ? null : JSON.parse(text)) as T;
  } catch {
    throw new Problem('not_json', 'The server’s answer cannot be read.', 'Load the page again.');
  }
}

export async function getText(place: string, parameters: Parameters, signal?: AbortSignal): Promise<string> {
  return (await good(fetch(address(place, parameters), { signal: signal ?? null }))).text();
}

/** What an address of the API gives, as a file. */
export async function getFile(url: string): Promise<Blob> {
  return (await good(fetch(url))).blob();
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

async function call(method: 'POST' | 'PUT' | 'DELETE', place: string, body: unknown): Promise<Response> {
  const { token } = await theSession();
  const headers: Record<string, string> = { 'X-Tokentrial-Token': token };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return fetch(address(place), { method, headers, body: body === undefined ? null : JSON.stringify(body) });
}

export function send<T>(method: 'POST' | 'PUT' | 'DELETE', place: string, body?: unknown): Promise<T> {
  return answer<T>(call(method, place, body));
}

export async function sendForFile(place: string, body: unknown): Promise<Blob> {
  return (await good(call('POST', place, body))).blob();
}

/** Gives a file to the reader, as a download. */
export function saveFile(name: string, file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
