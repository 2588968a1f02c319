// Builds the suites and runs them in a real VS Code: the desktop one where it can be had and shown, else the one from npm.
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { glob } from 'tinyglobby';
import { NODE_TARGET } from '../../esbuild.mjs';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { DOWNLOADS, OUT, ROOT } from '../host/folders.ts';
import { unpackedVsix } from '../host/vsix.ts';
import { makeWorkspace } from '../host/workspace.ts';

await rm(join(OUT, 'vscode'), { recursive: true, force: true });
await build({
  entryPoints: ['test/vscode/index.ts', ...(await glob('test/vscode/suites/**/*.test.ts', { cwd: ROOT }))],
  outdir: join(OUT, 'vscode'),
  outbase: 'test/vscode',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  target: NODE_TARGET,
  mainFields: ['module', 'main'],
  external: ['vscode', 'mocha'],
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  sourcemap: true,
  absWorkingDir: ROOT,
  logLevel: 'warning',
});

const folder = await mkdtemp(join(tmpdir(), 'glance-images-suites-'));
const sandbox = await startSandbox({ directory: join(folder, 'sandbox') });
try {
  const workspace = join(folder, 'workspace');
  await mkdir(workspace);
  await makeWorkspace(workspace);
  process.exitCode = await runTests({
    vscodeExecutablePath: await executable(),
    extensionDevelopmentPath: unpackedVsix(),
    extensionTestsPath: join(OUT, 'vscode', 'index.cjs'),
    launchArgs: [
      workspace,
      `--user-data-dir=${join(folder, 'user')}`,
      `--extensions-dir=${join(folder, 'extensions')}`,
    ],
    extensionTestsEnv: {
      GLANCE_IMAGES_ROOT: ROOT,
      // The launcher is TypeScript: it runs on the Node that runs this.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
      OS_CLOUD: 'sandbox',
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_DATA_HOME: join(folder, 'data'),
    },
  });
} catch (error) {
  // The suites have said what failed.
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

/** The desktop VS Code where there is a display and it can be downloaded; else what stands in for it. */
async function executable(): Promise<string> {
  const launcher = join(ROOT, 'test', 'host', 'launcher.ts');
  const { DISPLAY, WAYLAND_DISPLAY, GLANCE_IMAGES_VSCODE: chosen } = process.env;
  const display = process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY);
  if (chosen === 'server' || chosen === 'oldest' || !display) return launcher;
  try {
    return await downloadAndUnzipVSCode({ cachePath: DOWNLOADS });
  } catch (error) {
    if (process.platform === 'win32' || chosen === 'desktop') throw error;
    console.log(`No desktop VS Code can be downloaded (${String(error)}): the one from npm runs the suites.`);
    return launcher;
  }
}
