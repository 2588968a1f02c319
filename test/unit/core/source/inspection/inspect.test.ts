import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import * as v from 'valibot';
import { inspect } from '../../../../../src/core/source/inspection/inspect.ts';
import { INSPECTED_BYTES_AT_MOST } from '../../../../../src/core/source/inspection/header-reader.ts';
import { inspectionSchema } from '../../../../../src/core/source/inspection/inspection.ts';
import { CountedFile, findings, header, inspected } from './bytes.ts';

const KIBIBYTE = 1024;

const qcow2 = (...more: Parameters<typeof header>[1][]): Buffer =>
  header(
    512,
    [0, 'QFI\xfb'],
    [4, { be32: 3 }],
    [20, { be32: 16 }],
    [24, { be64: 1n << 30n }],
    [36, { be32: 1 }],
    [40, { be64: 256n }],
    ...more,
  );

const vmdk = (descriptor: string, ...more: Parameters<typeof header>[1][]): Buffer =>
  header(
    2048,
    [0, 'KDMV'],
    [4, { le32: 1 }],
    [12, { le64: 2048n }],
    [28, { le64: 1n }],
    [36, { le64: 2n }],
    [512, descriptor],
    ...more,
  );

const DESCRIPTOR =
  '# Disk DescriptorFile\nversion=1\ncreateType="monolithicSparse"\nRW 2048 SPARSE "a.vmdk"\nddb.x = "1"\n';

/** A protective MBR as a GPT has it. */
const protective = (): Buffer =>
  header(
    1024,
    [447, '\x00\x02\x00\xee'],
    [454, { le32: 1 }],
    [510, '\x55\xaa'],
    [512, 'EFI PART'],
    [544, { le64: 1n }],
  );

const iso = (sectors: number): Buffer =>
  header(
    40 * KIBIBYTE,
    [32 * KIBIBYTE, '\x01CD001\x01'],
    [32 * KIBIBYTE + 80, { le32: sectors }],
    [32 * KIBIBYTE + 128, { le16: 2048 }],
  );

