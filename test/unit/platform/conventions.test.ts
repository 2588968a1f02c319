import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group: string;
}

interface Tool {
  readonly name: string;
  readonly modelDescription: string;
  readonly inputSchema: {
    readonly type: string;
    readonly properties: Readonly<Record<string, { description: string }>>;
  };
  readonly when?: string;
}

interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly icon?: string }[];
  readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
  readonly views: Readonly<Record<string, readonly { readonly icon: string; readonly contextualTitle: string }[]>>;
  readonly viewsContainers: Readonly<Record<string, readonly { readonly icon: string }[]>>;
  readonly viewsWelcome: readonly { readonly contents: string; readonly when: string }[];
  readonly languageModelTools: readonly Tool[];
  readonly configuration: {
    readonly properties: Readonly<Record<string, { readonly type: string; readonly scope: string }>>;
  };
}

const { contributes } = JSON.parse(read('package.json')) as { readonly contributes: Contributions };
const words = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
const worded = (key: string): string => words[key.replaceAll('%', '')] ?? '';
const rowActions = contributes.menus['view/item/context'] ?? [];

describe('conventions of VS Code extensions', () => {
  it('are each held by a test or a lint rule that is there', () => {
    const table = read('test/vscode/CONVENTIONS.md');
    const rows = [...table.matchAll(/^\| (\d+) +\| .* \| (.*) \|$/gm)];
    assert.deepEqual(
      rows.map(([, number]) => Number(number)),
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    for (const [, number, tests = ''] of rows) {
      const named = [...tests.matchAll(/`([^`]+\.test\.ts|eslint\.config\.mjs)` ([^;|]+)/g)];
      assert.ok(named.length > 0, `${String(number)} has no test`);
      for (const [, file = '', title = ''] of named) {
        assert.ok(existsSync(join(root, file)), `${String(number)}: ${file}`);
        assert.ok(read(file).includes(title.trim()), `${String(number)}: ${file} has no "${title.trim()}"`);
      }
    }
  });

  it('end a title in an ellipsis where the command asks for more', () => {
    const asking = [
      'filterImages',
      'groupImages',
      'setVisibility',
      'copyImageAs',
      'deleteImages',
      'deactivateImages',
      'newDefinition',
    ];
    for (const id of asking) assert.match(worded(`command.${id}`), /…$/, id);
  });

  it('leave no action on a row without a command in the palette, but what only makes sense there', () => {
    const hidden = contributes.menus.commandPalette?.filter(({ when }) => when === 'false') ?? [];
    const onlyThere = ['glanceImages.openDefinition', 'glanceImages.retry'];
    const unreachable = rowActions
      .map(({ command }) => command)
      .filter((command) => hidden.some((each) => each.command === command) && !onlyThere.includes(command));
    assert.deepEqual(unreachable, []);
  });

  it('group the entries of a row’s menu, what destroys last', () => {
    for (const { group } of rowActions) assert.match(group, /^(inline|[1-9]_[a-z]+)@\d+$/);
    const last = rowActions
      .filter(({ group }) => !group.startsWith('inline'))
      .toSorted((a, b) => (a.group < b.group ? -1 : 1))
      .at(-1);
    assert.equal(last?.command, 'glanceImages.deleteImages');
  });

  it('have one container with few views, each with an icon and a title that stands alone', () => {
    const containers = Object.values(contributes.viewsContainers).flat();
    assert.equal(containers.length, 1);
    const views = Object.values(contributes.views).flat();
    assert.ok(views.length >= 1 && views.length <= 2);
    for (const { icon, contextualTitle } of views) {
      assert.match(icon, /\.svg$/);
      assert.notEqual(worded(contextualTitle), '');
    }
    for (const { icon } of containers) {
      const colours = new Set(
        read(icon)
          .match(/(?:fill|stroke)="(?!none)[^"]+"/g)
          ?.map((each) => each.split('"')[1]),
      );
      assert.ok(colours.size <= 1, `${icon} has the colours ${[...colours].join()}`);
    }
  });

  it('take codicons for commands', () => {
    for (const { command, icon } of contributes.commands)
      if (icon !== undefined) assert.match(icon, /^\$\([\w-]+\)$/, command);
  });

  it('welcome in every state of an empty view, with commands', () => {
    const states = contributes.viewsWelcome.map(({ when }) => when).join('\n');
    for (const state of [/isWorkspaceTrusted/, /!isWorkspaceTrusted/, /sandbox == starting/])
      assert.match(states, state);
    const acting = contributes.viewsWelcome.filter(({ contents }) => worded(contents).includes('](command:'));
    assert.ok(acting.length >= 2);
  });

  it('heed reduced motion, and show where the focus is', () => {
    const css = read('media/css/transfers.css');
    assert.match(css, /prefers-reduced-motion: reduce/);
    assert.match(css, /:focus-visible/);
    assert.match(css, /--vscode-focusBorder/);
  });

  it('have no setting for a secret', () => {
    assert.deepEqual(
      Object.keys(contributes.configuration.properties).filter((name) => /password|secret|token/i.test(name)),
      [],
    );
  });

  it('describe to a model when to use a tool, what it takes, and that an apply needs a plan', () => {
    const names = contributes.languageModelTools.map(({ name }) => name);
    assert.deepEqual(names, ['list_images', 'plan_images', 'apply_images']);
    for (const { name, modelDescription, inputSchema } of contributes.languageModelTools) {
      assert.match(name, /^[a-z]+_[a-z]+$/);
      assert.ok(modelDescription.length > 120, name);
      assert.equal(inputSchema.type, 'object');
      for (const { description } of Object.values(inputSchema.properties)) assert.notEqual(description, '');
    }
    for (const tool of contributes.languageModelTools.slice(1)) assert.equal(tool.when, 'isWorkspaceTrusted');
  });

  it('ship what runs and nothing else', () => {
    const [first, ...rest] = read('.vscodeignore').trim().split('\n');
    assert.equal(first, '**');
    assert.deepEqual(
      rest.filter((line) => /src|test|out|node_modules/.test(line.replace('!dist', ''))),
      [],
    );
  });
});
