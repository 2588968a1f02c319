import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeAll } from '../../../unit/core/http/surroundings.ts';
import { Origin } from '../../../unit/core/source/url/origin.ts';
import { cloudUnderTest, type CloudUnderTest } from '../../cloud.ts';
import { Workplace } from '../workplace.ts';
import type { ApplyEvent } from '../../../../src/core/reconcile/model/result.ts';

describe('engine with several sources', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let names: readonly string[];

  before(async () => {
    cloud = await cloudUnderTest();
  });

  async function open(options: { readonly parallelism?: number } = {}): Promise<void> {
    workplace = await Workplace.open(cloud, options);
    names = ['one', 'two', 'three'].map((word) => workplace.uniqueName(word));
  }

  afterEach(async () => {
    await workplace.close(names);
    await closeAll();
  });

  it('sends what is here while another one is still on its way', async () => {
    await open();
    const quick = await Origin.start(randomBytes(100_000));
    const slow = await Origin.start(randomBytes(200_000));
    const common = {
      container_format: 'bare',
      disk_format: 'raw',
      region: cloud.regions[0],
      image_cache_path: 'cache',
    };
    const definitions = await workplace.define([
      { ...common, name: names[0], image_source_url: slow.url },
      { ...common, name: names[1], image_source_url: quick.url },
    ]);
    const plans = await workplace.engine.plan(definitions);
    const served = Promise.withResolvers<undefined>();
    slow.intercept = (_seen, response) => {
      void served.promise.then(() => response.writeHead(200, { 'content-length': slow.body.length }).end(slow.body));
      return true;
    };
    const results = await workplace.engine.apply(plans, {
      onEvent: (event) => {
        if (event.type === 'result' && event.plan === plans[1]?.id) served.resolve(undefined);
      },
    });
    assert.deepEqual(
      results.map(({ status, error }) => [status, error]),
      [
        ['done', undefined],
        ['done', undefined],
      ],
    );
  });

  it('lets a region that is cancelled go at once while another one waits for the same download', async () => {
    await open();
    const slow = await Origin.start(randomBytes(200_000));
    const definitions = await workplace.define({
      name: names[0],
      container_format: 'bare',
      disk_format: 'raw',
      image_source_url: slow.url,
      regions: cloud.regions,
    });
    const plans = await workplace.engine.plan(definitions);
    const [first] = plans;
    const abort = new AbortController();
    const cancelled = Promise.withResolvers<undefined>();
    slow.intercept = (_seen, response) => {
      abort.abort();
      void cancelled.promise.then(() => response.writeHead(200, { 'content-length': slow.body.length }).end(slow.body));
      return true;
    };
    const results = await workplace.engine.apply(plans, {
      signalOf: ({ id }) => (id === first?.id ? abort.signal : undefined),
      onEvent: (event) => {
        if (event.type === 'result' && event.plan === first?.id) cancelled.resolve(undefined);
      },
    });
    assert.deepEqual(
      results.map(({ status }) => status),
      ['cancelled', 'done'],
    );
  });

  it('sends no more of them at once than it was told', async () => {
    await open({ parallelism: 1 });
    const definitions = await workplace.define(
      await Promise.all(
        names.map(async (name, index) => {
          const path = `${String(index)}.raw`;
          await workplace.file(path, randomBytes(100_000));
          return { name, container_format: 'bare', disk_format: 'raw', local_file_path: path, regions: cloud.regions };
        }),
      ),
    );
    const under = new Set<string>();
    let most = 0;
    const fileOf = new Map<string, string>();
    const plans = await workplace.engine.plan(definitions);
    for (const { id, source } of plans) fileOf.set(id, source?.path ?? '');
    const follow = (event: ApplyEvent): void => {
      const file = fileOf.get(event.plan) ?? '';
      if (event.type === 'phase') under.add(file);
      most = Math.max(most, under.size);
      if (event.type === 'result') under.delete(file);
    };
    const results = await workplace.engine.apply(plans, { onEvent: follow });
    for (const { status, error } of results) assert.equal(status, 'done', JSON.stringify(error));
    assert.equal(results.length, names.length * cloud.regions.length);
    assert.equal(most, 1);
  });
});
