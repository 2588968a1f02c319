// transfer-process.ts CLOUDS_FILE CLOUD FILE CACHE: applies FILE as one image with the engine as built, as the extension host does, and
// prints what that cost this process.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseDefinitions } from '../../src/core/definition/parse.ts';
import { silentLog } from '../unit/silent-log.ts';
import type * as engineModule from '../../src/node/engine.ts';
import { TransferStore } from '../../src/state/transfers/transfers.ts';
import { ROOT } from '../host/folders.ts';
import type { TransferFigures } from './transfer.ts';

/** ms between two looks. */
const SAMPLE = 20;

const [cloudsFile = '', cloud = '', file = '', cacheFolder = ''] = process.argv.slice(2);
const { createEngine } = createRequire(import.meta.url)(join(ROOT, 'dist', 'engine.cjs')) as typeof engineModule;
const engine = createEngine({
  environment: { OS_CLIENT_CONFIG_FILE: cloudsFile, OS_CLOUD: cloud },
  workspaceFolders: [],
  extraCloudsFiles: [],
  allowedEnvironment: [],
  userAgent: 'glance-images-bench',
  log: silentLog,
  cacheFolder,
});
const name = `bench ${process.pid}`;
const definition = { name, container_format: 'bare', disk_format: 'raw', local_file_path: file };
const { definitions } = parseDefinitions(JSON.stringify(definition), join(cacheFolder, 'bench.image.jsonc'));
const transfers = new TransferStore();
const plans = await engine.plan(definitions);
transfers.begin(plans);

// Idle: the engine is loaded and has planned, as it is in an editor before anybody applies.
const idle = process.memoryUsage.rss();
let most = idle;
const looking = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), SAMPLE);
const late = monitorEventLoopDelay({ resolution: 1 });
late.enable();
const [result] = await engine.apply(plans, { onEvent: (event) => transfers.record(event) });
late.disable();
clearInterval(looking);

transfers.dispose();
if (result?.status !== 'done') throw new Error(result?.error?.message ?? 'Nothing was applied.');
await engine.deleteImage(result.plan.place, result.imageId ?? '');
await engine.dispose();
const figures: TransferFigures = {
  idle,
  most,
  lateP99: late.percentile(99) / 1e6,
  lateMost: late.max / 1e6,
};
console.log(JSON.stringify(figures));
