// Where a text stops being JSON. Browsers tell it each in a way of its own, or not at all. Pure.
export interface Place {
  readonly line: number;
  readonly column: number;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
/** Deeper than any file of ours, and no danger to the stack. */
const DEEPEST = 200;

class Reader {
  at = 0;
  constructor(private readonly text: string) {}

  take(what: RegExp): boolean {
    what.lastIndex = this.at;
    if (!what.test(this.text)) return false;
    this.at = what.lastIndex;
    return true;
  }

  sign(one: string): boolean {
    this.take(SPACE);
    if (this.text[this.at] !== one) return false;
    this.at += 1;
    return true;
  }

  /** False where it stops at a fault. */
  value(depth: number): boolean {
    if (depth > DEEPEST) return false;
    if (this.sign('{')) return this.list('}', () => this.take(STRING) && this.sign(':') && this.value(depth + 1));
    if (this.sign('[')) return this.list(']', () => this.value(depth + 1));
    return this.take(STRING) || this.take(PLAIN);
  }

  private list(end: string, entry: () => boolean): boolean {
    if (this.sign(end)) return true;
    do {
      this.take(SPACE);
      if (!entry()) return false;
    } while (this.sign(','));
    return this.sign(end);
  }

  ends(): boolean {
    this.take(SPACE);
    return this.at === this.text.length;
  }
}

/** undefined: it is JSON throughout. */
export function jsonFault(text: string): Place | undefined {
  const reader = new Reader(text);
  if (reader.value(0) && reader.ends()) return undefined;
  const before = text.slice(0, reader.at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
