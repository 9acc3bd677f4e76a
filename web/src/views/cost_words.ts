// The costs in plain English, by rule: rounded as far as they are known, with what they do not say for certain.
import { count, listed, money, number } from '../base/format.ts';
import type { Tone } from '../base/verdict.ts';
import type { Budget, Cost, CostLoad, CostTarget } from '../data/cost.ts';

export interface ToldCost {
  readonly tone: Tone;
  readonly headline: string;
  readonly costs: string;
  /** The intervals are apart, and no check failed. */
  readonly certain: boolean;
  /** Why it is not, and what else it rests on. */
  readonly doubts: readonly string[];
}

/** Two significant digits: "about $4,300". */
export function about(value: number, currency: string): string {
  return value === 0 ? money(0, currency) : `about ${money(Number(value.toPrecision(2)), currency)}`;
}

/** "33%", "less than 1%". */
const roughly = (share: number): string => (share < 0.01 ? 'less than 1%' : `${number(Math.round(share * 100))}%`);

export const planned = (target: CostTarget): CostLoad | undefined => target.loads.find((load) => load.run_id === target.planned_with);

/** Where a price is from. */
export const basisOf = (target: CostTarget): string => (target.price_basis === '--price' ? 'your price' : target.price_basis || 'no price');

/** Demands that there are budgets for, from small to large. */
export function scalesOf(cost: Cost): number[] {
  const all = cost.targets.flatMap((target) => target.budgets.map((one) => one?.requests_per_s)).filter((one): one is number => one !== undefined);
  return [...new Set(all)].sort((a, b) => a - b);
}

export const budgetAt = (target: CostTarget, scale: number | undefined): Budget | undefined => target.budgets.find((one) => one?.requests_per_s === scale) ?? undefined;

interface Month {
  readonly name: string;
  /** "vllm costs about $1,800 a month". */
  readonly told: string;
  /** " (between $1,800 and $2,700)", or nothing where it is known that well. */
  readonly range: string;
}

function monthOf(target: CostTarget, scale: number, currency: string): readonly Month[] {
  const monthly = budgetAt(target, scale)?.monthly;
  if (!monthly || monthly.value === null) return [];
  const [low, high] = [monthly.interval?.low, monthly.interval?.high].map((one) => money(Number((one ?? 0).toPrecision(2)), currency));
  return [{ name: target.name, told: `${target.name} costs ${about(monthly.value, currency)} a month`, range: monthly.interval && low !== high ? ` (between ${low} and ${high})` : '' }];
}

const which = (cost: Cost, is: (target: CostTarget) => boolean): readonly string[] => cost.targets.filter(is).map((one) => one.name);

/** Targets of which nothing can be said, and why. */
export function lacksOf(cost: Cost): string[] {
  const failed = (one: CostTarget): boolean => one.loads.every((load) => load.requests_per_s === null);
  const silent = which(cost, failed);
  const unplanned = which(cost, (one) => one.planned_with === null && !failed(one));
  const unpriced = which(cost, (one) => one.price_per_gpu_hour === null);
  return [
    ...(silent.length > 0 ? [`Of ${listed(silent)} no request was answered, so there is nothing to reckon with.`] : []),
    ...(unplanned.length > 0 ? [`${listed(unplanned)} kept the objectives at no load that was measured, so nothing is said of ${unplanned.length > 1 ? 'them' : 'it'}.`] : []),
    ...(unpriced.length > 0 ? [`${listed(unpriced)}: no price is said.`] : []),
  ];
}

