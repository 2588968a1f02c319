// Builds the suites and runs them in a real VS Code: the desktop one where it can be had and shown, else the one from npm.
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { OUT, ROOT } from '../host/folders.ts';
import { makeWorkspace } from '../host/workspace.ts';

const desktop =
  process.platform !== 'linux' || (process.env.DISPLAY !== undefined && process.env.GLANCE_IMAGES_VSCODE === 'desktop');

await rm(join(OUT, 'vscode'), { recursive: true, force: true });
await build({
  entryPoints: ['test/vscode/index.ts', ...(await glob('test/vscode/suites/*.test.ts', { cwd: ROOT }))],
  outdir: join(OUT, 'vscode'),
  outbase: 'test/vscode',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22.15',
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
    ...(desktop ? {} : { vscodeExecutablePath: join(ROOT, 'test', 'host', 'launcher.ts') }),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: join(OUT, 'vscode', 'index.js'),
    launchArgs: [workspace],
    extensionTestsEnv: {
      GLANCE_IMAGES_ROOT: ROOT,
      OS_CLIENT_CONFIG_FILE: sandbox.cloudsFile,
      OS_CLOUD: 'sandbox',
      XDG_CACHE_HOME: join(folder, 'cache'),
    },
  });
} catch (error) {
  // The suites have said what failed.
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
}
