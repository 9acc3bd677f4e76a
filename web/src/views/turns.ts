// Charts that want to be drawn take turns: so much work a second and no more, so that a page that is watched
// costs next to nothing beside the load. What had no turn waits for the next second.

/** Milliseconds of drawing in one go: what is under way is ended. */
const BUDGET = 10;
/** Between two goes, and longer after a go that took long, so that drawing takes no more than this share of a core. */
const PAUSE = 1000;
const SHARE = 0.015;

export interface Drawer {
  /** Nobody sees it: it can wait until somebody does. */
  readonly hidden: () => boolean;
  /** Nothing stands in its place yet: it need not wait. */
  readonly first: () => boolean;
  readonly draw: () => void;
}

// In the order in which they asked; who asks again keeps its place.
const waiting = new Map<object, Drawer>();
let timer: ReturnType<typeof setTimeout> | undefined;
let next = 0;

function turn(): void {
  timer = undefined;
  const began = performance.now();
  // What stands for the first time costs much, but once: nobody waits longer for the next go because of it.
  let firsts = 0;
  for (const [who, drawer] of waiting) {
    const start = performance.now();
    const first = drawer.first();
    if (drawer.hidden() || (!first && start - began - firsts > BUDGET)) continue;
    waiting.delete(who);
    drawer.draw();
    if (first) firsts += performance.now() - start;
  }
  const ended = performance.now();
  next = began + Math.max(PAUSE, (ended - began - firsts) / SHARE);
  if ([...waiting.values()].some((drawer) => !drawer.hidden())) timer = setTimeout(turn, next - ended);
}

export function askForTurn(who: object, drawer: Drawer): void {
  waiting.set(who, drawer);
  comeIntoSight();
}

/** Somebody who waits is seen now. */
export function comeIntoSight(): void {
  timer ??= setTimeout(turn, Math.max(0, next - performance.now()));
}

export function leaveTurns(who: object): void {
  waiting.delete(who);
}