function doubtsOf(cost: Cost, scale: number): string[] {
  const doubts = lacksOf(cost);
  for (const one of cost.savings.filter((saving) => saving.requests_per_s === scale && saving.certain !== true)) {
    doubts.push(one.certain === null ? `How far the figures of ${one.cheapest} and ${one.against} may be off is not known.` : `The 95% intervals of ${one.cheapest} and ${one.against} overlap: more requests would say more.`);
  }
  const loads = cost.targets.flatMap((target) => planned(target) ?? []);
  const invalid = [...new Set(loads.filter((load) => !load.valid).map((load) => load.run_id))];
  if (invalid.length > 0) doubts.push(`A validity check failed in ${listed(invalid)}, so its figures are not to be relied on.`);
  if (loads.length > 0 && loads.every((load) => load.slos_met === null)) doubts.push('No objectives are set, so each is reckoned at the most requests a second that it served, however slow.');
  const alone = which(cost, (one) => one.loads.length === 1);
  if (alone.length > 0) doubts.push(`${listed(alone)} ${alone.length > 1 ? 'were' : 'was'} measured at one load alone; a busier machine may cost less for each token.`);
  const most = Math.max(0, ...cost.targets.map((target) => budgetAt(target, scale)?.replicas ?? 0));
  if (most > 1) doubts.push(`That ${count(most, 'replica')} bring ${number(most)} times as much as one was not measured.`);
  return doubts;
}

/** The cheapest against the others at one demand, the next best first. */
interface Contest {
  readonly cheapest: readonly string[];
  readonly rivals: Cost['savings'];
}

function contestAt(cost: Cost, scale: number): Contest {
  const savings = cost.savings.filter((one) => one.requests_per_s === scale);
  const same = savings.filter((one) => one.monthly <= 0).map((one) => one.against);
  return { cheapest: [...savings.slice(0, 1).map((one) => one.cheapest), ...same], rivals: savings.filter((one) => one.monthly > 0).sort((a, b) => a.monthly - b.monthly) };
}

type Saving = Cost['savings'][number];

/** The intervals are apart, and both sides were measured well. */
function sure(cost: Cost, saving: Saving): boolean {
  const sides = cost.targets.filter((one) => one.name === saving.cheapest || one.name === saving.against);
  return saving.certain === true && sides.every((one) => planned(one)?.valid !== false);
}

/** By the next best: against the worst any saving looks large. What is not certain is not said as if it were. */
function headlineOf(cost: Cost, { cheapest, rivals }: Contest): string {
  const [next] = rivals;
  if (!next) return `${listed(cheapest)} cost the same`;
  const saves = `${sure(cost, next) ? 'saves' : 'seems to save'} ${about(next.monthly, cost.assumptions.currency)} a month`;
  if (cheapest.length > 1) return `${listed(cheapest)} cost the same, and each ${saves} against ${next.against}`;
  return `${next.cheapest} ${saves}${rivals.length > 1 ? ` against ${next.against}` : ''}`;
}

/** Against whom one may say that it saves. */
function certaintyOf(cost: Cost, { rivals }: Contest): string {
  const apart = rivals.filter((one) => sure(cost, one));
  if (apart.length === 0) return '';
  if (apart.length === rivals.length) return ' The 95% intervals are apart.';
  return ` Only against ${listed(apart.map((one) => one.against))} are the 95% intervals apart.`;
}

/** Nothing where no target has both a price and a load to plan with. */
export function toldCost(cost: Cost): ToldCost | undefined {
  const { currency } = cost.assumptions;
  const scale = cost.savings.findLast((one) => one.monthly > 0)?.requests_per_s ?? scalesOf(cost).at(-1);
  if (scale === undefined) return undefined;
  const months = cost.targets.flatMap((target) => monthOf(target, scale, currency));
  if (months.length === 0) return undefined;
  const contest = contestAt(cost, scale);
  const { cheapest, rivals } = contest;
  const less = rivals.length > 0 ? ` That is ${listed(rivals.map((one) => `${roughly(one.share)} less than ${one.against}`))}.` : '';
  const certain = cheapest.length === 1 && rivals.length > 0 && rivals.every((one) => sure(cost, one)) && cost.targets.every((one) => one.planned_with !== null);
  return {
    tone: rivals.length === 0 ? 'info' : certain ? 'good' : 'warn',
    headline: months.length > 1 ? headlineOf(cost, contest) : (months[0]?.told ?? ''),
    costs: `At ${number(scale)} ${scale === 1 ? 'request' : 'requests'} a second, ${listed(months.map((one) => one.told + one.range))}.${less}${certaintyOf(cost, contest)}`,
    certain,
    doubts: doubtsOf(cost, scale),
  };
}
