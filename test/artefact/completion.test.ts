import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { unpackedVsix } from '../host/vsix.ts';

/** What is typed before Tab, and the words that the command is run with then. */
const TYPED: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['val', ['validate']],
  ['cache cl', ['cache', 'clear']],
  ['plan --det', ['plan', '--detailed-exitcode']],
  ['list --status que', ['list', '--status', 'queued']],
  ['list --shared-with-me acc', ['list', '--shared-with-me', 'accepted']],
  ['sandbox --rel', ['sandbox', '--release']],
  ['validate ubu', ['validate', 'ubuntu 24.image.jsonc']],
  ['plan --out a b.image.jsonc --fe', ['plan', '--out', 'a', 'b.image.jsonc', '--fetch']],
  ['import --terraform ma', ['import', '--terraform', 'main.tf']],
  ['completion fi', ['completion', 'fish']],
];

/** How each shell starts without anybody's settings, and reads the script. */
const SHELLS = {
  bash: { words: ['--norc', '--noprofile', '-i'], source: 'source completion' },
  zsh: { words: ['-f', '-i'], source: 'autoload -Uz compinit && compinit -u -D && source ./completion' },
  fish: { words: ['--no-config', '-i'], source: 'source completion' },
};

describe('completion', function () {
  this.timeout(120_000);
  let folder = '';

  before(() => {
    unpackedVsix();
    folder = mkdtempSync(join(tmpdir(), 'glance-images-completion-'));
    for (const file of ['ubuntu 24.image.jsonc', 'main.tf']) writeFileSync(join(folder, file), '');
    // Stands in for the program: says what it was run with.
    writeFileSync(join(folder, 'glance-images'), '#!/bin/sh\nfor word; do printf "<%s>" "$word"; done; echo "<end>"\n');
    chmodSync(join(folder, 'glance-images'), 0o755);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const script = (shell: string): string =>
    execFileSync(process.execPath, [join(unpackedVsix(), 'dist', 'cli.cjs'), 'completion', shell], {
      encoding: 'utf8',
    });

  for (const [shell, { words, source }] of Object.entries(SHELLS)) {
    it(`completes commands, options, their values and files in a real ${shell}`, async function () {
      if (spawnSync(shell, ['--version']).status !== 0) this.skip();
      writeFileSync(join(folder, 'completion'), script(shell));
      const terminal = new TypedTerminal(folder, [shell, ...words]);
      try {
        await terminal.type(`${source}; glance-images ready\r`, '<ready><end>');
        for (const [typed, expected] of TYPED) {
          const said = `${expected.map((word) => `<${word}>`).join('')}<end>`;
          await terminal.type(`glance-images ${typed}\t\r`, said);
        }
      } finally {
        terminal.end();
      }
    });
  }

  it('is refused for another shell, with those that there are', () => {
    const parameters = [join(unpackedVsix(), 'dist', 'cli.cjs'), 'completion', 'tcsh'];
    const { status, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' });
    assert.equal(status, 64);
    assert.match(stderr, /Allowed choices are bash, zsh, fish/);
  });
});

/** A shell in a terminal of its own (`script` of util-linux). */
class TypedTerminal {
  readonly #child;
  #screen = '';
  #told: () => void = () => undefined;

  constructor(folder: string, command: readonly string[]) {
    const { PATH = '' } = process.env;
    const environment = { HOME: folder, PATH: `${folder}${delimiter}${PATH}`, TERM: 'dumb', LANG: 'C.UTF-8' };
    this.#child = spawn('script', ['-qefc', command.join(' '), '/dev/null'], { cwd: folder, env: environment });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#screen += text;
        this.#told();
      });
    this.#child.once('close', () => this.#told());
  }

  /** Types, and waits until the text stands on the screen that it had not before. Rejects if the shell ends. */
  async type(keys: string, awaited: string): Promise<void> {
    this.#screen = '';
    this.#child.stdin.write(keys);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`No ${awaited} on the screen:\n${this.#screen}`)), 20_000);
      this.#told = () => {
        if (!this.#screen.includes(awaited) && this.#child.exitCode === null) return;
        clearTimeout(late);
        if (this.#screen.includes(awaited)) resolve();
        else reject(new Error(`The shell ended:\n${this.#screen}`));
      };
      this.#told();
    });
  }

  end(): void {
    this.#child.kill('SIGKILL');
    this.#child.stdin.destroy();
  }
}
