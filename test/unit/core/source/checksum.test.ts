import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CHECKSUM_DIGITS,
  findChecksum,
  parseChecksumFile,
  readChecksum,
  type Checksum,
} from '../../../../src/core/source/checksum.ts';

const SHA256 = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);
const SHA512 = 'c3'.repeat(64);
const URL = 'https://images.example/noble/current/disk%20one.img?token=x';

describe('image_source_checksum', () => {
  it('is a digest, an address or a path', () => {
    assert.deepEqual(readChecksum(`SHA256:${SHA256.toUpperCase()}`), {
      kind: 'value',
      checksum: { algorithm: 'sha256', hex: SHA256 },
    });
    assert.deepEqual(readChecksum('https://x.example/SHA256SUMS'), {
      kind: 'url',
      url: 'https://x.example/SHA256SUMS',
    });
    assert.deepEqual(readChecksum('sums/SHA256SUMS'), { kind: 'path', path: 'sums/SHA256SUMS' });
    assert.deepEqual(readChecksum('C:\\sums'), { kind: 'path', path: 'C:\\sums' });
  });

  for (const bad of ['sha256:abc', `md5:${SHA256}`, `crc32:${'a'.repeat(8)}`, `sha256:${'g'.repeat(64)}`]) {
    it(`refuses ${bad.slice(0, 12)}…`, () => {
      assert.throws(() => readChecksum(bad), { code: 'bad-checksum' });
    });
  }
});

