import { execFile } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLOUD, withRealCloud } from './real-cloud.ts';
import { milliseconds, type Row } from './rounds.ts';

/** What `transfer-process.ts` prints. */
export interface TransferFigures {
  /** Bytes of resident memory, workers included. */
  readonly idle: number;
  readonly most: number;
  /** ms that the event loop was late. */
  readonly lateP99: number;
  readonly lateMost: number;
}

const GIBIBYTES = [1, 8];

/** Memory and event loop of a process that applies one image as the extension host does, at 1 GiB and at 8 GiB. */
export function transfer(): Promise<readonly Row[]> {
  return withRealCloud(async ({ cloudsFile, folder }) => {
    const rows: Row[] = [];
    for (const gibibytes of GIBIBYTES) {
      const file = join(folder, `${gibibytes}.raw`);
      await writeFile(file, '');
      await truncate(file, gibibytes * 1024 ** 3);
      const { idle, most, lateP99, lateMost } = await measure(cloudsFile, file, join(folder, 'cache'));
      const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MB`;
      rows.push(
        {
          what: `memory while ${gibibytes} GiB are sent, over idle`,
          measured: `${mebibytes(most - idle)} (${mebibytes(idle)} to ${mebibytes(most)})`,
          budget: '≤ 100 MB, flat',
        },
        {
          what: `event loop delay while ${gibibytes} GiB are sent, p99`,
          measured: `${milliseconds(lateP99)} (at most ${milliseconds(lateMost)})`,
          budget: '≤ 20 ms',
        },
      );
    }
    return rows;
  });
}

async function measure(cloudsFile: string, file: string, cache: string): Promise<TransferFigures> {
  const program = join(import.meta.dirname, 'transfer-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, cloudsFile, CLOUD, file, cache]);
  return JSON.parse(stdout) as TransferFigures;
}
