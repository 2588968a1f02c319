import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { ARGUMENTS } from '../../../../../src/core/definition/arguments.ts';
import { definitionSchema } from '../../../../../src/core/definition/help/schema.ts';
import { WELL_KNOWN_PROPERTIES } from '../../../../../src/core/definition/help/well-known-properties.ts';
import { checkPropertyName } from '../../../../../src/core/definition/reading/property-names.ts';

const SCHEMA_FILE = fileURLToPath(new URL('../../../../../media/schema/image-definition.schema.json', import.meta.url));

describe('JSON schema of definitions', () => {
  it('is the file that is shipped (WRITE_SCHEMA=1 writes it)', async () => {
    const text = await format(JSON.stringify(definitionSchema()), { parser: 'json', printWidth: 120 });
    if (process.env.WRITE_SCHEMA === '1') {
      mkdirSync(dirname(SCHEMA_FILE), { recursive: true });
      writeFileSync(SCHEMA_FILE, text);
    }
    assert.equal(readFileSync(SCHEMA_FILE, 'utf8'), text);
  });

  it('offers no value that Nova refuses', () => {
    const offered = (name: string): readonly string[] =>
      WELL_KNOWN_PROPERTIES.find((each) => each.name === name)?.values ?? assert.fail(name);
    // Nova's fields.py; with one of these it refuses every server of the image.
    for (const [name, refused] of [
      ['architecture', 'riscv64'],
      ['architecture', 'arm64'],
      ['hw_scsi_model', 'auto'],
      ['hypervisor_type', 'powervm'],
      ['img_hv_type', 'powervm'],
    ] as const)
      assert.ok(!offered(name).includes(refused), `${name}=${refused}`);
  });

  it('describes every argument', () => {
    const described = new Map(Object.entries(argumentSchemas()));
    assert.deepEqual(
      [...described.keys()],
      ARGUMENTS.map(({ name }) => name),
    );
    for (const [name, schema] of described) {
      assert.match(String(field(schema, 'markdownDescription')), /\.$/, name);
    }
  });

  it('leaves names to the editor, which knows what is there and where commas belong', () => {
    const properties = field(field(argumentSchemas(), 'properties'), 'anyOf') as unknown[];
    const named = { ...argumentSchemas(), ...(field(properties[0], 'properties') as object) };
    for (const [name, schema] of Object.entries(named)) assert.equal(field(schema, 'doNotSuggest'), true, name);
  });

  it('says of every property that a change updates the image', () => {
    const [properties] = field(field(argumentSchemas(), 'properties'), 'anyOf') as unknown[];
    for (const [name, schema] of Object.entries(field(properties, 'properties') as object))
      assert.match(String(field(schema, 'markdownDescription')), /A change updates the image in place\.$/, name);
  });

  it('leaves to the editor what the cloud at hand decides', () => {
    const [format, anything] = field(field(argumentSchemas(), 'disk_format'), 'anyOf') as unknown[];
    assert.deepEqual([format, anything], [{ type: 'string' }, {}]);
    const [visibility] = field(field(argumentSchemas(), 'visibility'), 'anyOf') as unknown[];
    assert.equal((field(visibility, 'enum') as string[]).length, 4);
  });

  it('validates nothing, because the parser says what is wrong', () => {
    const validating = (schema: unknown, path: string): string[] => {
      if (typeof schema !== 'object' || schema === null) return [];
      const alternatives: unknown = Reflect.get(schema, 'anyOf');
      // Where nothing at all is an alternative, the others are for completion only.
      if (Array.isArray(alternatives) && alternatives.some((each) => Object.keys(each as object).length === 0))
        return [];
      const own = ['type', 'enum', 'required', 'additionalProperties'].filter((name) => Object.hasOwn(schema, name));
      const parts = Object.entries((Reflect.get(schema, 'properties') ?? {}) as object);
      return [...own.map((name) => `${path}: ${name}`), ...parts.flatMap(([name, part]) => validating(part, name))];
    };
    assert.deepEqual(validating(field(field(definitionSchema(), 'definitions'), 'image'), 'image'), []);
    assert.deepEqual(validating(definitionSchema(), 'root'), []);
  });
});

describe('well-known properties', () => {
  it('are each described once, under a name that a definition can set', () => {
    const names = WELL_KNOWN_PROPERTIES.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= 60);
    for (const { name, description } of WELL_KNOWN_PROPERTIES) {
      assert.equal(checkPropertyName(name), undefined, name);
      assert.match(description, /\.$/, name);
    }
  });
});

function argumentSchemas(): object {
  return field(field(field(definitionSchema(), 'definitions'), 'image'), 'properties') as object;
}

function field(value: unknown, name: string): unknown {
  assert.ok(typeof value === 'object' && value !== null && name in value === Object.hasOwn(value, name));
  return Reflect.get(value, name);
}
