import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Engine } from '../../../../src/core/engine.ts';
import { chosenPrunable } from '../../../../src/features/images/prunable.ts';
import type { EngineAccess } from '../../../../src/platform/engine/engine-access.ts';
import { GlanceLog } from '../../../../src/platform/log.ts';
import { Notifications } from '../../../../src/platform/prompts/notifications.ts';
import { liveImage, placeNamed } from '../../../unit/state/live-image.ts';

describe('images to prune', () => {
  const { showQuickPick, showInformationMessage } = vscode.window;
  let told: string[];
  let picked: string[];

  beforeEach(() => {
    told = [];
    picked = [];
    Object.assign(vscode.window, {
      showInformationMessage: (message: string) => {
        told.push(message);
        return Promise.resolve(undefined);
      },
      showQuickPick: (items: readonly { label: string; picked: boolean }[]) => {
        picked = items.filter((item) => item.picked).map(({ label }) => label);
        return Promise.resolve(items.filter((item) => item.picked));
      },
    });
  });

  afterEach(() => Object.assign(vscode.window, { showQuickPick, showInformationMessage }));

  async function chosen(engine: Partial<Engine>): Promise<readonly string[]> {
    const engines: Pick<EngineAccess, 'use'> = { use: (work) => work(engine as Engine) };
    const notifications = new Notifications(new GlanceLog());
    const images = await chosenPrunable(engines as EngineAccess, notifications, () => Promise.resolve([]));
    return images.map(({ id }) => id);
  }

  const place = placeNamed('RegionOne');
  const unclaimed = [
    { place, image: liveImage('id-a', 'a'), key: 'a' },
    { place, image: { ...liveImage('id-b', 'b'), protected: true }, key: 'b' },
  ];

  it('are offered, all but protected ones chosen', async () => {
    const plan = (): Promise<[]> => Promise.resolve([]);
    assert.deepEqual(await chosen({ plan, unclaimed: () => Promise.resolve(unclaimed) }), ['id-a']);
    assert.deepEqual(picked, ['a']);
  });

  it('are none where every image has a definition, which is said', async () => {
    assert.deepEqual(await chosen({ plan: () => Promise.resolve([]), unclaimed: () => Promise.resolve([]) }), []);
    assert.equal(told.length, 1);
  });

  it('are not looked for while the cloud of a definition is unknown', async () => {
    const problem = { severity: 'error', code: 'cloud-not-found', message: 'No cloud "x".' };
    const plan = (): Promise<never> => Promise.resolve([{ cloudChosenBy: '', problems: [problem] }] as never);
    await assert.rejects(chosen({ plan, unclaimed: () => Promise.resolve(unclaimed) }), { code: 'cloud-not-found' });
  });
});
