// What the server tells, as far as pages read it: the JSON of the program's own commands.
import type { Table } from '../base/table.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

export interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly started: string;
  readonly targets: readonly string[];
  readonly engines: readonly string[];
  readonly models: readonly string[];
  readonly rows: number;
  readonly live: boolean;
  readonly baseline: boolean;
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly problem: string;
}

export interface RunTarget {
  readonly name: string;
  readonly engine: string;
  readonly url: string;
  readonly model: string;
  readonly server_version: string;
  readonly colour: string;
}

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly live: boolean;
  readonly started: string;
  readonly duration_s: number;
  readonly targets: readonly RunTarget[];
  readonly rows: number;
  readonly ok: number;
  readonly group: string | null;
  readonly imported: boolean;
  readonly baseline: boolean;
  readonly tags: readonly string[];
  readonly notes: readonly { readonly at: string; readonly text: string }[];
}

export interface Distribution {
  readonly n: number;
  readonly p50: number | null;
  readonly p50_interval: Interval | null;
  readonly p90: number | null;
  readonly p90_interval: Interval | null;
  readonly p95: number | null;
  readonly p95_interval: Interval | null;
  readonly p99: number | null;
  readonly p99_interval: Interval | null;
  readonly mean: number | null;
  readonly std: number | null;
}

export interface Rate {
  readonly value: number | null;
  readonly interval: Interval | null;
}

export type Metric = Distribution | Rate;

export function isRate(metric: Metric): metric is Rate {
  return 'value' in metric;
}

export interface SummaryTarget {
  readonly name: string;
  readonly engine: string;
  readonly model: string;
  readonly measured_s: number;
  readonly requests: { readonly planned: number; readonly ok: number; readonly failed: number; readonly dropped: number };
  readonly tokens: { readonly input: number; readonly output: number; readonly mean_input: number | null; readonly mean_output: number | null };
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly slos: readonly Objective[];
}

export interface Check {
  readonly id: string;
  readonly level: 'pass' | 'warn' | 'fail';
  readonly text: string;
  readonly target?: string;
}

export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}

export interface Summary {
  readonly run_id: string;
  readonly status: string;
  readonly summary: {
    readonly method_version: number;
    readonly scenario: string;
    readonly answer: {
      readonly verdict: string;
      readonly primary: Figure | null;
      readonly headline: string;
      readonly details: readonly string[];
      readonly winner?: string | null;
    } | null;
    readonly valid: boolean;
    readonly slos_met: boolean | null;
    readonly client: { readonly ok: boolean; readonly text: string };
    readonly targets: readonly SummaryTarget[];
    readonly checks: readonly Check[];
  };
}

export interface Difference {
  readonly side: string;
  readonly verdict: string;
  readonly value: number | null;
  readonly difference: number | null;
  readonly ratio: number | null;
  readonly interval_of: string;
  readonly interval: Interval | null;
  readonly p_value: number | null;
  readonly p_adjusted: number | null;
  readonly why?: string;
  /** How the interval was come by. */
  readonly method?: string;
  readonly n: { readonly side: number; readonly baseline: number } | null;
}

export interface ComparedFigure extends Figure {
  readonly baseline: number | null;
  readonly winner: string | null;
  readonly tie: boolean;
  readonly why_no_winner?: string;
  readonly not_comparable?: string;
  readonly against_baseline: readonly Difference[];
}

export interface MetricTests {
  readonly metric: string;
  readonly chosen: string;
  readonly tests: readonly { readonly method: string; readonly asks: string; readonly statistic: number | null; readonly p_value: number | null; readonly p_adjusted: number | null }[];
  readonly cohens_d: number | null;
  readonly hedges_g: number | null;
  readonly cliffs_delta: number | null;
  readonly hodges_lehmann_ms: number | null;
  readonly hodges_lehmann_interval: Interval | null;
}

export interface Contest {
  readonly scenario: string;
  readonly sides: readonly { readonly label: string; readonly run: string; readonly target: string; readonly engine: string; readonly model: string }[];
  readonly baseline: string;
  readonly comparable: boolean;
  readonly why_not?: string;
  readonly answer: {
    readonly verdict: string;
    readonly winner: string | null;
    readonly primary: string;
    readonly headline: string;
    readonly reasons: readonly string[];
    readonly details: readonly string[];
  };
  readonly figures: readonly ComparedFigure[];
  readonly scores?: { readonly formula: string; readonly sides: readonly { readonly side: string; readonly latency: number | null; readonly throughput: number | null; readonly reliability: number | null; readonly total: number | null }[] };
  readonly tests?: { readonly caveat: string; readonly pairs: readonly { readonly side: string; readonly baseline: string; readonly metrics: readonly MetricTests[] }[] };
  readonly checks: readonly Check[];
}

export interface Comparison {
  readonly comparisons: readonly Contest[];
  readonly unmatched: readonly unknown[];
}

export interface Insight {
  readonly rule: string;
  readonly kind: string;
  readonly severity: string;
  readonly simple: string;
  readonly technical: string;
  readonly evidence: { readonly target: string | null; readonly metric: string | null; readonly chart: string | null };
}

export interface Objective {
  readonly slo: string;
  readonly figure: Figure;
  readonly limit: number;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly met: boolean | null;
  readonly certain: boolean;
  readonly margin: number | null;
}

export interface Objectives {
  readonly passed: boolean | null;
  readonly runs: readonly {
    readonly run_id: string;
    readonly passed: boolean | null;
    readonly targets: readonly { readonly name: string; readonly passed: boolean | null; readonly slos: readonly Objective[] }[];
  }[];
}

export interface ChartEntry {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly how_to_read: string;
  readonly needs: string;
  readonly level: 'simple' | 'technical';
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly source: string;
  readonly alt: string;
  readonly empty: string;
  readonly about: ChartEntry;
  readonly table: Table;
  readonly chart: unknown;
}

export interface RequestRow {
  readonly index: number;
  readonly target: number;
  readonly block: number;
  readonly status: string;
  readonly planned_s: number | null;
  readonly sent_s: number | null;
  readonly ttft_ms: number | null;
  readonly tpot_ms: number | null;
  readonly e2e_ms: number | null;
  readonly schedule_lag_ms: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cached_tokens: number | null;
  readonly http_code: number | null;
}

export interface RequestPage {
  readonly rows: number;
  readonly matching: number;
  readonly offset: number;
  readonly requests: readonly RequestRow[];
}

/** One request with everything that was recorded; instants in nanoseconds since the run's start. */
export interface RequestRecord {
  readonly request: Readonly<Record<string, string | number | boolean | null | readonly number[]>>;
  readonly texts: Readonly<Record<string, unknown>> | null;
}

export interface SqlTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
  /** Cells that were too long to be sent whole. */
  readonly cut: number;
}

export interface Session {
  readonly token: string;
  readonly version: string;
  readonly stream: string;
  readonly runs: readonly string[];
}
