import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs every suite of the folder `suites` in the extension host, in the order of their paths, or the tests that `MOCHA_GREP` names; VS Code calls it. Rejects where a test failed. */
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
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.cjs'));
  for (const file of files.sort()) mocha.addFile(join(folder, file));
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed.`))));
  });
}
