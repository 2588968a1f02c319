import assert from 'node:assert/strict';
import type { Engine } from '../../../../src/core/engine.ts';
import { EngineAccess } from '../../../../src/platform/engine/engine-access.ts';

/** An engine of which only its life is of interest. */
class Life implements Pick<Engine, 'reload' | 'dispose'> {
  disposed = 0;
  reloaded = 0;

  reload(): void {
    this.reloaded += 1;
  }

  dispose(): Promise<void> {
    this.disposed += 1;
    return Promise.resolve();
  }
}

function access(): { engines: EngineAccess; made: Life[] } {
  const made: Life[] = [];
  const engines = new EngineAccess(() => {
    const life = new Life();
    made.push(life);
    return Promise.resolve(life as Partial<Engine> as Engine);
  });
  return { engines, made };
}

const nothing = (): Promise<void> => Promise.resolve();

describe('EngineAccess', () => {
  it('makes no engine before the first use, and one for all uses', async () => {
    const { engines, made } = access();
    assert.equal(made.length, 0);
    await Promise.all([engines.use(nothing), engines.use(nothing)]);
    await engines.use(nothing);
    assert.equal(made.length, 1);
  });

  it('lets a call that is under way finish on the engine that was replaced, and disposes of it then', async () => {
    const { engines, made } = access();
    const upload = Promise.withResolvers<undefined>();
    const running = engines.use(() => upload.promise);
    engines.replace();
    await engines.use(nothing);
    assert.deepEqual(
      made.map(({ disposed }) => disposed),
      [0, 0],
    );
    upload.resolve(undefined);
    await running;
    assert.deepEqual(
      made.map(({ disposed }) => disposed),
      [1, 0],
    );
  });

  it('tries again after an engine that could not be made', async () => {
    let attempts = 0;
    const engines = new EngineAccess(() => {
      attempts += 1;
      return attempts === 1
        ? Promise.reject(new Error('not built'))
        : Promise.resolve(new Life() as Partial<Engine> as Engine);
    });
    await assert.rejects(engines.use(nothing), /not built/);
    await engines.use(nothing);
    assert.equal(attempts, 2);
  });

  it('keeps the engine when a call on it fails', async () => {
    const { engines, made } = access();
    await assert.rejects(engines.use(() => Promise.reject(new Error('403'))));
    await engines.use(nothing);
    assert.equal(made.length, 1);
  });

  it('has clouds.yaml read again on reload, and tells', async () => {
    const { engines, made } = access();
    await engines.use(nothing);
    let told = 0;
    engines.onDidChange(() => (told += 1));
    await engines.reload();
    engines.replace();
    assert.equal(made[0]?.reloaded, 1);
    assert.equal(told, 2);
  });
});
