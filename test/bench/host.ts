import { createWriteStream } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { parseDefinitions } from '../../src/core/definition/parse.ts';
import type { Engine } from '../../src/core/engine.ts';
import type { Plan } from '../../src/core/reconcile/model/plan.ts';
import type { ApplyResult } from '../../src/core/reconcile/model/result.ts';
import { HostClient } from '../../src/transfers/client.ts';
import { HostProcess } from '../contract/transfers/host-process.ts';
import { benchEngine } from './bench-engine.ts';
import { CLOUD, withRealCloud, type RealCloud } from './real-cloud.ts';
import { inTurn, milliseconds, ratio, seconds, type Contender, type Row } from './rounds.ts';

const mebibytes = Number(process.env.BENCH_MIB ?? '1024');
const rounds = Number(process.env.BENCH_ROUNDS ?? '5');

/** What the transfer host costs: its start, its memory, and the time of an apply against one in this process. */
export function host(): Promise<readonly Row[]> {
  return withRealCloud(async (cloud) => {
    const file = join(cloud.folder, 'image.raw');
    await makeFile(file);
    const started = performance.now();
    const process = await HostProcess.start(cloud.folder);
    const start = performance.now() - started;
    const client = await HostClient.open(process.announced, undefined);
    const engine = benchEngine(cloud.cloudsFile, CLOUD, join(cloud.folder, 'cache'));
    try {
      // It settles for a moment after its start.
      await setTimeout(2000);
      const idle = await residentOf(process.id);
      const apply =
        (how: string, carryOut: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>): Contender =>
        (round) =>
          applied(cloud, `bench ${how} ${round} ${globalThis.process.pid}`, engine, carryOut);
      const setup = {
        environment: { OS_CLIENT_CONFIG_FILE: cloud.cloudsFile, OS_CLOUD: CLOUD },
        ...{ workspaceFolders: [], extraCloudsFiles: [], allowedEnvironment: [], userAgent: 'glance-images-bench' },
      };
      const { hosted, inProcess } = await inTurn(rounds, {
        inProcess: apply('here', (plans) => engine.apply(plans)),
        hosted: apply('hosted', async (plans) => (await client.begin(plans, setup, { asks: false })).results),
      });
      return [
        { what: 'start of the transfer host until it listens', measured: milliseconds(start), budget: '' },
        { what: 'memory of an idle transfer host', measured: `${idle} MiB`, budget: '' },
        {
          what: `apply a new image of ${mebibytes} MiB in the transfer host, against this process`,
          measured: ratio(hosted, inProcess),
          budget: '≤ 1.03 ×',
        },
        { what: '  hosted', measured: seconds(hosted), budget: '' },
        { what: '  in this process', measured: seconds(inProcess), budget: '' },
        { what: 'memory of it afterwards', measured: `${await residentOf(process.id)} MiB`, budget: '' },
      ];
    } finally {
      client.dispose();
      await engine.dispose();
      await process.end();
    }
  });
}

async function applied(
  { folder }: RealCloud,
  name: string,
  engine: Engine,
  carryOut: (plans: readonly Plan[]) => Promise<readonly ApplyResult[]>,
): Promise<() => Promise<void>> {
  const path = join(folder, 'bench.image.jsonc');
  const formats = { container_format: 'bare', disk_format: 'raw', inspect: false };
  const text = JSON.stringify({ name, ...formats, local_file_path: 'image.raw', region: 'RegionOne', cloud: CLOUD });
  await writeFile(path, text);
  const [result] = await carryOut(await engine.plan(parseDefinitions(text, path).definitions));
  if (result?.status !== 'done' || result.imageId === undefined) throw new Error(JSON.stringify(result));
  const { imageId, plan } = result;
  return () => engine.deleteImage(plan.place, imageId);
}

/** MiB that a process has in memory. Linux only. */
async function residentOf(id: number): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024);
}

async function makeFile(path: string): Promise<void> {
  const stream = createWriteStream(path);
  for (let index = 0; index < mebibytes; index += 1) {
    if (!stream.write(randomBytes(1024 * 1024))) await new Promise<void>((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  await finished(stream);
}
