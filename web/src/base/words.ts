// Terms that pages explain, in plain English and in full; docs/glossary.md is where they come from.

export interface Term {
  readonly id: string;
  readonly name: string;
  /** For everybody: what it is like to the user. */
  readonly simple: string;
  /** The definition. */
  readonly exact: string;
  readonly example?: string;
}

export const TERMS: readonly Term[] = [
  {
    id: 'ttft',
    name: 'Time to first token (TTFT)',
    simple: 'How long a user looks at an empty screen before the answer begins.',
    exact: 'First chunk with text, reasoning or a tool call, minus the instant at which the request was sent. In milliseconds.',
    example: 'A TTFT of 350 ms feels immediate; above 2 s people start to wonder.',
  },
  {
    id: 'tpot',
    name: 'Time per output token (TPOT)',
    simple: 'How fast the answer is written once it has begun.',
    exact: '(last token − first token) / (output tokens − 1), for more than one token. In milliseconds.',
    example: '20 ms a token is 50 tokens a second: faster than anyone reads.',
  },
  {
    id: 'itl',
    name: 'Inter-token latency (ITL)',
    simple: 'Whether the answer flows or stutters.',
    exact: 'The gap between two tokens; a chunk of k tokens counts as k gaps of a k-th of the gap before it.',
  },
  {
    id: 'e2e',
    name: 'End-to-end latency (E2E)',
    simple: 'How long until the whole answer is there.',
    exact: 'End of the stream minus the instant at which the request was sent. In milliseconds.',
  },
  {
    id: 'output_tokens_per_s',
    name: 'Output tokens/s',
    simple: 'How much work the server gets done, all users together; what a GPU’s price buys.',
    exact: 'Output tokens of successful requests over the time at full load.',
  },
  {
    id: 'requests_per_s',
    name: 'Requests/s',
    simple: 'How many answers a second, all users together.',
    exact: 'Successful requests over the time at full load.',
  },
  {
    id: 'success_rate',
    name: 'Success rate',
    simple: 'How many of a hundred requests got an answer.',
    exact: 'Requests that succeeded, of those that succeeded or failed.',
  },
  {
    id: 'goodput',
    name: 'Goodput',
    simple: 'Useful work: a high rate at unbearable waiting is none.',
    exact: 'Requests a second that met every objective at once.',
  },
  {
    id: 'percentile',
    name: 'Percentile (p50, p90, p99)',
    simple: 'p50 is the typical user; p99 is the unlucky one in a hundred.',
    exact: 'The value that so many percent of the samples do not exceed. p50 is the median.',
    example: 'A p99 of 800 ms: one request in a hundred takes longer than that.',
  },
  {
    id: 'interval',
    name: '95% interval',
    simple: 'How far the figure may be off. A narrow bar means that the run was long and steady enough.',
    exact: 'The range in which the true value lies, in 95 of 100 such experiments.',
  },
  {
    id: 'verdict',
    name: 'Verdict',
    simple: 'What can honestly be said: better, worse, the same, or “cannot tell”.',
    exact:
      'Better or worse: the interval excludes no difference, and the effect is large enough to matter. Same: the interval lies within what does not matter. Cannot tell: it is too wide; run longer.',
  },
  {
    id: 'p_value',
    name: 'p-value',
    simple: 'How surprising the difference would be if there were none.',
    exact:
      'The probability of a difference at least as large as the one seen, if there were none. Adjusted for how many comparisons were made (Holm).',
  },
  {
    id: 'validity',
    name: 'Validity checks',
    simple: 'Reasons to doubt a measurement: too short, too many errors, a client that was too slow.',
    exact: 'Each check says what was seen, against which limit, and what to do. A run that fails one has no winner.',
  },
  {
    id: 'client',
    name: 'Client verdict',
    simple: 'Whether the machine that measured was itself the bottleneck.',
    exact: '“Client ok”, or “client was the bottleneck”: then the figures tell of the client, not of the server.',
  },
  {
    id: 'slo',
    name: 'Objective (SLO)',
    simple: 'A limit that a figure should keep, chosen by you.',
    exact: 'Written as figure=limit, for example ttft_p99=500ms or success_rate=99.9%.',
    example: 'ttft_p99=500ms: 99 of 100 users see the first word within half a second.',
  },
  {
    id: 'score',
    name: 'Score',
    simple: 'One number from 0 to 100 for those who want one. No verdict rests on it.',
    exact: 'The weighted mean of latency and throughput, each against the best of the sides, and of the success rate. Settings say what each counts for.',
  },
  {
    id: 'target',
    name: 'Target',
    simple: 'One of the things compared: an engine, a model, or a setting of either.',
    exact: 'One endpoint to measure: an engine’s kind, a URL, a model, settings, and a name to show.',
  },
  {
    id: 'baseline',
    name: 'Baseline',
    simple: 'What the others are compared with.',
    exact: 'A run that was marked so, or the first of the targets. Differences are said against it.',
  },
  {
    id: 'warmup',
    name: 'Warm-up',
    simple: 'The first requests, which are slow for reasons that pass; they do not count.',
    exact: 'Requests at the start that are sent and recorded, but left out of every figure.',
  },
  {
    id: 'load',
    name: 'Load shape',
    simple: 'When requests leave: so many at a time, or so many a second.',
    exact:
      'Closed loop (concurrency): each of N users sends the next request when the last is answered. Open loop (rate): requests leave at planned instants, whatever the server does.',
  },
  {
    id: 'schedule_lag',
    name: 'Schedule lag',
    simple: 'How late the measuring machine itself was.',
    exact: 'The instant of sending minus the planned instant.',
  },
  {
    id: 'run',
    name: 'Run',
    simple: 'One measurement, from its start to its end, with everything that was recorded.',
    exact: 'One execution of a plan: a folder of files whose name is the run’s id.',
  },
  {
    id: 'token',
    name: 'Token',
    simple: 'The piece of text in which a model reads and writes: about three quarters of a word.',
    exact: 'Counted by the engine where it tells; a row says whose count it holds.',
  },
];

export function term(id: string): Term | undefined {
  return TERMS.find((one) => one.id === id);
}

/** The term behind a figure's name: "ttft_p99" is told by "ttft". */
export function termOfFigure(figure: string): Term | undefined {
  return term(figure) ?? TERMS.find((one) => figure.startsWith(`${one.id}_`));
}
