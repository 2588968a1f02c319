import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchEngine } from './bench-engine.ts';
import { IMAGES, withManyImages } from './many-images.ts';
import { recordRequests, replay } from './requests.ts';
import { inTurn, median, milliseconds, ratio, type Row } from './rounds.ts';

const ROUNDS = 5;
/** As many as `explorer.pageSize` has by default, and as the command line reads. */
const PAGE_SIZES = [100, 1000];

/** The time to read 10,000 images of a sandbox, against the plain requests for the same pages, and the time to the first page. */
export function list(): Promise<readonly Row[]> {
  return withManyImages(async (cloudsFile) => {
    const folder = await mkdtemp(join(tmpdir(), 'glance-images-bench-'));
    const engine = benchEngine(cloudsFile, 'sandbox', folder);
    try {
      const place = await engine.place('sandbox', 'RegionOne');
      const rows: Row[] = [];
      for (const pageSize of PAGE_SIZES) {
        const firsts: number[] = [];
        const read = async (): Promise<void> => {
          const started = performance.now();
          let images = 0;
          for await (const page of engine.images(place, { pageSize })) {
            if (images === 0) firsts.push(performance.now() - started);
            images += page.length;
          }
          if (images !== IMAGES) throw new Error(`${images} images were read.`);
        };
        const { gets } = await recordRequests(read);
        firsts.length = 0;
        const { ours, plain } = await inTurn(ROUNDS, {
          ours: () => read().then(() => undefined),
          plain: () => replay(gets).then(() => undefined),
        });
        rows.push(
          {
            what: `list ${IMAGES} images by ${pageSize}, against its ${gets.length} requests`,
            measured: ratio(ours, plain),
            budget: '≤ 1.15 ×',
          },
          { what: '  to the first page', measured: milliseconds(median(firsts)), budget: 'at once' },
        );
      }
      return rows;
    } finally {
      await engine.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
}
