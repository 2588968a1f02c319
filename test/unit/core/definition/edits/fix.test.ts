import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../../../src/core/definition/edits/edit.ts';
import { fixAllEdits } from '../../../../../src/core/definition/edits/fix-all.ts';
import { differenceOf, fixEdits, type TextFix } from '../../../../../src/core/definition/edits/fix.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';

const GOOD = '"name": "a", "container_format": "bare", "disk_format": "raw"';

/** The text after the first fix of the problem with this code. */
function fixed(text: string, code: string, which = 0): string {
  const problem = parseDefinitions(text, '/a.image.jsonc').problems.find((each) => each.code === code);
  const fix = problem?.fixes?.[which];
  assert.ok(problem?.range !== undefined && fix !== undefined && fix.kind !== 'keep-secret', `a fix for ${code}`);
  return applyEdits(text, fixEdits(text, problem.range, fix));
}

describe('fixes of problems', () => {
  const CASES: readonly [name: string, code: string, before: string, after: string][] = [
    ['an argument with a slip', 'unknown-argument', `{${GOOD}, "min_dsk_gb": 5}`, `{${GOOD}, "min_disk_gb": 5}`],
    ["another tool's name", 'unknown-argument', `{${GOOD}, "min_disk": 5}`, `{${GOOD}, "min_disk_gb": 5}`],
    [
      'a property at the top, its number as written',
      'unknown-argument',
      `{\n  ${GOOD},\n  // a\n  "hw_cpu_max": 1.10\n}`,
      `{\n  ${GOOD},\n  "properties": {\n    "hw_cpu_max": "1.10"\n  }\n  // a\n}`,
    ],
    [
      'a property at the top, beside others',
      'unknown-argument',
      `{\n  ${GOOD},\n  "os_distro": "x", // why\n  "properties": {\n    "b": 1 // b\n  }\n}`,
      `{\n  ${GOOD},\n  "properties": {\n    "b": 1, // b\n    "os_distro": "x" // why\n  }\n}`,
    ],
    [
      'a property at the top, into properties in one line',
      'unknown-argument',
      `{\r\n\t${GOOD},\r\n\t"os_distro": "x", // a */ b\r\n\t"properties": { "b": 1, }\r\n}`,
      `{\r\n\t${GOOD},\r\n\t"properties": { "b": 1, "os_distro": "x" /* a * / b */, }\r\n}`,
    ],
    [
      'an attribute among the properties',
      'reserved-property',
      `{\n  ${GOOD},\n  "properties": {\n    "min_disk": 5,\n    "b": 1\n  }\n}`,
      `{\n  ${GOOD},\n  "min_disk_gb": 5,\n  "properties": {\n    "b": 1\n  }\n}`,
    ],
    [
      'a property with a slip',
      'property-spelling',
      `{${GOOD}, "properties": {"os_distor": 1}}`,
      `{${GOOD}, "properties": {"os_distro": 1}}`,
    ],
    ['a value with a slip', 'unknown-value', `{${GOOD}, "visibility": "privat"}`, `{${GOOD}, "visibility": "private"}`],
    ['a format with a slip', 'unknown-format', `{${GOOD.replace('raw', 'qcow')}}`, `{${GOOD.replace('raw', 'qcow2')}}`],
    ['a number in quotes', 'wrong-type', `{${GOOD}, "min_disk_gb": "10"}`, `{${GOOD}, "min_disk_gb": 10}`],
    ['yes', 'wrong-type', `{${GOOD}, "protected": "yes"}`, `{${GOOD}, "protected": true}`],
    ['one tag', 'wrong-type', `{${GOOD}, "tags": "lts"}`, `{${GOOD}, "tags": ["lts"]}`],
    ['a null', 'wrong-type', `{${GOOD}, "tags": null}`, `{${GOOD}}`],
    [
      'what the cloud sets',
      'exported-attribute',
      `{\n  ${GOOD},\n  // the size\n  "size": 5,\n}`,
      `{\n  ${GOOD},\n  // the size\n}`,
    ],
    ['half a gibibyte', 'not-in-range', `{${GOOD}, "min_disk_gb": 2.5}`, `{${GOOD}, "min_disk_gb": 3}`],
    [
      'a digest without its algorithm',
      'bad-checksum',
      `{${GOOD}, "image_source_url": "https://x/a", "image_source_checksum": "${'a'.repeat(64)}"}`,
      `{${GOOD}, "image_source_url": "https://x/a", "image_source_checksum": "sha256:${'a'.repeat(64)}"}`,
    ],
    [
      'an address as a file',
      'not-a-path',
      `{${GOOD}, "local_file_path": "https://x/a.img"}`,
      `{${GOOD}, "image_source_url": "https://x/a.img"}`,
    ],
    [
      'a file as an address',
      'not-a-url',
      `{\n  ${GOOD},\n  "image_source_url": "images/a.img" // ours\n}`,
      `{\n  ${GOOD},\n  "local_file_path": "images/a.img" // ours\n}`,
    ],
    [
      'a missing container',
      'missing-argument',
      `{ "name": "a", "disk_format": "raw" }`,
      `{ "name": "a", "container_format": "bare", "disk_format": "raw" }`,
    ],
    [
      'a missing format that the name of the file tells',
      'missing-argument',
      `{\n  "name": "a",\n  "container_format": "bare",\n  "local_file_path": "a.qcow2.xz",\n}`,
      `{\n  "name": "a",\n  "container_format": "bare",\n  "disk_format": "qcow2",\n  "local_file_path": "a.qcow2.xz",\n}`,
    ],
    [
      'a time limit with a slip',
      'unknown-argument',
      `{${GOOD}, "timeouts": {"stahl": "5m"}}`,
      `{${GOOD}, "timeouts": {"stall": "5m"}}`,
    ],
    ['an argument twice', 'duplicate-argument', `{${GOOD}, "name": "b"}`, `{${GOOD}}`],
    ['an item twice', 'repeated-item', `{${GOOD}, "tags": ["a", "b", "a"]}`, `{${GOOD}, "tags": ["a", "b"]}`],
    [
      'one of two conflicting',
      'conflicting-arguments',
      `{${GOOD}, "region": "A", "regions": ["A"]}`,
      `{${GOOD}, "region": "A"}`,
    ],
  ];
  for (const [name, code, before, after] of CASES) {
    it(`mend ${name}`, () => assert.equal(fixed(before, code), after));
  }

  it('mend the definition that has the problem, not another one of the file', () => {
    const text = `[\n  {${GOOD}},\n  {${GOOD}, "key": "b", "properties": {"min_ram": 1}}\n]`;
    assert.equal(
      fixed(text, 'reserved-property'),
      `[\n  {${GOOD}},\n  {${GOOD}, "min_ram_mb": 1, "key": "b", "properties": {}}\n]`,
    );
  });

  it('keep every comment, line break, mark and tab of a file', () => {
    const slips = { nmae: 'a', container_format: 'bare', disk_format: 'qcow', min_dsk_gb: '5', tags: ['x', 'y'] };
    const members = { ...slips, os_distro: 'u', properties: { min_ram: 1, hw_disk_bus: 'virtio' }, ignore: ['z'] };
    const layouts = fc.record({
      indent: fc.constantFrom(1, 2, 4, '\t'),
      lineBreak: fc.constantFrom('\n', '\r\n'),
      mark: fc.constantFrom('', '\ufeff'),
      trailing: fc.boolean(),
      notes: fc.array(fc.nat(3), { minLength: 20, maxLength: 20 }),
      order: fc.shuffledSubarray(Object.keys(members), { minLength: Object.keys(members).length }),
      several: fc.boolean(),
    });
    fc.assert(
      fc.property(layouts, ({ indent, lineBreak, mark, trailing, notes, order, several }) => {
        const one = Object.fromEntries(order.map((name) => [name, Reflect.get(members, name) as unknown]));
        const lines = JSON.stringify(several ? [one] : one, undefined, indent).split('\n');
        const dressed = lines.map((line, index) => {
          const comma = trailing && /^\s*[}\]]/.test(lines[index + 1] ?? '') && !/[,{[]$/.test(line) ? ',' : '';
          const note =
            [``, ` // n${index}`, ` /* n${index} */`, ` /* m${index} */ // n${index}`][notes[index] ?? 0] ?? '';
          return `${line}${comma}${note}`;
        });
        const text = mark + dressed.join(lineBreak);
        const mended = applyEdits(text, fixAllEdits(text));
        const said = (source: string): unknown => source.match(/[nm]\d+/g)?.sort();
        assert.deepEqual(said(mended), said(text), mended);
        assert.equal(/[\r\n]/.exec(mended.replaceAll(lineBreak, '')), null);
        assert.equal(mended.startsWith('\ufeff'), mark !== '');
        if (indent === '\t') assert.doesNotMatch(mended, /^\t* /m);
        assert.deepEqual(parseDefinitions(mended, '/a').problems, [], mended);
      }),
      { numRuns: 500 },
    );
  });

  it('offer nothing where nothing is certain', () => {
    const fixes = parseDefinitions(`{${GOOD}, "wholly_unknown_thing": 1, "min_disk_gb": "ten"}`, '/a').problems;
    assert.deepEqual(
      fixes.map((problem) => problem.fixes),
      [undefined, undefined],
    );
  });

  it('say so where the text has changed', () => {
    const fix: TextFix = { kind: 'rename', name: 'x' };
    assert.throws(() => fixEdits('{}', { offset: 5, length: 1 }, fix), { code: 'definition-not-found' });
  });

  it('leave numbered and unlike names of properties alone', () => {
    const { problems } = parseDefinitions(
      `{${GOOD}, "properties": {"hw_numa_cpus.7": 1, "team": 2, "os_origin": 3}}`,
      '/a',
    );
    assert.deepEqual(problems, []);
  });
});

describe('fixAllEdits', () => {
  it('mends every slip at once, leaves the rest, and has nothing to do the second time', () => {
    const text = `{
  // what
  "nmae": "a", "container_format": "bare", "disk_format": "raw",
  "min_dsk_gb": "10", // GiB
  "size": 5,
  "os_distro": "x",
  "properties": { "min_ram": 512, "os_distor": "y" }
}`;
    const mended = applyEdits(text, fixAllEdits(text));
    assert.equal(
      mended,
      `{
  // what
  "name": "a", "container_format": "bare", "disk_format": "raw",
  "min_disk_gb": 10, // GiB
  "size": 5,
  "min_ram_mb": 512,
  "properties": { "os_distor": "y", "os_distro": "x" }
}`,
    );
    assert.deepEqual(fixAllEdits(mended), []);
  });
});

describe('differenceOf', () => {
  it('makes one text of another', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b') }),
        fc.string({ unit: fc.constantFrom('a', 'b') }),
        (from, to) => {
          assert.equal(applyEdits(from, [differenceOf(from, to)]), to);
        },
      ),
    );
  });
});
