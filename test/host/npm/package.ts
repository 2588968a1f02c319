// Packs the command line for npm, from `dist` as esbuild.mjs left it: `node test/host/npm/package.ts [FILE]`, out/glance-images.tgz
// without a name.
import type { Metafile } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { OUT, ROOT } from '../folders.ts';

/** Where it is packed if nothing else is said. */
export const NPM_PACKAGE = join(OUT, 'glance-images.tgz');

/** The programs of the package; everything else in `dist` is the editor's. */
const PROGRAMS: ReadonlySet<string> = new Set([
  'src/cli/main.ts',
  'src/node/engine.ts',
  'src/node/workers/digest-worker.ts',
  'src/node/workers/decompress-worker.ts',
  'src/sandbox/main.ts',
  'src/transfers/main.ts',
]);
/** What lies beside them. */
const BESIDE = [
  'dist/ThirdPartyNotices.txt',
  'media/catalog.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
];
/** What the manifest of the package keeps of the project's. */
const KEPT = ['name', 'version', 'license', 'repository', 'bugs', 'homepage', 'keywords', 'type', 'bin'];

/** Packs the package. Throws, with npm's words, where npm refuses. */
export function packForNpm(file = NPM_PACKAGE): void {
  const folder = mkdtempSync(join(tmpdir(), 'glance-images-npm-'));
  try {
    const files = [...programFiles(), ...BESIDE];
    for (const each of files) cpSync(join(ROOT, each), join(folder, each));
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
    const words = ['pack', '--ignore-scripts', '--json', folder, '--pack-destination', folder];
    const npm = execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    const [packed] = JSON.parse(npm) as readonly { readonly filename: string }[];
    if (packed === undefined) throw new Error(`npm packed nothing: ${npm}`);
    mkdirSync(dirname(file), { recursive: true });
    cpSync(join(folder, packed.filename), `${file}.part`);
    renameSync(`${file}.part`, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function manifest(): object {
  const all = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>> & {
    readonly engines: { readonly node: string };
  };
  return {
    ...Object.fromEntries(KEPT.map((name) => [name, all[name]])),
    description: 'Plan, apply and verify OpenStack Glance images from definitions: the command line of Glance Images.',
    engines: { node: all.engines.node },
    files: ['dist', 'media', 'CHANGELOG.md', 'SECURITY.md'],
  };
}

/** The programs and every chunk that they load, as paths from the root. */
function programFiles(): readonly string[] {
  const { outputs } = JSON.parse(readFileSync(join(ROOT, 'dist', 'metafile.json'), 'utf8')) as Metafile;
  const found = new Set<string>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, external } of outputs[path]?.imports ?? []) if (external !== true) add(next);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs))
    if (entryPoint !== undefined && PROGRAMS.has(entryPoint)) add(path);
  return [...found];
}

if (import.meta.main) packForNpm(process.argv[2] === undefined ? NPM_PACKAGE : resolve(process.argv[2]));
