// A score of data quality as a word. Pure.
import type { Tone } from '../base/verdict.ts';

export function quality(points: number): { tone: Tone; word: string } {
  if (points >= 90) return { tone: 'good', word: 'good' };
  if (points >= 70) return { tone: 'info', word: 'fair' };
  if (points >= 50) return { tone: 'warn', word: 'weak' };
  return { tone: 'bad', word: 'poor' };
}
