import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseMapping } from '../../../../../src/core/keystone/yaml/yaml-mapping.ts';
import { HOSTILE_TEXTS, LONG_TEXTS } from '../hostile-texts.ts';

const program = fileURLToPath(new URL('../parse-hostile.ts', import.meta.url));

describe('a clouds.yaml that is made to keep the parser busy', function () {
  this.timeout(120_000);
  let parsed: Readonly<Record<string, string>> = {};

  // A process with 160 MB of heap, ended after a minute: one text alone took a minute, and up to 1.4 GB.
  before(async () => {
    const words = ['--no-warnings', '--max-old-space-size=160', program];
    const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 60_000 });
    parsed = JSON.parse(stdout) as typeof parsed;
  });

  for (const [name, { said }] of Object.entries(HOSTILE_TEXTS)) {
    it(`is refused at its line, with the bound: ${name}`, () => {
      const message = parsed[name] ?? '';
      assert.ok(message.startsWith('/clouds.yaml:'), message);
      assert.match(message.slice('/clouds.yaml'.length), said);
    });
  }

  for (const name of Object.keys(LONG_TEXTS)) {
    it(`is read where it is only long: ${name}`, () => {
      assert.equal(parsed[name], 'read');
    });
  }

  it('is refused as JSON, too', () => {
    const deep = `{"clouds":\n${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`;
    assert.throws(() => parseMapping(deep, '/clouds.json'), { message: /^\/clouds\.json:2: .*more than 50 levels/ });
    const wide = `{"clouds": [${'[],'.repeat(100_000)}0]}`;
    assert.throws(() => parseMapping(wide, '/clouds.json'), { message: /^\/clouds\.json:1: .*more than 100000 words/ });
  });

  it('names the second of two warnings of a kind, and no more than a hundred', () => {
    const { warnings } = parseMapping(`clouds: {${'a: 1,'.repeat(1000)}}`, '/clouds.yaml');
    assert.equal(warnings.length, 100);
  });
});

describe('a large clouds.yaml that nobody made to do harm', () => {
  it('is read: a thousand clouds, with a base, and places of their keys', () => {
    const base = `base: &base {auth_url: "https://k", username: u, ${Array.from({ length: 18 }, (_, n) => `k${n}: v`).join(', ')}}`;
    const entry = (n: number): string =>
      `  c${n}:\n    auth:\n      <<: *base\n      password: "p"\n    region_name: R`;
    const text = `${base}\nclouds:\n${Array.from({ length: 1000 }, (_, n) => entry(n)).join('\n')}\n`;
    const { content, positionOf } = parseMapping(text, '/clouds.yaml');
    const clouds = content.clouds as Record<string, { auth: Record<string, string> }>;
    assert.equal(Object.keys(clouds).length, 1000);
    assert.deepEqual(clouds.c999?.auth.username, 'u');
    assert.deepEqual(positionOf(['clouds', 'c999', 'auth', 'password']), { line: 5001, column: 7 });
    assert.deepEqual(positionOf(['clouds', 'c999', 'auth', 'auth_url']), { line: 1, column: 14 });
  });
});
