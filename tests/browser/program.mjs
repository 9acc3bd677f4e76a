// The program as tests of its pages start and kill it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** Its child and the address that it tells; none outlives the test. */
export async function start(program, ...words) {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
    if (found) return { child, url: found[0] };
  }
  throw new Error(`${words[0]} did not start`);
}

/** Until it is gone. */
export async function kill(one, signal = 'SIGKILL') {
  const gone = once(one.child, 'exit');
  one.child.kill(signal);
  await gone;
  children.delete(one.child);
}
