import type { Argument, ArgumentType } from '../argument.ts';
import {
  describeArgument,
  describeProperty,
  MEMBER_FIELDS,
  TIMEOUT_FIELDS,
  type ArgumentField,
} from './argument-words.ts';
import { ARGUMENTS } from '../arguments.ts';
import type { Choice } from '../formats.ts';
import { ARGUMENT_SNIPPETS, SNIPPETS } from './snippets.ts';
import { WELL_KNOWN_PROPERTIES, type WellKnownProperty } from './well-known-properties.ts';

/** A JSON schema, or a part of one; draft-07 with the keywords that VS Code adds. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Arguments whose examples are offered as values. For the others the editor knows better ones, or only the user knows one. */
const OFFERED_EXAMPLES: ReadonlySet<string> = new Set(['min_disk_gb', 'min_ram_mb']);

/** The editor offers names itself: with values and commas, in order, and without those that existing ones forbid. */
const NAME_OFFERED_ELSEWHERE = { doNotSuggest: true };

/** The JSON schema of `*.image.jsonc`, made from the table of arguments. */
export function definitionSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Glance image definition',
    description: 'One image, or a list of images, as they should be in OpenStack Glance.',
    allowComments: true,
    allowTrailingCommas: true,
    if: { type: 'array' },
    then: { items: { $ref: '#/definitions/image' } },
    else: { $ref: '#/definitions/image' },
    defaultSnippets: [
      ...SNIPPETS,
      { label: 'List of images', description: 'Several definitions in one file', body: [SNIPPETS[0]?.body] },
    ],
    definitions: { image: imageSchema() },
  };
}

function imageSchema(): JsonSchema {
  return {
    description: 'One image.',
    defaultSnippets: SNIPPETS,
    properties: Object.fromEntries(ARGUMENTS.map((argument) => [argument.name, argumentSchema(argument)])),
  };
}

function argumentSchema(argument: Argument): JsonSchema {
  const { fallback, examples, type } = argument;
  const markdown = describeArgument(argument);
  return {
    description: plain(markdown),
    markdownDescription: markdown,
    ...NAME_OFFERED_ELSEWHERE,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(OFFERED_EXAMPLES.has(argument.name) ? { examples } : {}),
    ...snippetsOf(argument.name),
    ...typeSchema(type),
  };
}

function snippetsOf(name: string): JsonSchema {
  const defaultSnippets = ARGUMENT_SNIPPETS.get(name);
  return defaultSnippets === undefined ? {} : { defaultSnippets };
}

/**
 * A type that is known to completion and hover but not validated: the parser reports a wrong one, with a code and what to do, and
 * one mistake is to be shown once.
 */
function hinted(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, {}] };
}

function typeSchema(type: ArgumentType): JsonSchema {
  switch (type.kind) {
    case 'string':
      return hinted({ type: 'string' });
    case 'choice':
      return hinted({ type: 'string', ...(type.open ? {} : choices(type.choices)) });
    case 'boolean':
      return hinted({ type: 'boolean' });
    case 'integer':
      return hinted({ type: 'integer' });
    case 'strings': {
      const list = { type: 'array', items: hinted({ type: 'string' }) };
      return type.orAll === true ? { anyOf: [list, { type: 'string', enum: ['all'] }, {}] } : hinted(list);
    }
    case 'properties':
      return hinted(propertiesSchema());
    case 'members':
      return hinted({ type: 'array', items: { anyOf: [{ type: 'string' }, fieldsSchema(MEMBER_FIELDS), {}] } });
    case 'timeouts':
      return hinted(fieldsSchema(TIMEOUT_FIELDS));
  }
}

function choices(list: readonly Choice[]): JsonSchema {
  return {
    enum: list.map(({ value }) => value),
    enumDescriptions: list.map(({ description }) => plain(description)),
    markdownEnumDescriptions: list.map(({ description }) => description),
  };
}

function propertiesSchema(): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(WELL_KNOWN_PROPERTIES.map((property) => [property.name, propertySchema(property)])),
  };
}

/** Any value is allowed, because drivers know more than lists do. JSON's own words are offered without quotes. */
function propertySchema({ description, values }: WellKnownProperty): JsonSchema {
  const type = ['string', 'number', 'boolean', 'null'];
  const markdown = describeProperty(description);
  return {
    description: plain(markdown),
    markdownDescription: markdown,
    ...NAME_OFFERED_ELSEWHERE,
    ...(values.length === 0 ? hinted({ type }) : { ...hinted({ enum: values }), examples: values.slice(0, 3) }),
  };
}

function fieldsSchema(fields: readonly ArgumentField[]): JsonSchema {
  const schemas = fields.map(({ name, description, example }) => [
    name,
    {
      ...hinted({ type: 'string' }),
      description: plain(description),
      markdownDescription: description,
      ...NAME_OFFERED_ELSEWHERE,
      ...(example === undefined ? {} : { examples: [example] }),
    },
  ]);
  return { type: 'object', properties: Object.fromEntries(schemas) as JsonSchema };
}

function plain(markdown: string): string {
  return markdown.replace(/`|\*\*/g, '').replace(/\n\n/g, ' ');
}
