import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandIds } from '../../../src/platform/command-ids.ts';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly repository: { readonly url: string };
  readonly bugs: string;
  readonly homepage: string;
  readonly main: string;
  readonly icon: string;
  readonly browser?: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { supported: string; restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string; icon?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: {
      properties: Readonly<Record<string, Setting>>;
    };
    readonly languages: readonly { configuration: string }[];
    readonly grammars: readonly { path: string }[];
    readonly viewsContainers: { activitybar: readonly { icon: string }[] };
    readonly walkthroughs: readonly { steps: readonly WalkthroughStep[] }[];
  };
}

interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly scope: string;
  readonly order: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface WalkthroughStep {
  readonly id: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const words = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const { contributes } = manifest;

const titleOf = (key: string): string => words[key.replaceAll('%', '')] ?? '';

describe('package.json', () => {
  it('has one repository, which its other links are in', () => {
    const { repository, bugs, homepage } = manifest;
    assert.equal(bugs, `${repository.url}/issues`);
    assert.equal(homepage, `${repository.url}#readme`);
  });

  it('contributes exactly the commands that the code knows', () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).toSorted(), [...commandIds].toSorted());
  });

  it('gives every command a title that begins with a verb in capitals, and one category', () => {
    const verbs =
      /^(Apply|Cancel|Check|Choose|Clear|Copy|Deactivate|Delete|Download|Filter|Forget|Group|Hide|Import|Load|Move|New|Open|Preview|Protect|Reactivate|Refresh|Retry|Roll Back|Set|Share|Show|Sign In|Sign Out|Start|Stop|Unhide|Unprotect)\b/;
    for (const { title, category } of contributes.commands) {
      assert.match(titleOf(title), verbs);
      assert.ok(!titleOf(title).includes('Glance'), titleOf(title));
      assert.equal(category, 'Glance');
    }
  });

  it('uses every word of package.nls.json and has all that it uses', () => {
    const used = new Set([...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
    assert.deepEqual([...used].toSorted(), Object.keys(words).toSorted());
  });

  it('names no command in a menu, welcome text or walkthrough that does not exist', () => {
    const known = new Set<string>(commandIds);
    const inMenus = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    const inTexts = [
      ...Object.values(words)
        .join('\n')
        .matchAll(/command:(?:toSide:)?(glanceImages\.[\w.]+)/g),
    ].map(([, id]) => id ?? '');
    const views = ['glanceImages.explorer.focus'];
    assert.deepEqual(
      [...inMenus, ...inTexts].filter((id) => !known.has(id) && !views.includes(id)),
      [],
    );
  });

  it('hides from the palette what only makes sense on a node', () => {
    const hidden = contributes.menus.commandPalette
      ?.filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    assert.deepEqual(hidden?.toSorted(), [
      'glanceImages.keepSecret',
      'glanceImages.loadMore',
      'glanceImages.openDefinition',
      'glanceImages.retry',
      'glanceImages.takeUpstream',
    ]);
  });

  it('has at most two icons in a row of the view', () => {
    const inline = contributes.menus['view/item/context']?.filter(({ group }) => group?.startsWith('inline')) ?? [];
    const byNode = Map.groupBy(inline, ({ when }) => /viewItem =~ \/;(\(?\w+)/.exec(when ?? '')?.[1]);
    for (const [node, items] of byNode) assert.ok(items.length <= 2, node);
  });

  it('plans and applies in trusted workspaces only', () => {
    const acting = contributes.commands.filter(({ command }) => /\.(apply|preview)/.test(command));
    assert.ok(acting.length >= 5);
    for (const command of acting) assert.ok('enablement' in command && command.enablement === 'isWorkspaceTrusted');
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });

  it('reads no setting of a cloned repository before it is trusted', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    for (const [name, { scope }] of Object.entries(contributes.configuration.properties))
      assert.ok(scope === 'machine' || restricted.includes(name), name);
    assert.equal(contributes.configuration.properties['glanceImages.allowedEnvironment']?.scope, 'machine');
  });

  it('describes every setting and gives it a default', () => {
    for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
      assert.notEqual(titleOf(setting.markdownDescription), '', name);
      assert.ok('default' in setting && setting.order > 0, name);
    }
  });

  it('gives every setting a scope and a place of its own, and every number its bounds', () => {
    const settings = Object.entries(contributes.configuration.properties);
    assert.deepEqual(
      settings.map(([, { order }]) => order),
      settings.map((_, index) => index + 1),
    );
    for (const [name, setting] of settings) {
      assert.ok(['window', 'machine', 'machine-overridable'].includes(setting.scope), name);
      if (setting.type !== 'integer') continue;
      const { minimum, maximum, default: value } = setting;
      assert.ok(typeof value === 'number' && minimum !== undefined && maximum !== undefined, name);
      assert.ok(minimum <= value && value <= maximum, name);
    }
  });

  it('wakes on nothing that VS Code can tell by itself', () => {
    assert.deepEqual(
      manifest.activationEvents.filter((event) => !event.startsWith('onWebviewPanel:')),
      [],
    );
    assert.equal(manifest.browser, undefined);
  });

  it('names files that are there', () => {
    const files = [
      manifest.icon,
      ...contributes.languages.map(({ configuration }) => configuration),
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    assert.deepEqual(
      files.filter((file) => !existsSync(join(root, file))),
      [],
    );
  });

  // The page that VS Code shows them in has no style but its own.
  it('shows with every step of the walkthrough a small picture in the colours of the theme, in words too', () => {
    for (const { id, media, completionEvents } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      const picture = readFileSync(join(root, media.svg), 'utf8');
      assert.ok(picture.length < 10_000, id);
      assert.doesNotMatch(picture, /#[0-9a-f]{3}|\brgb|<s(cript|tyle)|style=|href/i, id);
      assert.match(picture, /var\(--vscode-/, id);
      assert.ok(titleOf(media.altText).length > 40, id);
      assert.ok(completionEvents.length > 0, id);
    }
  });

  it('has an icon for the Marketplace: a PNG of at least 128 pixels', () => {
    const png = readFileSync(join(root, manifest.icon));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.ok(png.readUInt32BE(16) >= 128 && png.readUInt32BE(20) >= 128);
  });
});
