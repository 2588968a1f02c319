import type { Argument, ArgumentType } from './argument.ts';
import { ARGUMENTS } from './arguments.ts';
import type { Choice } from './formats.ts';
import { ARGUMENT_SNIPPETS, SNIPPETS } from './snippets.ts';
import { WELL_KNOWN_PROPERTIES, type WellKnownProperty } from './well-known-properties.ts';

/** A JSON schema, or a part of one; draft-07 with the keywords that VS Code adds. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const WHEN_CHANGED: Readonly<Record<Argument['whenChanged'], string>> = {
  update: 'A change updates the image in place.',
  replace: 'A change replaces the image.',
  'replace-unless-queued': 'A change replaces the image; while it is queued it is updated.',
  'replace-if-bytes-differ': 'A change replaces the image if the bytes differ.',
  'another-image': 'A change means another image.',
  stores: 'A store that is added gets a copy; from one that is removed the data is deleted, after a confirmation.',
  nothing: 'A change does nothing to an image that exists.',
};

/** Arguments whose values the editor offers itself: those of the cloud at hand, and the files that are there. */
const COMPLETED: ReadonlySet<string> = new Set([
  'disk_format',
  'container_format',
  'region',
  'regions',
  'cloud',
  'stores',
  'local_file_path',
  'image_cache_path',
]);

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
  const { description, whenChanged, fallback, examples, type } = argument;
  const fallbackText = fallback === undefined ? '' : ` Default: \`${JSON.stringify(fallback)}\`.`;
  const markdown = `${description}\n\n${WHEN_CHANGED[whenChanged]}${fallbackText}`;
  return {
    description: plain(markdown),
    markdownDescription: markdown,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(COMPLETED.has(argument.name) ? {} : { examples }),
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
      return hinted({ type: 'array', items: { anyOf: [{ type: 'string' }, memberSchema(), {}] } });
    case 'timeouts':
      return hinted(timeoutsSchema());
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

/** Any value is fine: drivers know more than lists do. Words that JSON has too are offered as such. */
function propertySchema({ description, values }: WellKnownProperty): JsonSchema {
  const type = ['string', 'number', 'boolean', 'null'];
  return {
    description: plain(description),
    markdownDescription: description,
    ...(values.length === 0 ? hinted({ type }) : { ...hinted({ enum: values }), examples: values.slice(0, 3) }),
  };
}

function memberSchema(): JsonSchema {
  return {
    type: 'object',
    properties: {
      project: { ...hinted({ type: 'string' }), description: 'Id of the project.' },
      accept_with: { ...hinted({ type: 'string' }), description: 'Entry of clouds.yaml that accepts the image there.' },
    },
  };
}

function timeoutsSchema(): JsonSchema {
  const duration = (description: string, example: string): JsonSchema => ({
    ...hinted({ type: 'string' }),
    description,
    examples: [example],
  });
  return {
    type: 'object',
    properties: { create: duration('In all.', '30m'), stall: duration('Without any progress.', '2m') },
  };
}

function plain(markdown: string): string {
  return markdown.replace(/`|\*\*/g, '').replace(/\n\n/g, ' ');
}
