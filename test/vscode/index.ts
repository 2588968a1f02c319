import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs every suite beside this file in the extension host, or the tests that `MOCHA_GREP` names; VS Code calls it. Rejects where a test failed. */
export async function run(): Promise<void> {
  // Imported, not required as a bundle does: the oldest VS Code's Node requires a module in a way of its own.
  const { default: Mocha } = await import('mocha');
  const root = process.env.GLANCE_IMAGES_ROOT ?? '';
  const { timeout } = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8')) as { timeout: number };
  const mocha = new Mocha({
    ui: 'bdd',
    timeout,
    color: true,
    ...(process.env.MOCHA_GREP === undefined ? {} : { grep: process.env.MOCHA_GREP }),
    reporter: join(root, 'test/host/counting-reporter.cjs'),
  });
  const folder = join(__dirname, 'suites');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.cjs')))
    mocha.addFile(join(folder, file));
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed.`))));
  });
}
