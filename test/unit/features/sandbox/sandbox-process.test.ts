import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../../src/core/failure.ts';
import { silentLog } from '../../silent-log.ts';
import { SandboxProcess } from '../../../../src/features/sandbox/sandbox-process.ts';

describe('SandboxProcess', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-process-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function start(source: string, onExit: (reason: string) => void = () => undefined): Promise<SandboxProcess> {
    const script = join(folder, 'sandbox.cjs');
    await writeFile(script, source);
    return SandboxProcess.start({ script, folder, log: silentLog, onExit });
  }

  const ready = `console.log(JSON.stringify({ cloudsFile: process.argv.at(-1) + '/clouds.yaml' }));`;

  it('is ready when it says where its clouds.yaml is, and ends when it is stopped', async () => {
    const sandbox = await start(`${ready} process.stdin.resume().on('end', () => process.exit(0));`);
    assert.equal(sandbox.cloudsFile, join(folder, 'clouds.yaml'));
    await sandbox.stop();
    await sandbox.stop();
  });

  it('says why it did not start', async () => {
    const source = `console.error('no port is free'); process.exitCode = 3;`;
    await assert.rejects(
      start(source),
      (error) => Failure.is(error, 'sandbox-failed') && error.message.includes('exit 3\nno port is free'),
    );
  });

  it('tells when it ended by itself', async () => {
    const gone = Promise.withResolvers<string>();
    await start(`${ready} process.stdin.resume(); setImmediate(() => process.exit(7));`, gone.resolve);
    assert.equal(await gone.promise, 'exit 7');
  });
});
