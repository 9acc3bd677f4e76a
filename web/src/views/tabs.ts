// Which chart stands on which tab of Analyze. Pure.
import type { ChartEntry } from '../data/types.ts';

export const TABS = [
  { id: 'latency', name: 'Latency' },
  { id: 'throughput', name: 'Throughput' },
  { id: 'time', name: 'Time' },
  { id: 'tokens', name: 'Tokens' },
  { id: 'errors', name: 'Errors' },
  { id: 'resources', name: 'Resources' },
  { id: 'users', name: 'Users' },
  { id: 'requests', name: 'Requests' },
] as const;

export type Tab = (typeof TABS)[number]['id'];

export const METRICS = [
  { id: 'ttft', name: 'First token' },
  { id: 'tpot', name: 'Per token' },
  { id: 'e2e', name: 'Whole answer' },
  { id: 'itl', name: 'Between tokens' },
] as const;

const PLACES: readonly (readonly [RegExp, Tab | 'elsewhere'])[] = [
  [/^(differences|winners|radar-|trend|cost|energy$|cost-)/, 'elsewhere'],
  [/^(errors|failures)|^client-health$|^timeouts/, 'errors'],
  [/^(race|scenarios)$/, 'throughput'],
  [/^correlations$/, 'tokens'],
  [/^(user|session|turn)/, 'users'],
  [/-shift$|^token-gaps$/, 'latency'],
  [/-by-(input|output)-tokens$/, 'tokens'],
  [/^(latency-breakdown|health|engine-|gpu|host|energy)/, 'resources'],
  [/(^|-)over-time$|^warm-up$|^request-lanes$|^request-waterfall$|heatmap|rolling/, 'time'],
  [/^(dashboard|throughput|output-rate|concurrency|pareto|scalability|goodput|latency-by-load|ttft-by-load)/, 'throughput'],
  [/tokens|prompt|length/, 'tokens'],
];

export function tabOf(entry: ChartEntry): Tab | 'elsewhere' {
  if (entry.id === 'throughput-over-time') return 'throughput';
  for (const [pattern, tab] of PLACES) if (pattern.test(entry.id)) return tab;
  return entry.needs === 'telemetry' ? 'resources' : 'latency';
}

/** "ttft" of "ttft-ecdf"; undefined of charts that are of no single metric. */
export function metricOf(entry: ChartEntry): string | undefined {
  if (entry.id === 'token-gaps') return 'itl';
  return METRICS.find((metric) => entry.id.startsWith(`${metric.id}-`))?.id;
}
