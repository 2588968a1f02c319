import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Question } from '../../../src/transfers/protocol.ts';
import { Run, type Watcher } from '../../../src/transfers/run.ts';
import { silentLog } from '../silent-log.ts';
import { somePlans } from './plans.ts';

const about: Question = { kind: 'secret', name: 'mirror', origin: 'https://mirror.example.org' };

describe('a question of a run', () => {
  let folder: string;
  let run: Run;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-questions-'));
    run = await Run.begin(somePlans(), folder, silentLog);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A client that answers so; `asked` counts its questions. */
  function client(answer: Answer): Watcher & { asked: number } {
    const made = {
      asked: 0,
      told: () => undefined,
      ask: () => {
        made.asked += 1;
        return Promise.resolve(answer);
      },
    };
    return made;
  }

  const looker = (): Watcher & { asked: number } => client({ kind: 'pass' });

  it('waits where everybody only looks on, for a client that may be asked', async () => {
    const first = looker();
    run.watch(first, false);
    const answer = run.ask(about);
    run.watch(looker(), false);
    run.watch(client({ kind: 'answer', value: 'told' }), true);
    assert.equal(await answer, 'told');
    assert.equal(first.asked, 0);
  });

  it('is declined where nobody of those who are asked can answer', async () => {
    run.watch(looker(), true);
    run.watch(looker(), true);
    assert.equal(await run.ask(about), null);
  });

  it('stays open where the one who was asked goes', async () => {
    const gone: Watcher = { told: () => undefined, ask: () => Promise.reject(new Error('gone')) };
    run.watch(gone, true);
    const answer = run.ask(about);
    run.leave(gone);
    run.watch(client({ kind: 'answer', value: true }), true);
    assert.equal(await answer, true);
  });

  it('is declined where the run is cancelled', async () => {
    const answer = run.ask(about);
    run.cancel(undefined);
    assert.equal(await answer, null);
  });
});
