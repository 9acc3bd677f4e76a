// Which rows of a long list are in sight. Browsers end an element at some 33 million pixels, and place things only to the whole pixel
// before that: a list that is longer scrolls faster than its bar, so that its last row can be reached. Pure.

const MOST_HEIGHT = 15_000_000; // pixels

export interface RowWindow {
  /** Of the element that is scrolled over. */
  readonly height: number;
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
  /** A row at or before the first. It is the same while one scrolls some hundred rows, so that rows keep their places beside it. */
  readonly anchor: number;
  /** Where that row stands in that element. */
  readonly y: number;
}

const ANCHORS = 500; // rows

export interface Sight {
  readonly count: number;
  readonly row: number;
  /** Pixels of rows that are in sight. */
  readonly view: number;
}

const sizes = ({ count, row, view }: Sight): { height: number; pace: number } => {
  const whole = count * row;
  const height = Math.min(whole, MOST_HEIGHT);
  return { height, pace: height > view ? (whole - view) / (height - view) : 1 };
};

/** `top` is how far the element is scrolled; `more` rows are made before and behind those in sight. */
export function rowWindow(sight: Sight, top: number, more: number): RowWindow {
  const { height, pace } = sizes(sight);
  const at = Math.max(0, Math.min(top, height - sight.view)) * pace;
  const first = Math.max(0, Math.floor(at / sight.row) - more);
  const end = Math.min(sight.count, Math.ceil((at + sight.view) / sight.row) + more);
  const anchor = first - (first % ANCHORS);
  return { height, first, end, anchor, y: Math.round(pace === 1 ? anchor * sight.row : top + anchor * sight.row - at) };
}

/** How far to scroll so that a row is in sight, as little as possible. */
export function scrolledTo(sight: Sight, top: number, index: number): number {
  const { pace } = sizes(sight);
  const at = top * pace;
  const low = (index + 1) * sight.row - sight.view;
  const high = index * sight.row;
  return (at < low ? low : at > high ? high : at) / pace;
}
