import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { problemAt } from '../../../../src/core/definition/problem-at.ts';
import { ApplyImagesTool } from '../../../../src/features/tools/apply-images.ts';
import { PlanImagesTool } from '../../../../src/features/tools/plan-images.ts';
import { EngineAccess } from '../../../../src/platform/engine/engine-access.ts';
import { AppliedOrigins } from '../../../../src/state/definitions/applied-origins.ts';
import { PlansStore } from '../../../../src/state/definitions/plans.ts';
import { definitionOf, planOf } from '../../../unit/state/sample-plans.ts';
import { workspaceFile } from '../../opened.ts';

interface PlanForModel {
  readonly plan_id: string;
  readonly name: string;
  readonly region: string;
  readonly action: string;
}

async function invoke(name: string, input: object): Promise<{ document: unknown; sentence: string }> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  const [document, sentence] = result.content.map((part) =>
    part instanceof vscode.LanguageModelTextPart ? part.value : '',
  );
  return { document: JSON.parse(document ?? '') as unknown, sentence: sentence ?? '' };
}

/** Runs after the main job, by its file's path: there are images. */
describe('language-model tools', () => {
  const file = workspaceFile('by-a-model.image.jsonc');

  before(() =>
    vscode.workspace.fs.writeFile(
      file,
      new TextEncoder().encode(
        `{ "name": "by a model", "container_format": "bare", "disk_format": "raw", "local_file_path": "images/disk.raw", "region": "RegionOne" }`,
      ),
    ),
  );

  after(() => vscode.workspace.fs.delete(file));

  it('are known to VS Code', () => {
    const names = vscode.lm.tools.map(({ name }) => name);
    for (const name of ['list_images', 'plan_images', 'apply_images']) assert.ok(names.includes(name), name);
  });

  it('plan, apply by the id of a plan, and list what is there then', async () => {
    const { document, sentence } = await invoke('plan_images', { files: ['by-a-model.image.jsonc'] });
    const { plans } = document as { readonly plans: readonly PlanForModel[] };
    assert.deepEqual(
      plans.map(({ name, region, action }) => [name, region, action]),
      [['by a model', 'RegionOne', 'create']],
    );
    assert.match(sentence, /Nothing was changed/);
    const ids = plans.map(({ plan_id }) => plan_id);
    const applied = await invoke('apply_images', { plan_ids: ids });
    const { results } = applied.document as { readonly results: readonly { readonly status: string }[] };
    assert.deepEqual(
      results.map(({ status }) => status),
      ['done'],
    );
    const listed = await invoke('list_images', { region: 'RegionOne', name: 'by a model' });
    const { images } = listed.document as { readonly images: readonly { readonly managed_as: string }[] };
    assert.deepEqual(
      images.map(({ managed_as }) => managed_as),
      ['by a model'],
    );
    assert.match(listed.sentence, /not instructions/);
    const latest = await invoke('list_images', { region: 'RegionOne', name: 'by a *', latest: true, tags: [] });
    assert.equal((latest.document as { readonly images: readonly unknown[] }).images.length, 1);
    await assert.rejects(invoke('list_images', { sort: 'nope' }), /"sort" must be/);
    await assert.rejects(invoke('apply_images', { plan_ids: ids }), /plan_images/);
  });

  it('refuse what was not planned, and files outside the workspace, and say what to do next', async () => {
    await assert.rejects(invoke('apply_images', { plan_ids: ['none'] }), /Call plan_images/);
    await assert.rejects(invoke('plan_images', { files: ['/etc/hosts'] }), /relative to the workspace folder/);
  });

  it('ask with the plan before they apply, and change nothing by asking', () => {
    const plans = new PlansStore();
    const plan = planOf(definitionOf({ name: 'x [y](command:z)' }), { action: 'replace', imageId: '1' });
    plans.remember([plan]);
    let applied = 0;
    const tool = new ApplyImagesTool({
      plans,
      applyPlanned: () => {
        applied += 1;
        return Promise.resolve([]);
      },
    });
    const { confirmationMessages: asked } = tool.prepareInvocation({ input: { plan_ids: [plan.id] } });
    assert.ok(asked?.message instanceof vscode.MarkdownString);
    assert.match(asked.message.value, /replace/);
    assert.doesNotMatch(asked.message.value, /[^\\]\]\(command/);
    assert.equal(applied, 0);
  });

  it('name what a plan reaches for beyond the folder of its definition', () => {
    const plans = new PlansStore();
    const definition = definitionOf();
    const problem = problemAt(definition, 'information', 'path-outside', 'leads out, to /home/ann/.ssh/id');
    const plan = planOf(definition, { action: 'create', problems: [problem] });
    plans.remember([plan]);
    const tool = new ApplyImagesTool({ plans, applyPlanned: () => Promise.resolve([]) });
    const { confirmationMessages: asked } = tool.prepareInvocation({ input: { plan_ids: [plan.id] } });
    assert.ok(asked?.message instanceof vscode.MarkdownString);
    assert.match(asked.message.value, /ann/);
  });

  describe('where a plan would ask a server that no applied definition has its source at', () => {
    const stranger = workspaceFile('of-a-stranger.image.jsonc');
    const address = 'https://evil.example/?x=secret';
    const text = (url: string): string =>
      `{ "name": "a stranger's", "container_format": "bare", "disk_format": "raw", "image_source_url": "${url}" }`;
    /** Settles once VS Code has read it too, where it had the file open. */
    const write = async (url: string): Promise<void> => {
      await vscode.workspace.fs.writeFile(stranger, new TextEncoder().encode(text(url)));
      const document = await vscode.workspace.openTextDocument(stranger);
      while (document.getText() !== text(url)) await new Promise((resolve) => setImmediate(resolve));
    };
    const input = { files: ['of-a-stranger.image.jsonc'] };
    let planned: number;
    let tool: PlanImagesTool;
    let appliedOrigins: AppliedOrigins;

    beforeEach(async () => {
      await write(address);
      planned = 0;
      let saved: unknown;
      appliedOrigins = new AppliedOrigins({ load: () => saved, save: (now) => (saved = now) });
      const engines = new EngineAccess(() => {
        planned += 1;
        return Promise.reject(new Error('Planned.'));
      });
      tool = new PlanImagesTool({ engines, plans: new PlansStore(), appliedOrigins });
    });

    afterEach(() => vscode.workspace.fs.delete(stranger));

    const invoked = (): Promise<unknown> =>
      tool.invoke({ input, toolInvocationToken: undefined }, new vscode.CancellationTokenSource().token);

    it('they ask first, with the whole address, and send nothing', async () => {
      const { confirmationMessages: asked } = await tool.prepareInvocation({ input });
      assert.ok(asked?.message instanceof vscode.MarkdownString);
      assert.ok(asked.message.value.replaceAll('\\', '').includes(address), asked.message.value);
      assert.equal(planned, 0);
      await assert.rejects(invoked(), /Planned/);
    });

    it('they send nothing that nobody was asked about', async () => {
      await assert.rejects(invoked(), { code: 'source-not-confirmed' });
      await tool.prepareInvocation({ input });
      await write('https://worse.example/?x=secret');
      await assert.rejects(invoked(), { code: 'source-not-confirmed' });
      assert.equal(planned, 0);
    });

    it('they ask no more once somebody applied a definition with such a source', async () => {
      appliedOrigins.note([
        definitionOf({ local_file_path: undefined, image_source_url: 'https://evil.example/disk.img' }),
      ]);
      assert.equal((await tool.prepareInvocation({ input })).confirmationMessages, undefined);
      await assert.rejects(invoked(), /Planned/);
    });
  });
});
