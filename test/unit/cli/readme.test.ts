import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ARGUMENTS } from '../../../src/core/definition/arguments.ts';
import { ERRORS } from '../../../src/core/error-codes.ts';
import { EXIT } from '../../../src/cli/exit-codes.ts';
import { errorsPage } from '../../artefact/errors-page.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The text of a paper. */
function paper(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** All of our TypeScript, as one text. */
function sources(): string {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('error-codes.ts'))
    .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
    .join('\n');
}

/** The rows of a paper's table with this header, cell by cell. */
function table(file: string, header: string): readonly (readonly string[])[] {
  const lines = paper(file).split('\n');
  const start = lines.findIndex((line) => cells(line)[0] === header);
  assert.notEqual(start, -1, `${file} has no table that begins with "${header}".`);
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
  it('has at most 8 KB', () => {
    assert.ok(Buffer.byteLength(paper('README.md')) <= 8 * 1024);
  });

  it('links only to what is there, as the papers do', () => {
    const papers = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
    for (const file of papers) {
      const links = [...paper(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
      for (const link of links) assert.ok(existsSync(join(root, dirname(file), link)), `${file}: ${link} is not there`);
    }
  });
});

describe('docs', () => {
  it('lists every argument in its order, with its default', () => {
    const rows = table('docs/definitions.md', 'argument');
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
    const codes = table('docs/command-line.md', 'exit code').map(([code]) => Number(code));
    assert.deepEqual(
      codes,
      [...Object.values(EXIT)].sort((left, right) => left - right),
    );
  });

  it('lists every error code once, with what to do (npm run docs)', () => {
    assert.equal(paper('docs/errors.md'), errorsPage());
    const codes = ERRORS.flatMap(({ rows }) => rows.flatMap(([each]) => [...each]));
    assert.deepEqual([...new Set(codes)], codes);
  });

  it('lists no error code that nothing has', () => {
    const text = sources();
    for (const code of ERRORS.flatMap(({ rows }) => rows.flatMap(([codes]) => [...codes])))
      assert.ok(text.includes(`'${code}'`), code);
  });
});

describe('CONTRIBUTING', () => {
  it('names files that are there', () => {
    const text = paper('CONTRIBUTING.md');
    const paths = [...text.matchAll(/`((?:src|test|core|features|platform|\.ci)\/[\w./-]*)`/g)].map(
      (match) => match[1] ?? '',
    );
    assert.ok(paths.length > 30);
    for (const path of paths)
      assert.ok(existsSync(join(root, path)) || existsSync(join(root, 'src', path)), `${path} is not there`);
  });
});
