// What went wrong, for whoever reads it: every error that is shown is one of these.

export class Problem extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.remedy = remedy;
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Problem('page_error', message, 'Load the page again. If it happens again, it is a fault of the dashboard.');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** From the body of an answer that is no success. */
export function problemOf(status: number, body: unknown): Problem {
  const told = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return new Problem(
    text(told['code']) || `http_${status}`,
    text(told['message']) || `The server answered ${status}.`,
    text(told['remedy']) || 'See what the program said where it was started.',
  );
}
