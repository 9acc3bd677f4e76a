// What the reader says of costs: its names are those of /api/v1/cost, faults are said before the program says them. Pure.
import { readByName } from './by_name.ts';
import { objectivesFault } from './objective.ts';

export interface CostField {
  readonly name: string;
  readonly label: string;
  readonly unit?: string;
  /** What holds where nothing is said, or how it is written. */
  readonly hint: string;
  /** What is wrong with it; undefined where nothing is. */
  readonly fault: (text: string) => string | undefined;
}

type Fault = CostField['fault'];

const plain = (text: string): number | undefined => (/^(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : undefined);

function amount(most = 1e12): Fault {
  return (text) => {
    const value = plain(text);
    if (value === undefined) return `'${text.trim()}' is not a number of 0 or more`;
    return value > most ? `at most ${most.toLocaleString('en')}` : undefined;
  };
}

/** Below 0 too: what a change takes away a month. */
const signed: Fault = (text) => (plain(text.trim().replace(/^-/, '')) === undefined ? `'${text.trim()}' is not a number` : undefined);

/** The first fault of a value for all or by name. */
function eachOf(fault: Fault): Fault {
  return (text) => {
    const { all, by } = readByName(text);
    for (const [name, value] of [...(all ? [['', all]] : []), ...Object.entries(by)] as [string, string][]) {
      const wrong = fault(value);
      if (wrong) return name ? `${name}: ${wrong}` : wrong;
    }
    return undefined;
  };
}

const price: Fault = (text) => (plain(text) === undefined ? `'${text}' is not a price of 0 or more` : undefined);

const wholes: Fault = (text) => {
  const value = plain(text);
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 1e5 ? undefined : `'${text}' is not a number of GPUs`;
};

const rates: Fault = (text) => {
  const wrong = text.split(',').find((part) => !((plain(part) ?? 0) > 0) || Number(part) > 1e9);
  return wrong === undefined ? undefined : `'${wrong.trim()}' is not a number of requests a second; with commas between: 1,10,100`;
};

const growth: Fault = (text) => ((plain(text) ?? 0) > 0 ? undefined : `'${text.trim()}' is not a number above 0`);

/** "60%" or "0.6". */
const share: Fault = (text) => {
  const bare = text.trim();
  const value = bare.endsWith('%') ? (plain(bare.slice(0, -1)) ?? 0) / 100 : (plain(bare) ?? 0);
  return value > 0 && value <= 1 ? undefined : `'${bare}' is not a share; write 60% or 0.6`;
};

/** Of money lost: 0 is a good answer, and a bare number is percent. */
const percent: Fault = (text) => {
  const value = plain(text.trim().replace(/%$/, ''));
  return value !== undefined && value <= 100 ? undefined : `'${text.trim()}' is not a percentage`;
};

export const PRICE: CostField = { name: 'price', label: 'Price of a GPU hour', unit: '$', hint: '2.50', fault: eachOf(price) };
export const GPUS: CostField = { name: 'gpus', label: 'GPUs behind the URL', hint: '1', fault: eachOf(wholes) };
/** Its names are the price list's, which the page asks for. */
export const GPU = 'gpu';

export const QPS: CostField = { name: 'qps', label: 'Requests a second', hint: '1,10,100', fault: rates };
const GROWTH: CostField = { name: 'growth', label: 'Growth, times', hint: 'none', fault: growth };
export const DEMAND: readonly CostField[] = [
  QPS,
  GROWTH,
  { name: 'slo', label: 'Objectives', hint: 'ttft_p95=400ms', fault: objectivesFault },
];
export const COUNTED: readonly CostField[] = [
  { name: 'utilization', label: 'Utilization', hint: '100%', fault: share },
  { name: 'hours', label: 'Hours a month', hint: '730', fault: amount(744) },
  { name: 'months', label: 'Months', hint: '12', fault: amount(1200) },
  { name: 'output-weight', label: 'Output token, in input tokens', hint: '4', fault: amount(1000) },
];
export const CHANGE: readonly CostField[] = [
  { name: 'investment', label: 'The change costs, once', unit: '$', hint: '0', fault: amount() },
  { name: 'benefit', label: 'It also brings, a month', unit: '$', hint: '0', fault: signed },
  { name: 'people', label: 'People who wait', hint: '0', fault: amount() },
  { name: 'answers-per-day', label: 'Answers each, a day', hint: '0', fault: amount() },
  { name: 'days', label: 'Working days a month', hint: '21', fault: amount(31) },
  { name: 'wage', label: 'An hour of their time', unit: '$', hint: '0', fault: amount() },
  { name: 'revenue', label: 'The service earns, a month', unit: '$', hint: '0', fault: amount() },
  { name: 'loss-per-second', label: 'Lost per second of waiting', unit: '%', hint: '0', fault: percent },
];

/** Of these the reader's usual ones are kept in Settings. */
export const ASSUMED: readonly CostField[] = [QPS, GROWTH, ...COUNTED];

/** What wants a number of its own is not asked for while it is wrong or alone. */
export function asked(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const good: Record<string, string> = {};
  for (const field of [PRICE, GPUS, ...DEMAND, ...COUNTED]) {
    const text = query[field.name];
    if (text && !field.fault(text)) good[field.name] = text;
  }
  if (query[GPU]) good[GPU] = query[GPU];
  return { ...good, ...changeAsked(query) };
}

/** A change is asked for once both its sides are chosen; money earned and its loss belong together. */
function changeAsked(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { from, to } = query;
  if (!from || !to || from === to) return {};
  const good: Record<string, string> = { from, to };
  for (const field of CHANGE) {
    const text = query[field.name];
    if (text && !field.fault(text)) good[field.name] = text;
  }
  const loss = good['loss-per-second'];
  if (!(Number(good['revenue'] ?? 0) > 0) || loss === undefined || !(parseFloat(loss) > 0)) {
    delete good['revenue'];
    delete good['loss-per-second'];
  } else {
    good['loss-per-second'] = `${parseFloat(loss)}%`;
  }
  return good;
}
