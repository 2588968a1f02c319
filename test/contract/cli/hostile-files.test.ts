import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudUnderTest } from '../cloud.ts';
import { CommandLine } from './command-line.ts';

/** What somebody can put into a folder in place of a file, that a reader waits for or never comes to the end of. */
const NO_FILES: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'a FIFO': (path) => Promise.resolve(void execFileSync('mkfifo', [path])),
  'a link to /dev/zero': (path) => symlink('/dev/zero', path),
};

describe('a folder from somebody else', () => {
  let line: CommandLine;
  const at = (name: string): string => join(line.folder, name);

  beforeEach(async () => {
    line = await CommandLine.open(await cloudUnderTest());
  });

  afterEach(async () => {
    await line.close();
  });

  it("does not get the user's password by a link to the user's secure.yaml", async () => {
    const address = await line.useSecrets();
    await symlink('.config/openstack/secure.yaml', at('secure.yaml'));
    const refused = await line.expect(1, 'list');
    assert.match(
      refused.stderr,
      /would send the secrets of .*\.config\/openstack\/secure\.yaml to .* \[secure-not-confirmed\]$/m,
    );
    await line.expect(0, 'list', '--secure-for', address);
  });

  for (const [name, make] of Object.entries(NO_FILES)) {
    it(`is told where ${name} stands in place of a file`, async () => {
      const plain = { name: 'a', container_format: 'bare', disk_format: 'raw' };
      await make(at('x.image.jsonc'));
      const definition = await line.expect(1, 'validate', 'x.image.jsonc');
      assert.match(definition.stderr, /x\.image\.jsonc" can't be read: It is not a regular file\./);
      await make(at('main.tf'));
      const terraform = await line.expect(1, 'import', '--terraform', 'main.tf');
      assert.match(terraform.stderr, /main\.tf" can't be read: It is not a regular file\./);
      await make(at('SHA256SUMS'));
      const source = { image_source_url: 'http://127.0.0.1:9/disk.img', image_source_checksum: 'SHA256SUMS' };
      await line.define('a.image.jsonc', { ...plain, ...source });
      const checksum = await line.expect(1, 'plan', 'a.image.jsonc');
      assert.match(
        checksum.stderr + checksum.stdout,
        /(SHA256SUMS|\/dev\/zero)" can't be read: It is not a regular file\./,
      );
      await make(at('ca.pem'));
      await line.useEntry({ cacert: 'ca.pem' });
      const certificate = await line.expect(1, 'list');
      assert.match(certificate.stderr, /ca\.pem" of "cacert" can't be read: It is not a regular file\./);
      await rm(at('clouds-of-its-own.yaml'));
      await make(at('clouds-of-its-own.yaml'));
      const clouds = await line.expect(1, 'list');
      assert.match(clouds.stderr, /clouds-of-its-own\.yaml .*It is not a regular file\./);
    });
  }

  it('is told the line and the bound of a clouds.yaml that would expand to millions of values', async () => {
    const base = Array.from({ length: 1300 }, (_, n) => `k${n}: v`).join(', ');
    const entries = Array.from({ length: 4500 }, (_, n) => `  c${n}: {<<: *a}`).join('\n');
    await line.useEntry({});
    await writeFile(at('clouds-of-its-own.yaml'), `a: &a {${base}}\nclouds:\n${entries}\n`);
    const run = await line.expect(1, 'list');
    assert.match(run.stderr, /clouds-of-its-own\.yaml:\d+: .*repeat more than 100000 values/);
  });
});
