// Charts that want to be drawn take turns: so much work a second and no more, so that a page that is watched
// costs next to nothing beside the load. What had no turn waits for the next second.

/** Milliseconds of drawing a second. */
const BUDGET = 14;
const PAUSE = 1000;

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
let last = -Infinity;

function turn(): void {
  timer = undefined;
  const began = performance.now();
  last = began;
  for (const [who, drawer] of waiting) {
    if (drawer.hidden() || (!drawer.first() && performance.now() - began > BUDGET)) continue;
    waiting.delete(who);
    drawer.draw();
  }
  if ([...waiting.values()].some((drawer) => !drawer.hidden())) timer = setTimeout(turn, PAUSE);
}

export function askForTurn(who: object, drawer: Drawer): void {
  waiting.set(who, drawer);
  comeIntoSight();
}

/** Somebody who waits is seen now. */
export function comeIntoSight(): void {
  timer ??= setTimeout(turn, Math.max(0, last + PAUSE - performance.now()));
}

export function leaveTurns(who: object): void {
  waiting.delete(who);
}
