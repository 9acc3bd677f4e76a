// "What this means": differences that are certain, in words of users and machines. Pure.
import { millis, number, seconds } from '../base/format.ts';
import { isRate, type Contest, type SummaryTarget } from '../data/types.ts';

export interface Meaning {
  readonly big: string;
  readonly text: string;
}

function valueOf(target: SummaryTarget | undefined, metric: string, member: 'p50' | 'value'): number | null {
  const found = target?.metrics[metric];
  if (!found) return null;
  if (isRate(found)) return member === 'value' ? found.value : null;
  return member === 'p50' ? found.p50 : null;
}

/** Whether the winner's lead over `rival` in a figure is beyond doubt. */
function isCertain(contest: Contest, figure: string, winner: string, rival: string): boolean {
  const told = contest.figures.find((one) => one.name === figure);
  if (!told || told.not_comparable) return false;
  if (contest.baseline === winner) return told.against_baseline.some((one) => one.side === rival && one.verdict === 'worse');
  if (contest.baseline === rival) return told.against_baseline.some((one) => one.side === winner && one.verdict === 'better');
  return told.winner === winner;
}

/** The best of the others by the primary figure: whom the answer speaks of. */
function rivalOf(contest: Contest, winner: string): string | undefined {
  const primary = contest.figures.find((one) => one.name === contest.answer.primary);
  if (!primary) return undefined;
  const values = contest.sides
    .map((side) => ({
      side: side.label,
      value: side.label === contest.baseline ? primary.baseline : (primary.against_baseline.find((one) => one.side === side.label)?.value ?? null),
    }))
    .filter((one) => one.side !== winner && one.value !== null);
  const less = primary.unit === 'ms';
  values.sort((a, b) => (less ? 1 : -1) * ((a.value ?? 0) - (b.value ?? 0)));
  return values[0]?.side;
}

export function meanings(contest: Contest, targets: readonly SummaryTarget[]): { rival: string; all: Meaning[] } | undefined {
  const { winner } = contest.answer;
  if (!winner) return undefined;
  const rival = rivalOf(contest, winner);
  if (rival === undefined) return undefined;
  const best = targets.find((one) => one.name === winner);
  const other = targets.find((one) => one.name === rival);
  const all: Meaning[] = [];
  const first = [valueOf(best, 'ttft_ms', 'p50'), valueOf(other, 'ttft_ms', 'p50')] as const;
  if (first[0] !== null && first[1] !== null && isCertain(contest, 'ttft_p50', winner, rival)) {
    all.push({
      big: `−${millis(first[1] - first[0])}`,
      text: `A typical user sees the first word that much earlier: after ${millis(first[0])} in place of ${millis(first[1])}.`,
    });
  }
  const whole = [valueOf(best, 'e2e_ms', 'p50'), valueOf(other, 'e2e_ms', 'p50')] as const;
  if (whole[0] !== null && whole[1] !== null && isCertain(contest, 'e2e_p50', winner, rival)) {
    const length = best?.tokens.mean_output;
    all.push({
      big: `−${millis(whole[1] - whole[0])}`,
      text: `A whole answer${length ? ` of about ${number(Math.round(length))} tokens` : ''} takes ${millis(whole[0])} in place of ${millis(whole[1])}.`,
    });
  }
  const rate = [valueOf(best, 'requests_per_s', 'value'), valueOf(other, 'requests_per_s', 'value')] as const;
  if (rate[0] !== null && rate[1] !== null && rate[1] > 0 && isCertain(contest, 'requests_per_s', winner, rival)) {
    const times = rate[0] / rate[1];
    all.push({
      big: times >= 2 ? `${number(times)}×` : `+${Math.round((times - 1) * 100)}%`,
      text: `At the load that was played it answers ${number(rate[0])} requests a second in place of ${number(rate[1])}: a thousand answers in ${seconds(1000 / rate[0])}, not ${seconds(1000 / rate[1])}.`,
    });
  }
  const failed = [best, other].map((one) => (one && one.requests.ok + one.requests.failed > 0 ? (1000 * one.requests.failed) / (one.requests.ok + one.requests.failed) : null));
  const [mine, theirs] = failed;
  if (mine !== null && mine !== undefined && theirs !== null && theirs !== undefined) {
    all.push(
      mine === 0 && theirs === 0
        ? { big: '0', text: `Neither failed a request in this run (${number((best?.requests.ok ?? 0) + (other?.requests.ok ?? 0))} were answered).` }
        : { big: `${number(Math.round(mine))} in 1,000`, text: `requests failed, against ${number(Math.round(theirs))} in 1,000 of ${rival}.` },
    );
  }
  return { rival, all };
}
