import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARGUMENTS } from '../../../src/core/definition/arguments.ts';
import { EXIT } from '../../../src/cli/exit-codes.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** All of our TypeScript, as one text. */
function sources(): string {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
    .join('\n');
}

/** The rows of the table with this header, cell by cell. */
function table(header: string): readonly (readonly string[])[] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => cells(line)[0] === header);
  assert.notEqual(start, -1, `The README has no table that begins with "${header}".`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map(cells);
}

function cells(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('README', () => {
  it('lists every argument in its order, with its default', () => {
    const rows = table('argument');
    assert.deepEqual(
      rows.map(([name]) => name),
      ARGUMENTS.map(({ name }) => `\`${name}\``),
    );
    for (const { name, fallback } of ARGUMENTS) {
      if (fallback === undefined) continue;
      const written = rows.find(([first]) => first === `\`${name}\``)?.[2];
      assert.equal(written, Array.isArray(fallback) ? 'none' : String(fallback), name);
    }
  });

  it('lists every exit code', () => {
    const codes = table('exit code').map(([code]) => Number(code));
    assert.deepEqual(
      codes,
      [...Object.values(EXIT)].sort((left, right) => left - right),
    );
  });

  it('names no error code that the sources do not know', () => {
    const codes = table('code').flatMap(([cell]) =>
      [...(cell ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]),
    );
    assert.ok(codes.length > 20);
    const text = sources();
    for (const code of codes) assert.ok(text.includes(`'${code}'`), code);
  });
});

describe('CONTRIBUTING', () => {
  it('names files that are there', () => {
    const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const paths = [...text.matchAll(/`((?:src|test|core|features|platform|\.ci)\/[\w./-]*)`/g)].map(
      (match) => match[1] ?? '',
    );
    assert.ok(paths.length > 30);
    for (const path of paths)
      assert.ok(existsSync(join(root, path)) || existsSync(join(root, 'src', path)), `${path} is not there`);
  });
});
