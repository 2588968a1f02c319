import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CountedRegion } from '../counted-region.ts';
import { CommandLine } from './command-line.ts';

const FILE = 'many.image.jsonc';

describe('the number of requests to Glance', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let region: CountedRegion;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    region = new CountedRegion();
    await line.stand(cloud.regions[0], region.serve);
    name = line.workplace.uniqueName('counted');
    await line.workplace.file('disk.raw', randomBytes(10_000));
  });

  afterEach(async () => {
    await line.run('delete', '--auto-approve', FILE);
    await line.close();
  });

  /** Writes so many definitions of one file. */
  async function define(count: number, extra: object = {}): Promise<void> {
    const formats = { container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    const all = Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}`, ...formats, ...extra }));
    await line.define(FILE, all);
  }

  /** Runs, and returns how many requests that took. */
  async function counted(...words: readonly string[]): Promise<{ readonly all: number; readonly told: string }> {
    region.taken();
    await line.expect(0, ...words, FILE);
    const taken = [...region.taken()];
    return {
      all: taken.reduce((sum, [, times]) => sum + times, 0),
      told: `${words.join(' ')}: ${JSON.stringify(taken)}`,
    };
  }

  async function expectAtMost(most: number, ...words: readonly string[]): Promise<void> {
    const { all, told } = await counted(...words);
    assert.ok(all <= most, `${all} instead of at most ${most} for ${told}`);
  }

  it('is at most 6 to create an image, 5 to update and 4 to delete it', async () => {
    await define(1);
    await expectAtMost(6, 'apply', '--auto-approve');
    await define(1, { min_ram_mb: 64 });
    await expectAtMost(5, 'apply', '--auto-approve');
    await expectAtMost(4, 'delete', '--auto-approve');
  });

  it('is at most 5.1 an image to create 100, 2.03 to update and 1.03 to delete them, and 3 to plan them', async () => {
    await define(100);
    await expectAtMost(510, 'apply', '--auto-approve');
    await expectAtMost(3, 'plan');
    await define(100, { min_ram_mb: 64 });
    await expectAtMost(203, 'apply', '--auto-approve');
    await expectAtMost(103, 'delete', '--auto-approve');
  });
});
