import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDefinitions } from '../../src/core/definition/parse.ts';
import type { Engine } from '../../src/core/engine.ts';
import { benchEngine } from './bench-engine.ts';
import { CLOUD, withRealCloud } from './real-cloud.ts';
import { recordRequests, replay } from './requests.ts';
import { inTurn, ratio, type Row } from './rounds.ts';

const MEBIBYTES = 1024;
const ROUNDS = 9;

/** The time to plan an unchanged definition with a file of 1 GiB again, against the plain requests that it sends. */
export function plan(): Promise<readonly Row[]> {
  return withRealCloud(async ({ cloudsFile, folder }) => {
    const file = join(folder, 'plan.image.jsonc');
    const source = join(folder, 'plan.raw');
    await writeFile(source, '');
    await truncate(source, MEBIBYTES * 1024 * 1024);
    const name = `bench plan ${process.pid}`;
    const text = JSON.stringify({ name, container_format: 'bare', disk_format: 'raw', local_file_path: source });
    const { definitions } = parseDefinitions(text, file);
    const engine = benchEngine(cloudsFile, CLOUD, join(folder, 'cache'));
    try {
      const [applied] = await engine.apply(await engine.plan(definitions));
      if (applied?.status !== 'done') throw new Error(applied?.error?.message ?? 'Nothing was applied.');
      try {
        return await measure(() => planUnchanged(engine, definitions));
      } finally {
        await engine.deleteImage(applied.plan.place, applied.imageId ?? '');
      }
    } finally {
      await engine.dispose();
    }
  });
}

async function measure(again: () => Promise<void>): Promise<readonly Row[]> {
  const { gets, others } = await recordRequests(again);
  const { ours, plain } = await inTurn(ROUNDS, {
    ours: () => again().then(() => undefined),
    plain: () => replay(gets).then(() => undefined),
  });
  return [
    {
      what: `plan an unchanged definition again, against its ${gets.length} requests`,
      measured: `${ratio(ours, plain)}${others === 0 ? '' : `, ${others} others`}`,
      budget: '≤ 1.2 ×',
    },
  ];
}

async function planUnchanged(engine: Engine, definitions: Parameters<Engine['plan']>[0]): Promise<void> {
  const [plan] = await engine.plan(definitions);
  if (plan?.action !== 'none') throw new Error(`The plan is ${plan?.action ?? 'missing'}.`);
}
