import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ARGUMENTS } from '../../../../src/core/definition/arguments.ts';
import type { Definition } from '../../../../src/core/definition/definition.ts';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';

const FILE = '/folder/some.image.jsonc';
const BASE = { name: 'a', container_format: 'bare', disk_format: 'raw' };

/** The problems of a text, as `severity code line:column`. */
function problemsOf(text: string): string[] {
  return parseDefinitions(text, FILE).problems.map(
    ({ severity, code, line, column }) => `${severity} ${code} ${line ?? '?'}:${column ?? '?'}`,
  );
}

/** The codes of the problems that an object with these members has. */
function codesOf(members: object, base: object = BASE): string[] {
  return parseDefinitions(JSON.stringify({ ...base, ...members }), FILE).problems.map(({ code }) => code);
}

function only(text: string): Definition {
  const { definitions, problems } = parseDefinitions(text, FILE);
  assert.deepEqual(problems, []);
  assert.equal(definitions.length, 1);
  return definitions[0]!;
}

function withMembers(members: object): Definition {
  return only(JSON.stringify({ ...BASE, ...members }));
}

function slice(text: string, range: { offset: number; length: number } | undefined): string {
  assert.ok(range);
  return text.slice(range.offset, range.offset + range.length);
}

describe('parseDefinitions', () => {
  it('refuses what was not UTF-8, at its place, and takes the escape of the same character', () => {
    const latin1 = Buffer.from('{\n  "name": "\xfcml"\n}', 'latin1').toString('utf8');
    assert.deepEqual(problemsOf(latin1), ['error not-utf-8 2:12']);
    const utf16 = Buffer.from('\ufeff{"name": "a"}', 'utf16le').toString('utf8');
    assert.deepEqual(problemsOf(utf16), ['error not-utf-8 1:1']);
    assert.equal(
      only(String.raw`{"name": "\ufffd", "container_format": "bare", "disk_format": "raw"}`).arguments.name,
      '\ufffd',
    );
  });

  it('reads one object with comments and trailing commas', () => {
    const text = `// what for
{
  "name": "Ubuntu", /* here */
  "container_format": "bare",
  "disk_format": "qcow2",
  "tags": ["lts", "server",],
  "min_disk_gb": 10,
}
`;
    const definition = only(text);
    assert.deepEqual(definition.arguments, {
      name: 'Ubuntu',
      container_format: 'bare',
      disk_format: 'qcow2',
      min_disk_gb: 10,
      tags: ['lts', 'server'],
    });
    assert.equal(definition.file, FILE);
    assert.equal(definition.line, 2);
    assert.ok(slice(text, definition.range).startsWith('{\n  "name"'));
    assert.ok(slice(text, definition.range).endsWith('}'));
  });

  it('reads an array and numbers its definitions by their place, refused ones counted', () => {
    const text = `[\n  {"name": "a", "container_format": "bare", "disk_format": "raw"},\n  {"name": "b"},\n  {"name": "c", "container_format": "bare", "disk_format": "raw"},\n]`;
    const { definitions } = parseDefinitions(text, FILE);
    assert.deepEqual(
      definitions.map(({ index, line, arguments: { name } }) => [index, line, name]),
      [
        [0, 2, 'a'],
        [2, 4, 'c'],
      ],
    );
  });

  it('places arguments and what is within them', () => {
    const text = JSON.stringify(
      { ...BASE, tags: ['x', 'y'], properties: { 'a/b': 1.5, os_distro: 'debian' } },
      null,
      2,
    );
    const { places } = only(text);
    const shown = [...places].map(([path, { key, value }]) => [path, slice(text, key), slice(text, value)]);
    assert.deepEqual(
      shown.filter(([path]) => path !== 'properties' && path !== 'tags'),
      [
        ['name', '"name"', '"a"'],
        ['container_format', '"container_format"', '"bare"'],
        ['disk_format', '"disk_format"', '"raw"'],
        ['tags/0', '"x"', '"x"'],
        ['tags/1', '"y"', '"y"'],
        ['properties/a/b', '"a/b"', '1.5'],
        ['properties/os_distro', '"os_distro"', '"debian"'],
      ],
    );
    assert.ok(places.has('properties') && places.has('tags'));
  });

  it('keeps numbers as they are written, booleans and null in properties', () => {
    const properties =
      '{"a": 1.10, "b": -0, "c": 1e3, "d": 12345678901234567890, "e": true, "f": false, "g": null, "h": "x"}';
    const text = `{"name": "a", "container_format": "bare", "disk_format": "raw", "properties": ${properties}}`;
    assert.deepEqual(
      { ...only(text).arguments.properties },
      { a: '1.10', b: '-0', c: '1e3', d: '12345678901234567890', e: 'true', f: 'false', g: null, h: 'x' },
    );
  });

  it('takes __proto__ and constructor for names like any other', () => {
    const text =
      '{"name": "a", "container_format": "bare", "disk_format": "raw", "properties": {"__proto__": "x", "constructor": "y"}}';
    const { properties } = only(text).arguments;
    assert.deepEqual(Object.entries(properties ?? {}), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    assert.equal(Object.getPrototypeOf(properties), null);
    assert.deepEqual(codesOf(JSON.parse('{"__proto__": "x", "toString": 1}') as object), [
      'unknown-argument',
      'unknown-argument',
    ]);
  });

  it('writes a UUID in lower case', () => {
    assert.equal(
      withMembers({ image_id: '8A2EA3C1-6F4C-4F0E-9A53-3A1B8C2D4E5F' }).arguments.image_id,
      '8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f',
    );
  });

  for (const [what, text, expected] of [
    ['an empty file', '', ['warning no-definition 1:1']],
    ['blanks and comments only', ' // nothing\n', ['warning no-definition 1:1']],
    ['an empty array', '\n[]', ['warning no-definition 2:1']],
    ['a string', '"x"', ['error wrong-type 1:1']],
    ['an array in an array', '[[]]', ['error wrong-type 1:2']],
    ['a missing comma', '{\n  "name": "a"\n  "key": "b"\n}', ['error syntax-error 3:3']],
    ['two objects', '{} {}', ['error syntax-error 1:4']],
    ['an open brace', '{"name": ', ['error syntax-error 1:10', 'error syntax-error 1:10']],
    ['only a brace', '{}', ['error missing-argument 1:1', 'error missing-argument 1:1', 'error missing-argument 1:1']],
    [
      'CRLF',
      '{\r\n"nam": 1,\r\n"name": "a", "container_format": "bare", "disk_format": "raw"}',
      ['error unknown-argument 2:1'],
    ],
    [
      'CR',
      '{\r"nam": 1,\r"name": "a", "container_format": "bare", "disk_format": "raw"}',
      ['error unknown-argument 2:1'],
    ],
    [
      'a byte order mark',
      '\ufeff{"nam": 1, "name": "a", "container_format": "bare", "disk_format": "raw"}',
      ['error unknown-argument 1:2'],
    ],
  ] as const) {
    it(`says where it stands with ${what}`, () => assert.deepEqual(problemsOf(text), expected));
  }

  it('reads behind a byte order mark with true offsets', () => {
    const text = `\ufeff${JSON.stringify(BASE)}`;
    assert.equal(slice(text, only(text).places.get('name')?.value), '"a"');
  });

  it('gives no definition of a file that is not JSONC', () => {
    const { definitions, problems } = parseDefinitions(`[${JSON.stringify(BASE)}, {"name": ]`, FILE);
    assert.deepEqual(definitions, []);
    assert.ok(problems.every(({ code }) => code === 'syntax-error'));
  });

  it('refuses what is nested too deeply instead of using up the stack', () => {
    assert.deepEqual(problemsOf('['.repeat(200_000)), ['error syntax-error 1:33']);
    assert.deepEqual(problemsOf('{"a":'.repeat(200_000)), ['error syntax-error 1:161']);
  });

  for (const [members, codes] of [
    [{ nam: 'x' }, ['unknown-argument']],
    [{ checksum: 'x' }, ['exported-attribute']],
    [{ os_hash_value: 'x' }, ['exported-attribute']],
    [{ name: 1 }, ['wrong-type']],
    [{ name: '' }, ['empty-value']],
    [{ name: 'x'.repeat(255) }, []],
    [{ name: 'x'.repeat(256) }, ['too-long']],
    [{ name: 'disk \u{1f600}' }, ['four-byte-character']],
    [{ name: 'Ubuntu é 中' }, []],
    [{ disk_format: 'qcow' }, ['unknown-format']],
    [{ container_format: 'oci' }, ['unknown-format']],
    [{ disk_format: '' }, ['unknown-value']],
    [{ visibility: 'Public' }, ['unknown-value']],
    [{ protected: 'true' }, ['wrong-type']],
    [{ min_disk_gb: '10' }, ['wrong-type']],
    [{ min_disk_gb: -1 }, ['not-in-range']],
    [{ min_ram_mb: 1.5 }, ['not-in-range']],
    [{ min_ram_mb: 2_147_483_647 }, []],
    [{ min_ram_mb: 2_147_483_648 }, ['not-in-range']],
    [{ tags: 'x' }, ['wrong-type']],
    [{ tags: [1] }, ['wrong-type']],
    [{ tags: ['x'.repeat(256)] }, ['too-long']],
    [{ tags: ['\u{1f600}'] }, ['four-byte-character']],
    [{ tags: ['\ud83d'] }, ['four-byte-character']],
    [{ tags: ['a', 'a'] }, ['repeated-item']],
    [{ tags: Array.from({ length: 128 }, (_, index) => `t${index}`) }, []],
    [{ tags: Array.from({ length: 129 }, (_, index) => `t${index}`) }, ['too-many-tags']],
    [{ regions: [] }, ['empty-value']],
    [{ regions: ['One', 'One'] }, ['repeated-item']],
    [{ region: 'One', regions: ['Two'] }, ['conflicting-arguments']],
    [{ image_id: 'not one' }, ['not-a-uuid']],
    [{ tags: null }, ['wrong-type']],
    [{ local_file_path: '${env:GLANCE_IMAGES_DIR}/x' }, []],
    [{ local_file_path: '${env:OS_PASSWORD}/x' }, ['environment-not-allowed']],
    [{ local_file_path: '${file}' }, ['bad-reference']],
    [{ on_replace: 'delete' }, []],
    [{ on_replace: 'destroy' }, ['unknown-value']],
    [{ ignore: ['hw_*'] }, []],
    [
      { ignore: ['hw_*', '?s_b'], properties: { hw_a: '1', os_b: '2', os_c: '3' } },
      ['ignored-property', 'ignored-property'],
    ],
    [{ timeouts: { create: '1h30m' } }, []],
    [{ timeouts: { create: 'soon' } }, ['bad-duration']],
    [{ timeouts: { stall: '0s' } }, ['bad-duration']],
    [{ timeouts: { delete: '1m' } }, ['unknown-argument']],
    [{ image_source_url: 'https://x.example/a.img' }, []],
    [{ image_source_url: 'ftp://x.example/a.img' }, ['not-a-url']],
    [{ image_source_url: 'https://x.example/a', local_file_path: 'x' }, ['conflicting-arguments']],
    [{ image_source_password: 'hunter2' }, ['literal-secret', 'missing-argument']],
    [{ image_source_url: 'https://x.example/a', image_source_password: '${secret:mirror}' }, []],
    [
      { image_source_url: 'https://x.example/a', image_source_password: '${env:OS_PASSWORD}' },
      ['environment-not-allowed'],
    ],
    [{ image_source_checksum: `sha256:${'a'.repeat(64)}` }, ['missing-argument']],
    [{ image_source_url: 'https://x.example/a', image_source_checksum: 'sha256:abc' }, ['bad-checksum']],
    [{ image_source_url: 'https://x.example/a', image_source_checksum: 'https://x.example/SHA256SUMS' }, []],
    [{ image_source_url: 'https://x.example/a', image_source_checksum: 'C:\\sums' }, []],
    [{ web_download: true }, ['missing-argument']],
    [{ web_download: true, image_source_url: 'https://x.example/a' }, []],
    [{ web_download: true, image_source_url: 'https://u:p@x.example/a' }, ['conflicting-arguments', 'literal-secret']],
    [{ image_source_url: 'https://u:p@x.example/a' }, ['literal-secret']],
    [{ image_source_url: 'https://u@x.example/a' }, []],
    [{ image_source_url: 'https://u:${secret:mirror}@x.example/a' }, []],
    [{ image_source_url: '../disk.img' }, ['not-a-url']],
    [{ local_file_path: 'https://x.example/a.img' }, ['not-a-path']],
    [{ local_file_path: 's3://bucket/a.img' }, ['not-a-path']],
    [{ image_cache_path: 'https://x.example/' }, ['not-a-path']],
    [{ image_source_url: 'https://x.example/a', image_source_checksum: 'a'.repeat(64) }, ['bad-checksum']],
    [{ image_source_url: 'https://x.example/a', image_source_checksum: 'SHA256SUMS' }, []],
    [{ min_disk_gb: 2.5 }, ['not-in-range']],
    [{ web_download: true, image_source_url: 'https://x.example:8443/a' }, ['web-download-port']],
    [{ web_download: true, image_source_url: 'http://x.example:443/a' }, []],
    [{ web_download: true, image_source_url: 'https://x.example/a', decompress: true }, ['conflicting-arguments']],
    [
      { web_download: true, image_source_url: 'https://x.example/a', image_source_username: 'u' },
      ['conflicting-arguments'],
    ],
    [{ web_download: true, local_file_path: 'a' }, ['conflicting-arguments', 'missing-argument']],
    [{ web_download: false, decompress: true }, []],
    [{ stores: 'all' }, []],
    [{ stores: 'one' }, ['wrong-type']],
    [{ stores: [] }, ['empty-value']],
    [{ stores: ['a', 'a'] }, ['repeated-item']],
    [{ visibility: 'shared', members: ['x', { project: 'y', accept_with: 'z' }] }, []],
    [{ visibility: 'private', members: ['x'] }, ['conflicting-arguments']],
    [{ visibility: 'shared', members: ['x', { project: 'x' }] }, ['repeated-item']],
    [{ visibility: 'shared', members: [''] }, ['empty-value']],
    [{ visibility: 'shared', members: [{ project: 'x', accept_with: ' ' }] }, ['empty-value']],
    [{ visibility: 'shared', members: Array.from({ length: 128 }, (_, index) => `p${index}`) }, []],
    [{ visibility: 'shared', members: Array.from({ length: 129 }, (_, index) => `p${index}`) }, ['too-many-members']],
    [{ members: [{}] }, ['conflicting-arguments', 'missing-argument']],
    [{ properties: [] }, ['wrong-type']],
    [{ properties: { a: [] } }, ['wrong-type']],
    [{ properties: { a: '\u{1f600}' } }, ['four-byte-character']],
    [{ properties: { '\u{1f600}': 'a' } }, ['bad-property-name']],
    [{ properties: { '': 'a' } }, ['bad-property-name']],
    [{ properties: { ' a': 'a' } }, ['bad-property-name']],
    [{ properties: { ['x'.repeat(256)]: 'a' } }, ['bad-property-name']],
    [{ properties: { 'glance_images.key': 'a' } }, ['reserved-property']],
    [{ properties: { os_glance_stage_host: 'a' } }, ['reserved-property']],
    [{ properties: { os_distro: 'a', hw_disk_bus: 'b', stores_: 'c' } }, []],
    ...[
      'name',
      'min_disk',
      'tags',
      'size',
      'os_hash_algo',
      'stores',
      'location',
      'context',
      'base',
      'image_id',
      'owner',
    ].map((name): [object, string[]] => [{ properties: { [name]: 'a' } }, ['reserved-property']]),
    [{ properties: Object.fromEntries(Array.from({ length: 121 }, (_, index) => [`p${index}`, 'x'])) }, []],
    [
      { properties: Object.fromEntries(Array.from({ length: 122 }, (_, index) => [`p${index}`, 'x'])) },
      ['too-many-properties'],
    ],
  ] satisfies [object, string[]][]) {
    const shown = JSON.stringify(members);
    it(`finds ${codes.join(', ') || 'nothing'} in ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}`, () => {
      assert.deepEqual(codesOf(members).sort(), codes);
    });
  }

  it('plans no definition with an error and every one with a warning', () => {
    assert.equal(parseDefinitions(JSON.stringify({ ...BASE, protected: 1 }), FILE).definitions.length, 0);
    assert.equal(parseDefinitions(JSON.stringify({ ...BASE, disk_format: 'qed' }), FILE).definitions.length, 1);
  });

  for (const [member, hint] of [
    ['"nmae": 1', 'Did you mean "name"?'],
    ['"disk_fromat": 1', 'Did you mean "disk_format"?'],
    ['"min_disk": 1', 'Use "min_disk_gb" instead.'],
    ['"os_distro": "x"', 'Put it under "properties"'],
    ['"id": "x"', '"image_id"'],
    ['"visibility": "pubic"', 'Did you mean "public"?'],
    ['"disk_format": "qcow"', 'Did you mean "qcow2"?'],
  ] as const) {
    it(`helps with ${member}`, () => {
      const { problems } = parseDefinitions(`{${member}}`, FILE);
      assert.ok(
        problems.some(({ message }) => message.includes(hint)),
        problems.map(({ message }) => message).join('\n'),
      );
    });
  }

  it('finds what is written twice', () => {
    const text =
      '{"name": "a", "name": "b", "container_format": "bare", "disk_format": "raw", "properties": {"x": 1, "x": 2}}';
    assert.deepEqual(problemsOf(text), ['error duplicate-argument 1:15', 'error duplicate-property 1:101']);
  });

  it('never repeats a password', () => {
    const text = JSON.stringify({
      ...BASE,
      image_source_password: 'hunter2',
      web_download: true,
      image_source_url: 'https://u:hunter2@x/',
    });
    assert.ok(!JSON.stringify(parseDefinitions(text, FILE).problems).includes('hunter2'));
  });

  it('refuses two definitions of one image in one place, at both', () => {
    const one = JSON.stringify(BASE);
    const { definitions, problems } = parseDefinitions(`[\n${one},\n${one}\n]`, FILE);
    assert.deepEqual(definitions, []);
    assert.deepEqual(
      problems.map(({ code, line, column }) => [code, line, column]),
      [
        ['duplicate-definition', 2, 9],
        ['duplicate-definition', 3, 9],
      ],
    );
  });

  for (const [what, second] of [
    ['another region', { region: 'Two' }],
    ['another cloud', { cloud: 'other' }],
    ['a key', { key: 'other' }],
  ] as const) {
    it(`takes two of one name apart by ${what}`, () => {
      assert.deepEqual(problemsOf(JSON.stringify([BASE, { ...BASE, ...second }])), []);
    });
  }

  it('throws at no text, and its ranges hold what they say', () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"name"',
        '"properties"',
        '"tags"',
        '"x"',
        '1.5',
        '-',
        'true',
        'null',
        '//',
        '\n',
        '/*',
        '*/',
        '"',
        '\\',
        '\ufeff',
        '"__proto__"',
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        const { problems } = parseDefinitions(source, FILE);
        for (const { range, line, column } of problems) {
          assert.ok(range && range.offset >= 0 && range.offset + range.length <= source.length);
          assert.ok(line !== undefined && line >= 1 && column !== undefined && column >= 1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('places values where they are, for any JSON of the right names', () => {
    const member = fc.tuple(fc.constantFrom(...ARGUMENTS.map(({ name }) => name)), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ([name]) => name }), fc.nat(4), (members, indent) => {
        const value = Object.fromEntries(members);
        const text = JSON.stringify({ ...BASE, ...value }, null, indent);
        for (const { places } of parseDefinitions(text, FILE).definitions) {
          for (const [path, place] of places) {
            if (path.includes('/')) continue;
            assert.equal(slice(text, place.key), JSON.stringify(path));
            assert.deepEqual(JSON.parse(slice(text, place.value)), { ...BASE, ...value }[path as keyof typeof value]);
          }
        }
        const lines = text.split('\n');
        for (const { range, line = 0, column = 0 } of parseDefinitions(text, FILE).problems) {
          assert.ok(lines[line - 1]?.slice(column - 1).startsWith(slice(text, range).split('\n')[0]!));
        }
      }),
    );
  });
});