describe('checksum files', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['GNU text mode', `${SHA256}  disk one.img`],
    ['GNU binary mode', `${SHA256} *disk one.img`],
    ['BSD', `SHA256 (disk one.img) = ${SHA256}`],
    ['openssl', `SHA2-256(disk one.img)= ${SHA256}`],
    ['upper case', `${SHA256.toUpperCase()}  disk one.img`],
    ['a folder before the name', `${SHA256}  ./current/disk one.img`],
    ['CRLF', `${OTHER}  other.img\r\n${SHA256}  disk one.img\r\n`],
    ['a byte order mark', `\ufeff${SHA256}  disk one.img\n`],
    [
      'comments and a signature',
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# disk one.img: 5 bytes\nSHA256 (disk one.img) = ${SHA256}\n-----BEGIN PGP SIGNATURE-----\niQ==`,
    ],
    ['nothing but a digest', `${SHA256}\n`],
    ['several names', `${OTHER}  a.img\n${SHA256}  disk one.img\n${OTHER}  disk one.img.xz\n`],
    ['the longer of two names', `${OTHER}  disk one.img\n${SHA256}  current/disk one.img`],
    ['another folder with the same name', `${OTHER}  jammy/disk one.img\n${SHA256}  noble/current/disk one.img`],
    ['a weaker algorithm besides', `${'d'.repeat(32)}  disk one.img\n${SHA256}  disk one.img`],
  ];
  for (const [what, text] of cases) {
    it(`finds the file's line: ${what}`, () => {
      assert.deepEqual(findChecksum(text, URL, 'SHA256SUMS'), { algorithm: 'sha256', hex: SHA256 });
    });
  }

  const pairs = (SHA256.match(/../g) ?? []).join(' ');
  for (const [what, text, where = 'SHA256SUMS'] of [
    ['the only digest of a file named after the source', `${SHA256}  disk-1.2-build3.img`, 'disk one.img.sha256'],
    ['a local file named after the source', `${SHA256}  disk-1.2.img`, 'The file "/w/disk one.img.sha256"'],
    ['another folder', `${OTHER}  output/b.img\n${SHA256}  output/disk one.img`],
    ['certutil', `SHA256 hash of disk one.img:\r\n${pairs}\r\nCertUtil: -hashfile command completed.\r\n`],
    ['a newer certutil', `SHA256 hash of file C:\\img\\disk one.img:\r\n${SHA256}\r\nCertUtil: completed`],
    ['a German certutil', `SHA256-Hash von disk one.img:\r\n${SHA256}\r\n`],
    [
      'Get-FileHash',
      `\r\nAlgorithm  Hash  Path\r\n---------  ----  ----\r\nSHA256  ${SHA256}  C:\\img\\disk one.img\r\n`,
    ],
    ['Get-FileHash as a list', `Algorithm : SHA256\r\nHash      : ${SHA256}\r\nPath      : C:\\disk one.img\r\n`],
    ['the algorithm before the digest', `sha256:${SHA256}`],
    ['the algorithm before the digest, with a name', `${OTHER}  b.img\nsha256:${SHA256}  disk one.img`],
    ['headings', `# BLAKE2S HASH\n${OTHER}  disk one.img\n# SHA256 HASH\n${SHA256}  disk one.img`],
    ['a foreign tag besides', `SHA3-256 (disk one.img) = ${OTHER}\nSHA256 (disk one.img) = ${SHA256}`, 'CHECKSUM'],
  ] as const) {
    it(`finds the digest: ${what}`, () => {
      assert.deepEqual(findChecksum(text, URL, where), { algorithm: 'sha256', hex: SHA256 });
    });
  }

  for (const [what, text, where] of [
    ['B2', `${SHA512}  disk one.img`, 'https://images.example/B2SUMS'],
    ['SHA3-256', `${SHA256}  disk one.img`, 'The file "/w/SHA3-256SUMS"'],
    ['BLAKE2B', `# BLAKE2B HASH\n${SHA512}  disk one.img`, 'disk one.img.DIGESTS'],
    ['SHA3-256', `SHA3-256 (disk one.img) = ${SHA256}`, 'CHECKSUM'],
    ['B3', SHA256, 'disk one.img.b3'],
    ['SHA512/256', `SHA512/256 (disk one.img) = ${SHA256}`, 'CHECKSUM'],
  ] as const) {
    it(`names an algorithm that is not computed here: ${what} (${where})`, () => {
      const message = new RegExp(`Its digest is a ${what}, which is not computed here`);
      assert.throws(() => findChecksum(text, URL, where), { code: 'checksum-not-found', message });
    });
  }

  it('goes by the length where the name of the list only seems to say an algorithm', () => {
    for (const where of ['b2b-images-CHECKSUM', 'md5-and-more.txt', 'crc32x.txt'])
      assert.deepEqual(findChecksum(`${SHA256}  disk one.img`, URL, where).algorithm, 'sha256', where);
  });

  it('refuses names that only end like the source', () => {
    for (const name of ['my disk one.img', 'disk one.img.xz', 'one.img'])
      assert.throws(() => findChecksum(`${SHA256}  ${name}`, URL, 'SHA256SUMS'), { code: 'checksum-not-found' });
  });

  it('shows how a text begins that holds no digest', () => {
    const message = /It contains no checksum\. It begins with "<html>\\u001b"\.$/;
    assert.throws(() => findChecksum('\n<html>\u001b\n<head>', URL, 'SUMS'), { message });
  });

  it('takes the strongest algorithm', () => {
    const text = `SHA256 (disk one.img) = ${SHA256}\nSHA512 (disk one.img) = ${SHA512}`;
    assert.deepEqual(findChecksum(text, URL, 'SUMS'), { algorithm: 'sha512', hex: SHA512 });
  });

  it('says which names there are where none is meant', () => {
    assert.throws(
      () => findChecksum(`${SHA256}  a.img\n${OTHER}  b.img`, URL, 'https://images.example/SUMS'),
      (error: unknown) =>
        error instanceof Error &&
        error.message.includes('SUMS has no checksum for "disk one.img". It lists "a.img", "b.img".'),
    );
    assert.throws(() => findChecksum('<html>', URL, 'SUMS'), { code: 'checksum-not-found' });
    assert.throws(() => findChecksum('', URL, 'SUMS'), { code: 'checksum-not-found' });
  });

  it('refuses to choose between two digests of one file', () => {
    const text = `${SHA256}  disk one.img\n${OTHER} *disk one.img`;
    assert.throws(() => findChecksum(text, URL, 'SUMS'), { code: 'checksum-ambiguous' });
  });

  it('reads back every line that coreutils writes, whatever the name', () => {
    const name = fc
      .string({ minLength: 1, unit: 'binary' })
      .filter((each) => each.trim() === each && !/^[*\ufeff]/.test(each));
    fc.assert(
      fc.property(fc.array(fc.tuple(checksums(), name, fc.boolean()), { maxLength: 5 }), (lines) => {
        const text = lines.map(([checksum, file, bsd]) => written(checksum, file, bsd)).join('\n');
        assert.deepEqual(
          parseChecksumFile(text),
          lines.map(([checksum, file]) => ({ ...checksum, name: file })),
        );
      }),
    );
  });

  it('reads names with the line separators of Unicode, which end no line', () => {
    const names = ['a\u2028b', 'a\u2029b'];
    for (const name of names) {
      assert.deepEqual(parseChecksumFile(`${SHA256}  ${name}\nSHA256 (${name}) = ${SHA256}`), [
        { algorithm: 'sha256', hex: SHA256, name },
        { algorithm: 'sha256', hex: SHA256, name },
      ]);
    }
  });

  it('throws nothing but failures, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseChecksumFile(text);
      }),
    );
  });
});

function checksums(): fc.Arbitrary<Checksum> {
  return fc
    .constantFrom(...CHECKSUM_DIGITS)
    .chain(([algorithm, digits]) =>
      fc
        .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
        .map((hex) => ({ algorithm, hex: hex.map((digit) => digit.toString(16)).join('') })),
    );
}

/** As `cksum --algorithm=… [--tag | --untagged]` writes it. */
function written({ algorithm, hex }: Checksum, name: string, bsd: boolean): string {
  const escapes = /[\\\n\r]/.test(name);
  const shown = name.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
  const line = bsd ? `${algorithm.toUpperCase()} (${shown}) = ${hex}` : `${hex}  ${shown}`;
  return `${escapes ? '\\' : ''}${line}`;
}
