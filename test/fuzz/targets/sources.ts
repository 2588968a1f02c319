import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { inspectionSchema } from '../../../src/core/source/inspection/inspection.ts';
import { INSPECTED_BYTES_AT_MOST } from '../../../src/core/source/inspection/header-reader.ts';
import { inspect } from '../../../src/core/source/inspection/inspect.ts';
import { detectCompression } from '../../../src/core/source/decompress/compression.ts';
import { findChecksum, parseChecksumFile, readChecksum } from '../../../src/core/source/checksum.ts';
import { addressKind, checkHop, hostKind, readAddress } from '../../../src/core/source/url/address.ts';
import { retryAfter } from '../../../src/core/http/answers.ts';
import { originFailure } from '../../../src/core/source/url/answers.ts';
import {
  conditionalHeaders,
  entryText,
  parseEntry,
  parsePartial,
  partialText,
  rangeValidator,
  validatorsOf,
} from '../../../src/core/source/url/cache-entry.ts';
import { checksumAddresses } from '../../../src/core/source/url/checksum-beside.ts';
import { openDownload } from '../../../src/core/glance/client/image-download.ts';
import type { HttpDownload } from '../../../src/core/http/http.ts';
import type { SourceAnswer } from '../../../src/core/source/url/follow.ts';
import { CountedFile, header } from '../../unit/core/source/inspection/bytes.ts';
import { parses, shows, type Target } from '../target.ts';
import { hostOf, withoutSecrets } from '../../../src/core/http/addresses.ts';

const KIBIBYTE = 1024;
const HEX = 'ab'.repeat(32);
const LISTS = [
  `${HEX}  noble.img\n${HEX.replace('a', 'c')} *other.img\n\\${HEX}  a\\nb\n`,
  `SHA256 (noble.img) = ${HEX}\nMD5 (noble.img) = ${'a'.repeat(32)}\n`,
  `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${'f'.repeat(128)}  ./x/noble.img\n-----BEGIN PGP SIGNATURE-----\n`,
  `${HEX}\n`,
];
const DESCRIPTOR =
  '# Disk DescriptorFile\nversion=1\ncreateType="monolithicSparse"\nRW 2048 SPARSE "a.vmdk"\nddb.x = "1"\n';
