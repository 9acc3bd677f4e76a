// Verdicts and levels, as words and signs: colour never says something alone. Pure.

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

export interface Sign {
  readonly tone: Tone;
  readonly words: string;
}

export function verdictSign(verdict: string): Sign {
  switch (verdict) {
    case 'better':
      return { tone: 'good', words: 'better' };
    case 'worse':
      return { tone: 'bad', words: 'worse' };
    case 'same':
      return { tone: 'info', words: 'same' };
    case 'cannot_tell':
      return { tone: 'quiet', words: 'cannot tell' };
    default:
      return { tone: 'quiet', words: verdict.replaceAll('_', ' ') };
  }
}

export function statusSign(status: string, problem = ''): Sign {
  if (problem) return { tone: 'bad', words: 'damaged' };
  switch (status) {
    case 'completed':
      return { tone: 'good', words: 'completed' };
    case 'running':
      return { tone: 'info', words: 'running' };
    case 'partial':
      return { tone: 'warn', words: 'partial' };
    case 'recovered':
      return { tone: 'warn', words: 'recovered' };
    case 'aborted':
      return { tone: 'warn', words: 'stopped' };
    case 'failed':
      return { tone: 'bad', words: 'failed' };
    default:
      return { tone: 'quiet', words: status };
  }
}

export function severityTone(severity: string): Tone {
  if (severity === 'critical' || severity === 'error') return 'bad';
  if (severity === 'warning') return 'warn';
  return severity === 'notice' ? 'info' : 'quiet';
}

/** Whether less of a figure is better. */
export function lessIsBetter(unit: string): boolean {
  return unit === 'ms' || unit === 's';
}

/** More are not compared at once; the program holds to the same. */
export const MOST_SIDES = 5;
