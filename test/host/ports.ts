import { createServer } from 'node:net';

/** A loopback port that nothing listens on, for who can't let the system choose one as it begins to listen. */
export async function freePort(): Promise<number> {
  return freePortsInARow(1);
}

/**
 * The first of `count` free loopback ports in a row, as a cloud needs one for each region.
 *
 * @param lowest they are at most 10,000 above it. Who keeps them for long while others come and go takes a range of its own; above 30,000 systems hand out ports by themselves
 */
export async function freePortsInARow(count: number, lowest = 20_000): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const first = lowest + Math.floor(Math.random() * (10_000 - count));
    const row = Array.from({ length: count }, (_, index) => listenOnce(first + index));
    if ((await Promise.allSettled(row)).every(({ status }) => status === 'fulfilled')) return first;
  }
  throw new Error(`No ${count} free ports in a row.`);
}

/** Listens for a moment: rejects where somebody else does. */
async function listenOnce(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