const DISKS: readonly Uint8Array[] = [
  header(
    1024,
    [0, 'QFI\xfb'],
    [4, { be32: 3 }],
    [8, { be64: 128n }],
    [16, { be32: 20 }],
    [20, { be32: 16 }],
    [24, { be64: 1n << 30n }],
    [36, { be32: 1 }],
    [40, { be64: 256n }],
    [72, { be64: 4n }],
    [100, { be32: 112 }],
    [104, { be32: 0xe2792aca }],
    [108, { be32: 5 }],
  ),
  header(1024, [0, 'QED\0']),
  header(
    2048,
    [0, 'KDMV'],
    [4, { le32: 1 }],
    [12, { le64: 2048n }],
    [28, { le64: 1n }],
    [36, { le64: 2n }],
    [56, { le64: 3n }],
    [512, DESCRIPTOR],
  ),
  Buffer.from(DESCRIPTOR),
  header(
    2048,
    [0, 'conectix'],
    [8, { be32: 2 }],
    [16, { be64: 512n }],
    [48, { be64: 1n << 30n }],
    [60, { be32: 3 }],
    [512, 'cxsparse'],
    [1536, 'conectix'],
  ),
  header(
    600 * KIBIBYTE,
    [0, 'vhdxfile'],
    [64 * KIBIBYTE, 'head'],
    [192 * KIBIBYTE, 'regi'],
    [192 * KIBIBYTE + 8, { le32: 1 }],
    [256 * KIBIBYTE, 'metadata'],
  ),
  header(
    1024,
    [0, '<<< Oracle VM VirtualBox Disk Image >>>'],
    [0x40, { le32: 0xbeda107f }],
    [0x44, { le32: 0x10001 }],
    [0x4c, { le32: 1 }],
    [0x170, { le64: 1n << 30n }],
  ),
  header(
    40 * KIBIBYTE,
    [32 * KIBIBYTE, '\x01CD001\x01'],
    [32 * KIBIBYTE + 80, { le32: 20 }],
    [32 * KIBIBYTE + 128, { le16: 2048 }],
  ),
  header(
    1024,
    [447, '\x00\x02\x00\xee'],
    [454, { le32: 1 }],
    [510, '\x55\xaa'],
    [512, 'EFI PART'],
    [544, { le64: 1n }],
  ),
  header(1024, [0, 'LUKS\xba\xbe\0\x01'], [104, { be32: 4096 }]),
  header(1024, [0, 'LUKS\xba\xbe\0\x02']),
  gzipSync(Buffer.alloc(100)),
  header(512, [0, 'PK\x03\x04']),
  header(1024, [257, 'ustar']),
];
const HEADERS = [
  {
    'content-range': 'bytes 5-9/10',
    'content-length': '5',
    etag: '"a"',
    'last-modified': 'Wed, 21 Oct 2026 07:28:00 GMT',
    'retry-after': '3',
    'x-openstack-request-id': 'req-1',
  },
  { 'content-range': 'bytes */10', etag: 'W/"a"', 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' },
];

/** Sources: their headers, lists of checksums, addresses, and what a cache remembers. */
export const sourceTargets: readonly Target[] = [
  {
    name: 'sources: headers of disks',
    kind: 'bytes',
    samples: DISKS,
    largest: 700_000,
    run: async ({ bytes }, random) => {
      const file = new CountedFile(bytes);
      const found = await inspect(file, random.pick([bytes.length, bytes.length, 2 ** 40]));
      if (file.bytesRead > INSPECTED_BYTES_AT_MOST) return `it reads ${String(file.bytesRead)} bytes`;
      if (!v.is(inspectionSchema, JSON.parse(JSON.stringify(found))))
        return 'what is found is not read again from a cache';
      const long = found.formats.flatMap(({ flaws }) => flaws).find(({ detail }) => detail.length > 1000);
      return long === undefined ? undefined : `${long.code} says ${String(long.detail.length)} characters`;
    },
  },
  {
    name: 'sources: signatures of compression',
    kind: 'bytes',
    samples: DISKS.map((disk) => disk.subarray(0, 20)),
    largest: 40,
    run: parses(({ bytes }) => detectCompression(bytes)),
  },
  {
    name: 'sources: lists of checksums',
    kind: 'text',
    samples: LISTS,
    words: [HEX, 'a'.repeat(32), 'SHA256 (', ') = ', '  ', ' *', '\\', 'noble.img', '/', '\r'],
    largest: 1_000_000,
    run: parses(({ text }) => {
      parseChecksumFile(text);
      findChecksum(text, 'https://example.org/x/noble.img', 'the list');
    }),
  },
  {
    name: 'sources: written checksums',
    kind: 'text',
    samples: [`sha256:${HEX}`, 'https://example.org/SHA256SUMS', './SHA256SUMS', 'C:\\sums'],
    words: [':', '//', '\\', 'md5', 'sha512'],
    largest: 100_000,
    run: parses(({ text }) => readChecksum(text)),
  },
  {
    name: 'sources: addresses',
    kind: 'text',
    samples: [
      'https://user:p%40ss@example.org:8443/a/b.img?x=1#y',
      'http://[fe80::1%25eth0]/x',
      'http://169.254.169.254/',
      'http://0x7f.1/',
      'http://a@b@c/',
      'ftp://x/',
    ],
    words: ['@', ':', '/', '//', '[', ']', '%', '%2f', '?', '#', '::ffff:', '127.0.0.1', 'user:pass@', '\\', '\t'],
    largest: 100_000,
    run: ({ text }) => {
      withoutSecrets(text);
      hostOf(text);
      hostKind(text);
      addressKind(text);
      const { url } = readAddress(text);
      if (URL.canParse(url) && (new URL(url).username !== '' || new URL(url).password !== ''))
        return 'user or password is left in the address';
      checkHop(text, 'https://example.org/');
      checksumAddresses(text);
      return undefined;
    },
  },
  {
    name: 'sources: sidecars of the cache',
    kind: 'json',
    samples: [
      entryText({
        source: 'https://x/a',
        urlSha256: HEX,
        size: 5,
        digests: { md5: 'a' },
        fetched: '2026-01-01T00:00:00Z',
        validators: { etag: '"a"', lastModified: 'x' },
      }),
      partialText({ urlSha256: HEX, validators: { etag: '"a"' }, total: 9, birth: '1.2.3' }),
    ],
    largest: 300_000,
    run: ({ text }) => {
      parsePartial(text);
      const entry = parseEntry(text);
      if (entry === undefined) return undefined;
      conditionalHeaders(entry.validators);
      return JSON.stringify(parseEntry(entryText(entry))) === JSON.stringify(entry)
        ? undefined
        : 'a sidecar is not read as it was written';
    },
  },
  {
    name: 'headers: what servers of sources say',
    kind: 'json',
    samples: HEADERS.map((headers) => JSON.stringify(headers)),
    largest: 100_000,
    run: ({ value }, random) => {
      const answer = answerOf(value, random.pick([200, 206, 401, 404, 416, 429, 503]));
      const wait = retryAfter(answer, 30_000);
      if (!(wait >= 0 && wait <= 30_000)) return `it waits ${String(wait)} ms`;
      originFailure(answer, 'https://u:p@example.org/x');
      const validators = validatorsOf(answer.headers);
      conditionalHeaders(validators);
      rangeValidator(validators);
      return undefined;
    },
  },
  {
    name: 'headers: what Glance says of data',
    kind: 'json',
    samples: HEADERS.map((headers) => JSON.stringify(headers)),
    largest: 100_000,
    run: async ({ value }, random) => {
      const answer = answerOf(value, random.pick([200, 206, 204, 403, 416, 500]));
      const opened = await openDownload(
        { download: () => Promise.resolve(answer) },
        { url: 'http://127.0.0.1/x', what: 'Downloading failed', region: 'r', requestId: 'req-2', start: 5 },
        {},
      );
      if (opened === 'unauthorized') return undefined;
      const known = Number.isSafeInteger(opened.start) && opened.start >= -1;
      const sized = opened.length === undefined || (Number.isSafeInteger(opened.length) && opened.length >= 0);
      return known && sized ? undefined : `it starts at ${String(opened.start)} and has ${String(opened.length)}`;
    },
  },
  {
    name: 'addresses: what is shown of them',
    kind: 'text',
    samples: ['https://user:S3CRET@example.org/x?token=S3CRET', 'not an address S3CRET'],
    words: ['@', 'user:S3CRET@', '/', '\\', '?', '\u001b['],
    largest: 100_000,
    // Percent-encoding makes nine characters of one.
    run: shows(900_000, ({ text }) => (URL.canParse(text) ? withoutSecrets(text) : '')),
  },
];

/** An answer with the headers of a JSON object, those that a client of HTTP would let through. */
function answerOf(value: unknown, status: number): SourceAnswer {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const headers = Object.fromEntries(entries.filter(([, text]) => typeof text === 'string')) as Record<string, string>;
  async function* nothing(): AsyncGenerator<Uint8Array> {
    yield* [];
    await Promise.resolve();
  }
  const answer: HttpDownload = { status, headers, content: nothing(), destroy: () => undefined };
  return { ...answer, network: 'public', elsewhere: false };
}
