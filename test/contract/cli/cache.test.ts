import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeAll } from '../../unit/core/http/surroundings.ts';
import { Origin } from '../../unit/core/source/url/origin.ts';
import { cloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

describe('glance-images cache', () => {
  let line: CommandLine;

  beforeEach(async () => {
    line = await CommandLine.open(await cloudUnderTest());
  });

  afterEach(async () => {
    await line.close();
    await closeAll();
  });

  it('shows what a plan has fetched, and clears it', async () => {
    const origin = await Origin.start(randomBytes(70_000));
    const image = { name: 'Fetched', container_format: 'bare', disk_format: 'raw', image_source_url: origin.url };
    await line.define('fetched.image.jsonc', image);
    await line.expect(0, 'plan', '--fetch', 'fetched.image.jsonc');
    const shown = document(await line.expect(0, 'cache', 'show', '--json')) as {
      sources: { source: string; size: number }[];
    };
    assert.deepEqual(
      shown.sources.map(({ source, size }) => [source, size]),
      [[origin.url, 70_000]],
    );
    assert.match((await line.expect(0, 'cache', 'show')).stdout, /1 file, /);
    assert.match((await line.expect(0, 'cache', 'clear')).stdout, /^Removed: 1 file, /);
    assert.match((await line.expect(0, 'cache', 'show')).stdout, /nothing/);
  });
});
