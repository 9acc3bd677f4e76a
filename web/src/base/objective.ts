// Objectives as people write them: "ttft_p99=500ms". What is wrong with one is said in the words of src/plan/pieces.cc, which
// has the last word. Pure.

const LATENCIES = ['ttft', 'tpot', 'itl', 'e2e'];
const RATES = ['output_tokens_per_s', 'requests_per_s'];
const SHARE = 'success_rate';
const NAMES = [...LATENCIES, SHARE, ...RATES];
const DURATION = /^(\d+\.?\d*|\.\d+)(ns|us|ms|s|m|h|d)$/;
const NUMBER = /^(\d+\.?\d*|\.\d+)$/;

/** Without the spaces that do not matter. */
export const plainObjective = (text: string): string => text.replaceAll(/\s/g, '');

function latencyFault(figure: string, quantile: string | undefined, limit: string): string | undefined {
  if (quantile === undefined) return `say which percentile of ${figure}: ${figure}_p99=500ms`;
  const share = Number(quantile);
  if (!(share > 0 && share < 100)) return `a percentile is above 0 and below 100: ${figure}_p99`;
  if (NUMBER.test(limit)) return `'${limit}' has no unit: ${figure}_p${quantile}=500ms`;
  if (!DURATION.test(limit)) return `'${limit}' is no time: 500ms, 1.5s`;
  return parseFloat(limit) > 0 ? undefined : 'the limit must be more than 0';
}

function shareFault(limit: string): string | undefined {
  const share = limit.endsWith('%') ? Number(limit.slice(0, -1)) / 100 : Number(limit);
  if (!NUMBER.test(limit.replace(/%$/, ''))) return `'${limit}' is no share: ${SHARE}=99.9%`;
  return share > 0 && share <= 1 ? undefined : `a share is above 0 and at most 100%: ${SHARE}=99.9%`;
}

/** What is wrong with it; undefined where nothing is. */
export function objectiveFault(text: string): string | undefined {
  const plain = plainObjective(text);
  const equals = plain.indexOf('=');
  if (equals < 1 || equals === plain.length - 1) return 'write a figure, =, and a limit: ttft_p99=500ms';
  const name = plain.slice(0, equals);
  const limit = plain.slice(equals + 1);
  const [, figure = name, quantile] = /^(.+)_p([\d.]+)$/.exec(name) ?? [];
  if (!NAMES.includes(figure)) return `'${figure}' is no figure; there are ${NAMES.join(', ')}`;
  if (LATENCIES.includes(figure)) return latencyFault(figure, quantile, limit);
  if (quantile !== undefined) return `${figure} has no percentiles; write ${figure} alone`;
  if (figure === SHARE) return shareFault(limit);
  return NUMBER.test(limit) && Number(limit) > 0 ? undefined : `'${limit}' is no rate: ${figure}=5`;
}

/** Of several with commas between, the first fault; what is empty is none. */
export function objectivesFault(text: string): string | undefined {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  for (const part of parts) {
    const fault = objectiveFault(part);
    if (fault) return parts.length > 1 ? `${part.trim()}: ${fault}` : fault;
  }
  return undefined;
}
