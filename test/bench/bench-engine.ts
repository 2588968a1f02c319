import type { Engine } from '../../src/core/engine.ts';
import { silentLog } from '../unit/silent-log.ts';
import { createEngine } from '../../src/node/engine.ts';

/** The engine in this process on the clouds of one file. */
export function benchEngine(cloudsFile: string, cloud: string, cacheFolder: string): Engine {
  return createEngine({
    environment: { OS_CLIENT_CONFIG_FILE: cloudsFile, OS_CLOUD: cloud },
    workspaceFolders: [],
    extraCloudsFiles: [],
    allowedEnvironment: [],
    userAgent: 'glance-images-bench',
    log: silentLog,
    cacheFolder,
  });
}
