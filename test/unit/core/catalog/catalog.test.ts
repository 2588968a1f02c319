import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeCatalogs, readCatalog, type CatalogEntry } from '../../../../src/core/catalog/catalog.ts';
import { catalogDefinition, latestRelease } from '../../../../src/core/catalog/resolve.ts';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { Failure } from '../../../../src/core/failure.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'media', 'catalog.json'), 'utf8');
const shipped = readCatalog(text, 'catalog.json');
const nobody = (url: string): Promise<string> => Promise.reject(new Error(`${url} was asked for`));

function entry(id: string): CatalogEntry {
  const found = shipped.find((each) => each.id === id);
  assert.ok(found);
  return found;
}

describe('the catalog that ships', () => {
  it('names each entry once, with sources, TLS and the releases in every address', () => {
    assert.equal(mergeCatalogs([shipped]).length, shipped.length);
    for (const { id, sources, architectures } of shipped) {
      assert.ok(sources.length > 0, id);
      for (const { follow, releases } of Object.values(architectures)) {
        for (const url of [follow?.url, follow?.checksum, releases?.list, releases?.url, releases?.checksum])
          assert.match(url ?? 'https://', /^https:\/\//, id);
        assert.match(releases?.url ?? '{release}', /\{release\}/, id);
      }
    }
  });

  it('makes definitions without a problem, and asks nobody where the publisher is followed', async () => {
    for (const each of shipped) {
      for (const [architecture, { follow }] of Object.entries(each.architectures)) {
        if (follow === undefined) continue;
        const choice = { entry: each, architecture: architecture as 'x86_64', pin: false };
        const { definitions, problems } = parseDefinitions(await catalogDefinition(choice, nobody), 'a.image.jsonc');
        assert.deepEqual(problems, [], each.id);
        assert.equal(definitions[0]?.arguments.properties?.architecture, architecture);
      }
    }
  });

  it('pins the newest release of the publisher’s list with its digest', async () => {
    const base = 'https://cloud-images.ubuntu.com/releases/noble';
    const file = 'ubuntu-24.04-server-cloudimg-arm64.img';
    const texts = new Map([
      [
        `${base}/`,
        '<a href="release-20260101/">x</a> <a href="release-20260701.1/">x</a> <a href="release-20260701/">',
      ],
      [`${base}/release-20260701.1/SHA256SUMS`, `${'a'.repeat(64)} *${file}\n`],
    ]);
    const readText = (url: string): Promise<string> => Promise.resolve(texts.get(url) ?? assert.fail(url));
    const written = await catalogDefinition(
      { entry: entry('ubuntu-24.04'), architecture: 'aarch64', pin: true },
      readText,
    );
    const [definition] = parseDefinitions(written, 'a.image.jsonc').definitions;
    assert.equal(definition?.arguments.image_source_url, `${base}/release-20260701.1/${file}`);
    assert.equal(definition.arguments.image_source_checksum, `sha256:${'a'.repeat(64)}`);
    assert.equal(definition.arguments.properties?.hw_firmware_type, 'uefi');
  });

  it('says what can only be pinned, what is not there, and what lists no release', async () => {
    const code = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'none',
        (error: unknown) => (error instanceof Failure ? error.code : String(error)),
      );
    const fedora = entry('fedora-44');
    assert.equal(
      await code(catalogDefinition({ entry: fedora, architecture: 'x86_64', pin: false }, nobody)),
      'catalog-entry-unknown',
    );
    const empty = (): Promise<string> => Promise.resolve('[]');
    assert.equal(
      await code(catalogDefinition({ entry: fedora, architecture: 'x86_64', pin: true }, empty)),
      'catalog-release-missing',
    );
    const cirros = { entry: entry('cirros-0.6.3'), architecture: 'aarch64', pin: false } as const;
    assert.equal(await code(catalogDefinition(cirros, nobody)), 'catalog-entry-unknown');
  });
});

describe('a catalog', () => {
  it('is refused with the first place that is wrong', () => {
    for (const [bad, why] of [
      ['{', /can't be used/],
      ['{"format_version":2,"entries":[]}', /format_version/],
      [text.replace('https://cloud-images', 'file://cloud-images'), /entries\.0\.architectures\.x86_64\.follow\.url/],
      [text.replace('"ubuntu-22.04"', '"../ubuntu"'), /entries\.0\.id/],
    ] as const)
      assert.throws(() => readCatalog(bad, 'a.json'), why);
  });

  it('finds releases by the text around them, in the order of their numbers', () => {
    assert.equal(latestRelease('x-9.8-2.q x-9.10-1.q x-latest.q y-99.q', 'x-{release}.q'), '9.10-1');
    assert.equal(latestRelease('V=4230.2.4\nV=5000', 'V={release}'), '5000');
    assert.equal(latestRelease('a+b-1.q', 'a+b-{release}.q'), '1');
    assert.equal(latestRelease('x-'.repeat(200_000), 'x-{release}x'), undefined);
  });
});