describe('inspect', () => {
  it('knows nothing of no bytes, of zeros, and of words', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(100_000), Buffer.from('Hello, this is no disk.')]) {
      const found = await inspected(bytes);
      assert.deepEqual([found.formats, found.wrapping, found.fixedVhd], [[], null, false]);
    }
  });

  it('reads the size of a qcow2 and refuses none of the features that Glance takes', async () => {
    const found = await inspected(qcow2([72, { be64: 0b1011n & ~0b10n }]));
    assert.deepEqual(found.formats, [{ format: 'qcow2', virtualSize: 2 ** 30, flaws: [] }]);
  });

  for (const [what, bytes, flaws] of [
    ['an unknown feature', qcow2([72, { be64: 1n << 60n }]), ['source-unknown-features']],
    [
      'a data file and an unknown feature',
      qcow2([72, { be64: 0x104n }]),
      ['source-data-file', 'source-unknown-features'],
    ],
    ['a mark of corruption', qcow2([72, { be64: 2n }]), ['source-damaged']],
    ['encryption', qcow2([32, { be32: 1 }]), ['source-encrypted']],
    ['a backing file beyond its end', qcow2([8, { be64: 1n << 62n }], [16, { be32: 9 }]), ['source-backing-file']],
    ['clusters of no size', qcow2([20, { be32: 0xffffffff }]), ['source-damaged']],
    [
      'a table that ends nowhere',
      qcow2([36, { be32: 0xffffffff }], [40, { be64: 2n ** 64n - 1n }]),
      ['source-truncated'],
    ],
    ['an old version', qcow2([4, { be32: 1 }]), ['source-subformat']],
  ] as const) {
    it(`finds ${what} in a qcow2`, async () => {
      assert.deepEqual(findings(await inspected(bytes)), { formats: ['qcow2'], flaws });
    });
  }

  it('keeps the name of a backing file from harming whoever reads it', async () => {
    const name = '/etc/\u001b[2Jshadow';
    const found = await inspected(qcow2([8, { be64: 128n }], [16, { be32: 5000 }], [128, name]));
    assert.deepEqual(found.formats[0]?.flaws, [{ code: 'source-backing-file', detail: '"/etc/\\u001b[2Jshadow"' }]);
  });

  it('takes a VMDK that is one file', async () => {
    assert.deepEqual(findings(await inspected(vmdk(DESCRIPTOR))), { formats: ['vmdk'], flaws: [] });
  });

  for (const [what, bytes, flaws] of [
    ['a path', vmdk(DESCRIPTOR.replace('a.vmdk', '/etc/shadow')), ['source-outside-extents']],
    ['two extents', vmdk(`${DESCRIPTOR}RW 2048 SPARSE "b.vmdk"\n`), ['source-outside-extents']],
    ['another type', vmdk(DESCRIPTOR.replace('monolithicSparse', 'vmfsSparse')), ['source-subformat']],
    ['no type', vmdk(DESCRIPTOR.replace('createType', 'creatorType')), ['source-subformat']],
    ['no extent', vmdk(DESCRIPTOR.replace('RW', '# RW')), ['source-damaged']],
    ['a line of nonsense', vmdk(`${DESCRIPTOR}what is this\n`), ['source-damaged']],
    ['a parent', vmdk(`${DESCRIPTOR}parentFileNameHint="/etc/passwd"\n`), ['source-backing-file']],
    ['a descriptor elsewhere', vmdk(DESCRIPTOR, [28, { le64: 2n ** 63n }]), ['source-damaged']],
    ['a descriptor without end', vmdk(DESCRIPTOR, [36, { le64: 2n ** 63n }]), ['source-truncated']],
    ['a footer that is not there', vmdk(DESCRIPTOR, [56, { le64: 2n ** 64n - 1n }]), ['source-truncated']],
    ['a version of its own', vmdk(DESCRIPTOR, [4, { le32: 9 }]), ['source-subformat']],
    ['nothing but a descriptor', Buffer.from(DESCRIPTOR), ['source-outside-extents']],
    ['an extent of ESX', header(1024, [0, 'COWD']), ['source-subformat']],
  ] as const) {
    it(`finds ${what} in a VMDK`, async () => {
      assert.deepEqual(findings(await inspected(bytes)), { formats: ['vmdk'], flaws });
    });
  }

  it('takes a text for a VMDK only where it says of which type', async () => {
    assert.deepEqual(findings(await inspected(Buffer.from('RW 1 FLAT "/etc/shadow"\n'))).formats, []);
  });

  it('finds what needs a parent in VDI and VHD', async () => {
    const vdi = header(512, [0x40, { le32: 0xbeda107f }], [0x4c, { le32: 4 }], [0x170, { le64: 4096n }]);
    assert.deepEqual(findings(await inspected(vdi)), { formats: ['vdi'], flaws: ['source-backing-file'] });
    const vhd = header(512, [0, 'conectix'], [60, { be32: 4 }]);
    assert.deepEqual(findings(await inspected(vhd)), { formats: ['vhd'], flaws: ['source-backing-file'] });
  });

  it('says of a VHDX without its tables that it is damaged', async () => {
    const vhdx = header(512 * KIBIBYTE, [0, 'vhdxfile']);
    assert.deepEqual(findings(await inspected(vhdx)), { formats: ['vhdx'], flaws: ['source-damaged'] });
  });

  it('knows a disc, one that also boots from USB, and one that was cut', async () => {
    const disc = await inspected(iso(20));
    assert.deepEqual(disc.formats, [{ format: 'iso', virtualSize: 20 * 2048, flaws: [] }]);
    const hybrid = Buffer.concat([protective(), iso(20).subarray(1024)]);
    assert.deepEqual(findings(await inspected(hybrid)), { formats: ['iso', 'gpt'], flaws: [] });
    assert.deepEqual(findings(await inspected(iso(5000))), { formats: ['iso'], flaws: ['source-truncated'] });
  });

  it('knows partition tables, and what Glance objects to in them', async () => {
    assert.deepEqual(findings(await inspected(protective(), 4096)), { formats: ['gpt'], flaws: [] });
    const mbr = header(512, [446, '\x80'], [450, '\x83'], [510, '\x55\xaa']);
    assert.deepEqual(findings(await inspected(mbr, 4096)), { formats: ['gpt'], flaws: [] });
    const fat = header(512, [0x10, '\x02'], [0x15, '\xf8'], [510, '\x55\xaa']);
    assert.deepEqual(findings(await inspected(fat)).formats, []);
    const bad = [
      header(512, [446, '\x17'], [450, '\x83'], [510, '\x55\xaa']),
      header(512, [510, '\x55\xaa']),
      header(512, [447, '\x01\x02\x00\xee'], [454, { le32: 1 }], [510, '\x55\xaa']),
      header(512, [447, '\x00\x02\x00\xee'], [454, { le32: 7 }], [510, '\x55\xaa']),
      header(512, [447, '\x00\x02\x00\xee'], [454, { le32: 1 }], [466, '\x83'], [510, '\x55\xaa']),
    ];
    for (const bytes of bad) assert.deepEqual(findings(await inspected(bytes)).flaws, ['partition-table-invalid']);
  });

  it('finds that a disk with a GPT was cut', async () => {
    const gpt = Buffer.concat([protective(), Buffer.alloc(1024)]);
    gpt.writeBigUInt64LE(100n, 544);
    assert.deepEqual(findings(await inspected(gpt)).flaws, ['source-truncated']);
  });

  it('knows LUKS, whose second version nobody takes', async () => {
    const luks = (version: string): Buffer => header(4096, [0, `LUKS\xba\xbe${version}`], [104, { be32: 2 }]);
    assert.deepEqual((await inspected(luks('\x00\x01'))).formats, [{ format: 'luks', virtualSize: 3072, flaws: [] }]);
    assert.deepEqual(findings(await inspected(luks('\x00\x02'))), { formats: ['luks'], flaws: ['source-subformat'] });
  });

  it('knows what a disk is wrapped in', async () => {
    const samples = {
      gzip: gzipSync('x'),
      zstd: zstdCompressSync('x'),
      bzip2: Buffer.from('BZh91AY&SY', 'latin1'),
      xz: Buffer.from('\xfd7zXZ\0', 'latin1'),
      lz4: Buffer.from('\x04\x22\x4d\x18', 'latin1'),
      lzip: Buffer.from('LZIP\x01', 'latin1'),
      zip: Buffer.from('PK\x03\x04', 'latin1'),
      '7z': Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'),
      tar: header(512, [257, 'ustar']),
    };
    for (const [wrapping, bytes] of Object.entries(samples)) assert.equal((await inspected(bytes)).wrapping, wrapping);
  });

  for (const [kind, text] of [
    ['git-lfs-pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:2d6c\nsize 2361393152\n'],
    ['git-annex-pointer', '/annex/objects/SHA256E-s2361393152--2d6c.raw\n'],
    ['html', '\n<!DOCTYPE html>\n<html><head><title>Sign in</title>'],
    ['html', '<html>\n<head><title>404 Not Found</title></head>'],
    ['html', '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">'],
    ['xml', '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>'],
    ['xml', '<Error><Code>AccessDenied</Code></Error>'],
    ['json', '{"message": "Not Found"}'],
    ['json', '[\n  {"id": 1}\n]'],
    ['plain', 'Repository not found\n'],
    ['plain', '\ufeffNicht gefunden: das Gesuchte ist weg, größtenteils.\r\n'],
  ] as const) {
    it(`knows text (${kind}): ${JSON.stringify(text.slice(0, 24))}`, async () => {
      assert.equal((await inspected(Buffer.from(text))).text?.kind, kind);
    });
  }

  it('knows text that Windows wrote, and text of any length', async () => {
    const windows = Buffer.from('\ufeffError 404: not found', 'utf16le');
    assert.equal((await inspected(windows)).text?.kind, 'plain');
    assert.equal((await inspected(Buffer.from('a page without end\n'.repeat(1000)))).text?.kind, 'plain');
  });

  it('takes no disk for text, and makes the first line of one harmless', async () => {
    const erased = Buffer.alloc(8192, 0xff);
    const sectors = [Buffer.alloc(8192), erased, Buffer.alloc(8192, 1), Buffer.from('text\0and more of it')];
    for (const bytes of [...sectors, Buffer.alloc(0), protective(), qcow2(), gzipSync('words')])
      assert.equal((await inspected(bytes)).text, undefined);
    const { text } = await inspected(Buffer.from(`\u001b[2J${'x'.repeat(500)}\nmore`));
    assert.match(text?.begins ?? '', /^"\\u001b\[2Jx{116}…"$/);
  });

  it('passes on what a file says that can not be read', async () => {
    const broken = { read: () => Promise.reject(new Error('EIO')) };
    await assert.rejects(inspect(broken, 4096), /EIO/);
  });

  it('is what a cache gives back, and nothing else is', async () => {
    const found = JSON.parse(JSON.stringify(await inspected(qcow2([32, { be32: 1 }])))) as object;
    assert.ok(v.is(inspectionSchema, found));
    assert.ok(v.is(inspectionSchema, await inspected(Buffer.from('words'))));
    for (const other of [null, 1, {}, { ...found, version: 0 }, { ...found, formats: [{}] }]) {
      assert.equal(v.is(inspectionSchema, other), false);
    }
  });
});

