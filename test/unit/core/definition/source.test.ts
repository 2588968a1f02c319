import assert from 'node:assert/strict';
import { sourceArgument, sourceOf } from '../../../../src/core/definition/source.ts';
import type { Definition } from '../../../../src/core/definition/definition.ts';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';

const URL = 'https://images.example.org/a.qcow2';

describe('the source of a definition', () => {
  it('is a file, an address that this machine downloads or one that Glance downloads, or none', () => {
    const login = { image_source_username: 'reader', image_source_password: '${secret:mirror}' };
    const checksum = `sha256:${'0'.repeat(64)}`;
    const cases = [
      [{}, { kind: 'none' }],
      [{ local_file_path: 'a.img' }, { kind: 'file', path: 'a.img', decompress: false }],
      [
        { local_file_path: 'a.gz', decompress: true },
        { kind: 'file', path: 'a.gz', decompress: true },
      ],
      [
        { image_source_url: URL, ...login, decompress: true },
        { kind: 'url', decompress: true, url: URL, username: 'reader', password: '${secret:mirror}' },
      ],
      [
        { image_source_url: URL, web_download: false },
        { kind: 'url', decompress: false, url: URL },
      ],
      [
        { image_source_url: URL, web_download: true, image_source_checksum: checksum },
        { kind: 'cloud', url: URL, checksum },
      ],
    ] as const;
    for (const [written, source] of cases) assert.deepEqual(sourceOf(definition(written)), source);
  });

  it('is named by the argument that a problem stands at', () => {
    assert.equal(sourceArgument(definition({ local_file_path: 'a.img' })), 'local_file_path');
    assert.equal(sourceArgument(definition({ image_source_url: URL, web_download: true })), 'image_source_url');
  });
});

function definition(written: object): Definition {
  const text = JSON.stringify({ name: 'a', container_format: 'bare', disk_format: 'qcow2', ...written });
  const [read] = parseDefinitions(text, '/definitions/a.image.jsonc').definitions;
  assert.ok(read);
  return read;
}
