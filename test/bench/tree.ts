import type { Cloud } from '../../src/core/keystone/clouds/configuration.ts';
import { CloudsStore } from '../../src/state/clouds/clouds.ts';
import type { RegionNode } from '../../src/state/clouds/clouds-tree.ts';
import { SavedDefinitions } from '../../src/state/definitions/saved-definitions.ts';
import { ImageManagement } from '../../src/state/clouds/image-management.ts';
import type { ImageView } from '../../src/state/clouds/image-view.ts';
import { PlansStore } from '../../src/state/definitions/plans.ts';
import { liveImage, placeNamed } from '../unit/state/live-image.ts';
import { median, milliseconds, type Row } from './rounds.ts';

const IMAGES = 10_000;
const ROUNDS = 9;

/** How long the rows of the Glance view block the extension host with 10,000 images loaded. */
export async function tree(): Promise<readonly Row[]> {
  const place = placeNamed('RegionOne');
  const images = Array.from({ length: IMAGES }, (_, index) =>
    liveImage(`id-${index}`, `Image ${index}`, { tags: [`tag-${index % 20}`], properties: { os_distro: 'ubuntu' } }),
  );
  const cloud: Cloud = {
    name: place.cloud,
    origin: place.origin,
    authType: 'password',
    auth: {},
    regions: [],
    interfaces: ['public'],
    tls: { verify: true },
    problems: [],
  };
  const source = {
    clouds: () => Promise.resolve({ clouds: [cloud], files: [], problems: [] }),
    regions: () => Promise.resolve([place]),
    async *images() {
      yield await Promise.resolve(images);
    },
  };
  let view: ImageView = { filter: [] };
  const imageManagement = new ImageManagement(new PlansStore(), new SavedDefinitions());
  const rules = {
    view: () => view,
    management: imageManagement.of.bind(imageManagement),
    transfers: () => [],
  };
  const clouds = new CloudsStore(
    (work) => work(source),
    () => IMAGES,
    { rules },
  );
  const region = await clouds.open(place);
  if (region === undefined) throw new Error('There is no region.');
  const time = async (choice: ImageView, work: (region: RegionNode) => Promise<unknown>): Promise<string> => {
    view = choice;
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now();
      await work(region);
      times.push(performance.now() - started);
    }
    return milliseconds(median(times));
  };
  const rows = (): Promise<unknown> => clouds.children(region);
  const groups = async (): Promise<void> => {
    for (const group of await clouds.children(region)) await clouds.children(group);
  };
  const what = (doing: string): string => `${doing} ${IMAGES} loaded images`;
  return [
    { what: what('rows of'), measured: await time({ filter: [] }, rows), budget: 'no stutter' },
    {
      what: what('filter'),
      measured: await time({ filter: [{ facet: 'tag', value: 'tag-1' }] }, rows),
      budget: 'no stutter',
    },
    {
      what: what('group by status'),
      measured: await time({ filter: [], groupBy: 'status' }, groups),
      budget: 'no stutter',
    },
    {
      what: what('group by one of 20 tags'),
      measured: await time({ filter: [], groupBy: 'tag' }, groups),
      budget: 'no stutter',
    },
    {
      what: what('draw one row again of'),
      measured: await time({ filter: [] }, async () => {
        clouds.redrawImage(place, 'id-5000');
        await Promise.resolve();
      }),
      budget: 'no stutter',
    },
  ];
}