describe('inspect of hostile files', () => {
  const marks = [
    'QFI\xfb',
    'QED\0',
    'KDMV',
    'COWD',
    'conectix',
    'vhdxfile',
    'LUKS\xba\xbe',
    '# Disk DescriptorFile\ncreateType="x"\n',
  ];
  const start = fc.oneof(
    fc.uint8Array({ maxLength: 4096 }),
    fc
      .tuple(fc.constantFrom(...marks), fc.uint8Array({ maxLength: 4096 }))
      .map(([mark, rest]) => Buffer.concat([Buffer.from(mark, 'latin1'), rest])),
    mutated(qcow2([8, { be64: 128n }], [16, { be32: 64 }])),
    mutated(vmdk(DESCRIPTOR)),
    mutated(protective()),
    mutated(header(1024, [0x40, { le32: 0xbeda107f }])),
  );

  it('throws nothing, and reads no more than it may', async () => {
    await fc.assert(
      fc.asyncProperty(start, fc.integer({ min: 0, max: 300_000 }), async (bytes, padding) => {
        await holds(Buffer.concat([bytes, Buffer.alloc(padding)]));
      }),
      { numRuns: 300 },
    );
  });

  it('follows the tables of a VHDX nowhere that is not in the file', async () => {
    const entry = fc.record({ offset: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), count: fc.nat(0xffffffff) });
    await fc.assert(
      fc.asyncProperty(entry, async ({ offset, count }) => {
        const guid = '\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e';
        const at = 192 * KIBIBYTE;
        const bytes = header(
          320 * KIBIBYTE,
          [0, 'vhdxfile'],
          [at, 'regi'],
          [at + 8, { le32: count }],
          [at + 16, guid],
          [at + 32, { le64: offset }],
        );
        await holds(bytes);
      }),
      { numRuns: 50 },
    );
  });

  async function holds(bytes: Buffer): Promise<void> {
    const file = new CountedFile(bytes);
    const found = await inspect(file, bytes.length);
    assert.ok(v.is(inspectionSchema, JSON.parse(JSON.stringify(found))));
    assert.ok(file.bytesRead <= INSPECTED_BYTES_AT_MOST, String(file.bytesRead));
    for (const { virtualSize } of found.formats) assert.ok(virtualSize === null || Number.isSafeInteger(virtualSize));
  }

  it('reads no more than it may of a file that asks for all of it', async () => {
    const bytes = Buffer.alloc(8 * 1024 * KIBIBYTE, 'a');
    bytes.write(DESCRIPTOR);
    await holds(bytes);
  });

  function mutated(bytes: Buffer): fc.Arbitrary<Buffer> {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    return fc.array(change, { minLength: 1, maxLength: 24 }).map((changes) => {
      const copy = Buffer.from(bytes);
      for (const [offset, value] of changes) copy[offset] = value;
      return copy;
    });
  }
});
