import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Engine } from '../../../../src/core/engine.ts';
import type { Place } from '../../../../src/core/place.ts';
import { registerPromote } from '../../../../src/features/import/promote.ts';
import type { Commands } from '../../../../src/platform/commands.ts';
import type { EngineAccess } from '../../../../src/platform/engine/engine-access.ts';
import { liveImage, placeNamed } from '../../../unit/state/live-image.ts';

describe('promoting an image', () => {
  const { showQuickPick } = vscode.window;
  let asked: (readonly [Place, string, readonly Place[]])[];
  let offered: string[];
  let run: (clicked: unknown) => Promise<void>;

  beforeEach(() => {
    asked = [];
    offered = [];
    const commands: Pick<Commands, 'register'> = {
      register: (_id, work) => {
        run = async (clicked) => {
          await work(clicked);
        };
      },
    };
    const engine: Partial<Engine> = {
      clouds: () =>
        Promise.resolve({ clouds: [{ name: 'demo', origin: '/c.yaml', problems: [] }], problems: [] } as never),
      regions: () => Promise.resolve(['RegionOne', 'RegionTwo', 'RegionThree'].map((name) => placeNamed(name))),
      promotion: (place, id, targets) => {
        asked.push([place, id, targets]);
        return Promise.resolve('{ "name": "Promoted by a test" }\n');
      },
    };
    const engines: Pick<EngineAccess, 'use'> = { use: (work) => work(engine as Engine) };
    registerPromote({ commands: commands as Commands, engines: engines as EngineAccess });
  });

  afterEach(() => {
    vscode.window.showQuickPick = showQuickPick;
  });

  /** Chooses these of the regions that are offered, or closes the list. */
  function choose(regions: readonly string[] | undefined): void {
    Object.assign(vscode.window, {
      showQuickPick: (items: readonly { label: string }[]) => {
        offered = items.map(({ label }) => label);
        return Promise.resolve(
          regions === undefined ? undefined : items.filter(({ label }) => regions.includes(label)),
        );
      },
    });
  }

  const node = { kind: 'image', id: 'n', place: placeNamed('RegionOne'), image: liveImage('id-a', 'a') } as const;

  it('offers the other regions, and opens a definition for those that are chosen', async () => {
    choose(['RegionTwo', 'RegionThree']);
    await run(node);
    assert.deepEqual(offered, ['RegionTwo', 'RegionThree']);
    const [[place, id, targets] = assert.fail()] = asked;
    assert.deepEqual([place.region, id], ['RegionOne', 'id-a']);
    assert.deepEqual(
      targets.map(({ region }) => region),
      ['RegionTwo', 'RegionThree'],
    );
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.getText(), '{ "name": "Promoted by a test" }\n');
    await vscode.workspace.fs.delete(document.uri);
  });

  it('does nothing where no region is chosen', async () => {
    choose(undefined);
    await run(node);
    choose([]);
    await run(node);
    assert.deepEqual(asked, []);
  });
});
