// What a live page remembers: a bounded number of figures, however long the run. Pure.

/** Points in the order of time. When it is full, every second one goes: the whole run stays, coarser. */
export class Series {
  private readonly at: Float64Array;
  private readonly value: Float64Array;
  private used = 0;

  constructor(readonly most = 4096) {
    this.at = new Float64Array(most);
    this.value = new Float64Array(most);
  }

  get count(): number {
    return this.used;
  }

  push(at: number, value: number): void {
    if (this.used === this.most) {
      for (let i = 0; 2 * i + 1 < this.used; i += 1) {
        this.at[i] = this.at[2 * i + 1] ?? 0;
        this.value[i] = this.value[2 * i + 1] ?? 0;
      }
      this.used = Math.floor(this.used / 2);
    }
    this.at[this.used] = at;
    this.value[this.used] = value;
    this.used += 1;
  }

  time(i: number): number {
    return this.at[i] ?? NaN;
  }

  figure(i: number): number {
    return this.value[i] ?? NaN;
  }

  last(): number | undefined {
    return this.used > 0 ? this.value[this.used - 1] : undefined;
  }

  /** The first place at `from` or later. */
  place(from: number): number {
    let low = 0;
    let high = this.used;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.at[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** [time, figure] from `from` on, at most `most` of them. */
  points(from: number, most: number): [number, number][] {
    const first = this.place(from);
    const step = Math.max(1, Math.ceil((this.used - first) / most));
    const points: [number, number][] = [];
    for (let i = this.used - 1; i >= first; i -= step) points.push([this.time(i), this.figure(i)]);
    return points.reverse();
  }

  /** Of a counter: how fast it rose over the `width` seconds before each point. */
  rates(from: number, width: number, most: number): [number, number][] {
    const first = this.place(from);
    const step = Math.max(1, Math.ceil((this.used - first) / most));
    const points: [number, number][] = [];
    for (let i = this.used - 1; i >= first; i -= step) {
      const rate = this.rate(i, width);
      if (rate !== undefined) points.push([this.time(i), rate]);
    }
    return points.reverse();
  }

  /** Up to point `i`; undefined where there is nothing before it. */
  rate(i: number, width: number): number | undefined {
    const before = Math.min(this.place(this.time(i) - width), i - 1);
    if (before < 0) return undefined;
    const span = this.time(i) - this.time(before);
    return span > 0 ? Math.max(0, (this.figure(i) - this.figure(before)) / span) : undefined;
  }

  mean(): number | undefined {
    if (this.used === 0) return undefined;
    let sum = 0;
    for (let i = 0; i < this.used; i += 1) sum += this.value[i] ?? 0;
    return sum / this.used;
  }

  peak(): number | undefined {
    if (this.used === 0) return undefined;
    let most = -Infinity;
    for (let i = 0; i < this.used; i += 1) most = Math.max(most, this.value[i] ?? 0);
    return most;
  }
}

const PER_DECADE = 12;
const FIRST = -2; // of ten: 0.01 ms
const BINS = 9 * PER_DECADE;

/** Milliseconds in bins that grow by the same share: 12 to each factor of ten. */
export class Histogram {
  private readonly bins = new Uint32Array(BINS);
  total = 0;

  static edge(bin: number): number {
    return 10 ** (FIRST + bin / PER_DECADE);
  }

  push(ms: number): void {
    const bin = Math.floor((Math.log10(Math.max(ms, 1e-9)) - FIRST) * PER_DECADE);
    const place = Math.min(BINS - 1, Math.max(0, bin));
    this.bins[place] = (this.bins[place] ?? 0) + 1;
    this.total += 1;
  }

  /** [middle of the bin, share of all], from the first bin with something in it to the last, and one empty bin around. */
  shares(): [number, number][] {
    let low = 0;
    let high = BINS - 1;
    while (low < high && this.bins[low] === 0) low += 1;
    while (high > low && this.bins[high] === 0) high -= 1;
    if (this.total === 0) return [];
    const points: [number, number][] = [];
    for (let i = Math.max(0, low - 1); i <= Math.min(BINS - 1, high + 1); i += 1) {
      points.push([Histogram.edge(i + 0.5), (this.bins[i] ?? 0) / this.total]);
    }
    return points;
  }
}

/** The newest figures. */
export class Recent {
  private readonly value: Float64Array;
  private used = 0;
  private next = 0;

  constructor(readonly most: number) {
    this.value = new Float64Array(most);
  }

  get count(): number {
    return this.used;
  }

  push(value: number): void {
    this.value[this.next] = value;
    this.next = (this.next + 1) % this.most;
    this.used = Math.min(this.most, this.used + 1);
  }

  mean(): number | undefined {
    if (this.used === 0) return undefined;
    let sum = 0;
    for (let i = 0; i < this.used; i += 1) sum += this.value[i] ?? 0;
    return sum / this.used;
  }

  quantile(q: number): number | undefined {
    if (this.used === 0) return undefined;
    const sorted = this.value.slice(0, this.used).sort();
    return sorted[Math.min(this.used - 1, Math.floor(q * this.used))];
  }
}
