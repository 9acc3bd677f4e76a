// Where the page shows what an insight rests on, by the names that rules use (docs/insights.md). Pure.
import { path } from '../base/query.ts';

const METRICS = ['ttft', 'tpot', 'e2e', 'itl'];

/** A link, and what it is called; undefined where the page shows nothing of it. */
export function evidenceLink(run: string, chart: string | null, metric: string | null): { href: string; name: string } | undefined {
  const shown = metric && METRICS.includes(metric) ? metric : 'ttft';
  const tab = (name: string, id: string, query: Record<string, string> = {}): string => `${path(`/analyze/${name}`, { run, ...query })}#${id}`;
  switch (chart) {
    case 'comparison':
      return { href: path('/compare', { runs: run }), name: 'See the comparison' };
    case 'errors':
      return { href: tab('errors', 'errors-by-kind'), name: 'See the errors' };
    case 'latency_over_time':
      return { href: tab('time', `${shown === 'itl' ? 'ttft' : shown}-over-time`), name: 'See it over time' };
    case 'latency_by_tokens':
      return { href: tab('tokens', shown === 'ttft' || shown === 'itl' ? 'ttft-by-input-tokens' : `${shown}-by-output-tokens`), name: 'See it by tokens' };
    case 'latency_distribution':
      return { href: tab('latency', `${shown}-distribution`, { metric: shown }), name: 'See the distribution' };
    case 'throughput_latency':
      return { href: tab('throughput', 'throughput-over-time'), name: 'See the throughput' };
    case 'latency_breakdown':
      return { href: tab('resources', 'latency-breakdown'), name: 'See where the time goes' };
    case 'kv_cache':
      return { href: tab('resources', 'engine-cache'), name: 'See the cache' };
    case 'client_lag':
      return { href: tab('errors', 'client-health'), name: 'See the client' };
    case 'requests':
      return { href: path('/analyze/requests', { run }), name: 'See the requests' };
    default:
      return undefined;
  }
}
