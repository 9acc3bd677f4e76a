// What others hold to be good, each with its public source, and how a measured figure stands to it. Pure.

interface Within {
  readonly low: number;
  readonly high: number;
}
/** A distribution as the program summed it up. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p50_interval: Within | null;
  readonly p99: number | null;
  readonly p99_interval: Within | null;
}

export interface Reference {
  readonly id: string;
  readonly name: string;
  readonly metric: 'ttft_ms' | 'tpot_ms';
  readonly quantile: 'p50' | 'p99';
  readonly limit: number;
  readonly source: string;
}

/** MLPerf's limits are rules of a benchmark of that one model, so of other models they are a yardstick, no verdict. */
export const REFERENCES: readonly Reference[] = [
  { id: 'thought', name: 'Keeps the train of thought', metric: 'ttft_ms', quantile: 'p50', limit: 1000, source: 'Nielsen, Usability Engineering (1993), section 5.5' },
  { id: 'reading', name: 'As fast as people read', metric: 'tpot_ms', quantile: 'p50', limit: 60_000 / ((238 * 4) / 3), source: 'Brysbaert, J. Memory and Language 109 (2019): 238 words a minute, 4/3 tokens a word' },
  { id: 'mlperf-ttft', name: 'MLPerf, Llama 2 70B server: first token', metric: 'ttft_ms', quantile: 'p99', limit: 2000, source: 'MLCommons, MLPerf Inference v4.0: limit of the server scenario' },
  { id: 'mlperf-tpot', name: 'MLPerf, Llama 2 70B server: each token', metric: 'tpot_ms', quantile: 'p99', limit: 200, source: 'MLCommons, MLPerf Inference v4.0: limit of the server scenario' },
  { id: 'mlperf-interactive-ttft', name: 'MLPerf, Llama 2 70B interactive: first token', metric: 'ttft_ms', quantile: 'p99', limit: 450, source: 'MLCommons, MLPerf Inference v5.0: limit of the interactive scenario' },
  { id: 'mlperf-interactive-tpot', name: 'MLPerf, Llama 2 70B interactive: each token', metric: 'tpot_ms', quantile: 'p99', limit: 40, source: 'MLCommons, MLPerf Inference v5.0: limit of the interactive scenario' },
];

export interface Standing {
  readonly value: number | null;
  /** 'open': the interval crosses the limit. 'unsure': too few requests for an interval. 'unknown': too few for the quantile. */
  readonly verdict: 'within' | 'beyond' | 'open' | 'unsure' | 'unknown';
}

export function standing(metric: Quantiles | undefined, reference: Reference): Standing {
  if (!metric) return { value: null, verdict: 'unknown' };
  const value = metric[reference.quantile];
  if (value === null) return { value: null, verdict: 'unknown' };
  const interval = reference.quantile === 'p99' ? metric.p99_interval : metric.p50_interval;
  if (!interval) return { value, verdict: 'unsure' };
  if (interval.high <= reference.limit) return { value, verdict: 'within' };
  return { value, verdict: interval.low > reference.limit ? 'beyond' : 'open' };
}

/** 5 of 99.9% and more, 4 of 99%, 3 of 95%, 2 of 90%, else 1. */
export function stars(success: number): number {
  return [0.9, 0.95, 0.99, 0.999].filter((limit) => success >= limit).length + 1;
}
