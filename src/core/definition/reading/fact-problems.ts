import type { ErrorCode } from '../../error-codes.ts';
import type { CloudFacts } from '../../cloud-facts.ts';
import { describePlace } from '../../place.ts';
import type { Problem, ProblemFix, TextRange } from '../../problem.ts';
import { closest } from './closest.ts';
import type { Definition } from '../definition.ts';
import { LineIndex } from '../text/line-index.ts';
import { WELL_KNOWN_PROPERTIES } from '../help/well-known-properties.ts';

/** Facts of a cloud about a definition's region. */
type Facts = Pick<CloudFacts, 'place' | 'regions' | 'formats' | 'stores' | 'properties'>;

const FORMATS = [
  ['disk_format', 'disk'],
  ['container_format', 'container'],
] as const;

/**
 * What a cloud, by what it said of itself, has against a definition: formats that it does not take, stores and regions that it
 * does not have, values of properties that its operator does not list.
 * @param facts one for each region of the definition that is known
 */
export function factProblems(definition: Definition, facts: readonly Facts[]): readonly Problem[] {
  const lines = new LineIndex(definition.text);
  const at = (
    severity: Problem['severity'],
    code: ErrorCode,
    message: string,
    range: TextRange | undefined,
    meant?: string,
  ): Problem => {
    const fixes: readonly ProblemFix[] = meant === undefined ? [] : [{ kind: 'set-value', value: meant }];
    return {
      severity,
      code,
      message,
      ...lines.place(range ?? definition.range),
      ...(fixes.length === 0 ? {} : { fixes }),
    };
  };
  return facts.flatMap((each) => [
    ...formatProblems(definition, each, at),
    ...regionProblems(definition, each, at),
    ...storeProblems(definition, each, at),
    ...propertyProblems(definition, each, at),
  ]);
}

/** Whether a warning of the parser, which knows the defaults of Glance, is put right by what the cloud says. */
export function isAnswered({ code }: Problem, definition: Definition | undefined, facts: readonly Facts[]): boolean {
  if (code !== 'unknown-format' || definition === undefined || facts.length === 0) return false;
  return facts.every(({ formats }) =>
    FORMATS.every(([argument, kind]) => formats?.[kind].includes(definition.arguments[argument]) === true),
  );
}

type At = (
  severity: Problem['severity'],
  code: ErrorCode,
  message: string,
  range: TextRange | undefined,
  meant?: string,
) => Problem;

function formatProblems(definition: Definition, { formats, place }: Facts, at: At): readonly Problem[] {
  return FORMATS.flatMap(([argument, kind]) => {
    const offered = formats?.[kind] ?? [];
    const value = definition.arguments[argument];
    if (offered.length === 0 || offered.includes(value)) return [];
    const text = `${describePlace(place)} does not accept ${argument} "${value}". It offers: ${offered.join(', ')}.`;
    return [at('error', 'format-not-offered', text, definition.places.get(argument)?.value, closest(value, offered))];
  });
}

function regionProblems(definition: Definition, { regions, place }: Facts, at: At): readonly Problem[] {
  const { region, regions: several = [] } = definition.arguments;
  if (regions.length === 0) return [];
  const written = [
    ...(region === undefined ? [] : [['region', region] as const]),
    ...several.map((each, index) => [`regions/${index}`, each] as const),
  ];
  return written.flatMap(([path, name]) => {
    if (regions.includes(name)) return [];
    const text = `The cloud "${place.cloud}" has no region "${name}". It has: ${regions.join(', ')}.`;
    return [at('error', 'region-not-found', text, definition.places.get(path)?.value, closest(name, regions))];
  });
}

function storeProblems(definition: Definition, { stores, place }: Facts, at: At): readonly Problem[] {
  const { stores: wanted } = definition.arguments;
  if (stores === undefined || wanted === undefined || wanted === 'all') return [];
  const ids = stores.map(({ id }) => id);
  return wanted.flatMap((store, index) => {
    if (ids.includes(store)) return [];
    const text = `${describePlace(place)} has no store "${store}". It has: ${ids.join(', ')}.`;
    return [at('error', 'unknown-store', text, definition.places.get(`stores/${index}`)?.value, closest(store, ids))];
  });
}

/** Nova often takes more than the operator's list, which is as old as the cloud's Glance: no more than a remark. */
function propertyProblems(definition: Definition, { properties, place }: Facts, at: At): readonly Problem[] {
  return Object.entries(definition.arguments.properties ?? {}).flatMap(([name, value]) => {
    const described = properties.find((each) => each.name === name);
    if (value === null || described === undefined || described.values.length === 0) return [];
    const known = [...described.values, ...(WELL_KNOWN_PROPERTIES.find((each) => each.name === name)?.values ?? [])];
    if (known.some((each) => each.toLowerCase() === value.toLowerCase())) return [];
    const text = `${describePlace(place)} lists other values of "${name}" (${described.namespace}): ${described.values.join(', ')}.`;
    const range = definition.places.get(`properties/${name}`)?.value;
    return [at('information', 'property-value-unlisted', text, range, closest(value, described.values))];
  });
}
