import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { ALLOWED_LICENSES, bundledPackages, notices } from '../../esbuild.mjs';
import { ROOT } from '../host/folders.ts';
import { unpackedVsix, vsixUnderTest } from '../host/vsix.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly resolved?: string }>>;
}

const json = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('what ships of other people', () => {
  let metafile: Metafile;
  let packages: ReturnType<typeof bundledPackages>;

  before(() => {
    vsixUnderTest();
    metafile = json('dist', 'metafile.json') as Metafile;
    packages = bundledPackages(metafile);
  });

  it('is named in the notices that ship, with its version, an allowed licence and the text of that', () => {
    const shipped = readFileSync(join(unpackedVsix(), 'dist', 'ThirdPartyNotices.txt'), 'utf8');
    assert.ok(packages.length > 30, 'the bundler’s record names few packages');
    for (const { folder } of packages) {
      const { name, version, license = '' } = json(folder, 'package.json') as Manifest;
      assert.ok(ALLOWED_LICENSES.includes(license), `${name}: ${license}`);
      const part = shipped.split('-'.repeat(80)).find((each) => each.includes(`\n${name} ${version}\n`)) ?? '';
      assert.ok(part.includes(`License: ${license}\n`), name);
      assert.match(part, /Copyright|copyright/, name);
      assert.match(part, /Permission (is hereby granted|to use)|Redistribution and use/, name);
      // Who holds the rights stands in the package's own text.
      assert.ok(part.length > 500, name);
    }
  });

  it('has no package without a text of its licence, or with a licence that is not allowed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-images-licence-'));
    try {
      const made = (manifest: object, text?: string): (() => string) => {
        const each = join(folder, String(Math.random()));
        mkdirSync(each);
        writeFileSync(join(each, 'package.json'), JSON.stringify({ name: 'some', version: '1.0.0', ...manifest }));
        if (text !== undefined) writeFileSync(join(each, 'LICENCE.md'), text);
        return () => notices([{ folder: each, name: 'some', files: [] }]);
      };
      assert.match(
        made({ license: 'MIT' }, 'Copyright somebody')(),
        /some 1\.0\.0\nLicense: MIT\n\nCopyright somebody/,
      );
      assert.throws(made({ license: 'MIT' }), /some 1\.0\.0 has no text of its licence/);
      assert.throws(made({ license: 'GPL-3.0-only' }, 'text'), /the licence GPL-3\.0-only is not on the list/);
      assert.throws(made({}, 'text'), /the licence undefined is not on the list/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is "dependencies" in the manifest, and nothing else is', () => {
    const { dependencies = {} } = json('package.json') as Manifest;
    const used = new Set(packages.flatMap(({ files }) => files));
    const direct = Object.entries(metafile.inputs)
      .filter(([file]) => file.startsWith('src/'))
      .flatMap(([, { imports }]) => imports.map(({ path }) => path))
      .filter((path) => used.has(path))
      .map((path) => packages.find(({ files }) => files.includes(path))?.name);
    assert.deepEqual(Object.keys(dependencies).sort(), [...new Set(direct)].sort());
  });

  it('is what npm audit and npm sbom know of, and not for development only', () => {
    const { packages: locked } = json('package-lock.json') as Lock;
    for (const { folder } of packages) assert.ok(locked[folder]?.dev !== true, `${folder} is for development`);
    // npm's own bill leaves out, with --omit=dev, what tools need as well: so it is compared whole.
    const words = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
    const bill = execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
    const { components } = JSON.parse(bill) as { components: readonly { name: string; version: string }[] };
    const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
    for (const { folder } of packages) {
      const { name, version } = json(folder, 'package.json') as Manifest;
      assert.ok(listed.has(`${name}@${version}`), `${name}@${version} is not in the bill of materials`);
    }
  });

  it('asks for nothing beside Node and VS Code once it runs', () => {
    const known = new Set(['vscode', ...builtinModules]);
    const external = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter((each) => each.external));
    const other = external.map(({ path }) => path).filter((path) => !known.has(path.replace(/^node:/, '')));
    assert.deepEqual(other, []);
  });

  it('is not downloaded from an address that the lock names, but from the registry in use', () => {
    const { packages: locked } = json('package-lock.json') as Lock;
    assert.deepEqual(
      Object.values(locked).filter(({ resolved }) => resolved?.startsWith('http')),
      [],
    );
  });
});

describe('the build', () => {
  it('gives the same bytes in another folder, time zone and umask, at another time', function () {
    this.timeout(120_000);
    const first = vsixUnderTest();
    const folder = mkdtempSync(join(tmpdir(), 'glance-images-again-'));
    try {
      const here = new Set(['.git', '.vscode-test', 'dist', 'node_modules', 'out']);
      cpSync(ROOT, folder, { recursive: true, filter: (path) => path === ROOT || !here.has(basename(path)) });
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      const env = { ...process.env, TZ: 'Pacific/Kiritimati' };
      const old = process.umask(0o077);
      try {
        for (const program of [['esbuild.mjs'], ['test/host/vsix.ts', join(folder, 'again.vsix')]])
          execFileSync(process.execPath, program, { cwd: folder, env, stdio: 'inherit' });
      } finally {
        process.umask(old);
      }
      assert.equal(sha256(join(folder, 'again.vsix')), sha256(first));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
