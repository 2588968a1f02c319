import { UPDATABLE } from '../../definition/attributes.ts';
import type { DefinitionArguments } from '../../definition/definition.ts';
import { matchesGlob } from '../../globs.ts';
import type { LiveImage } from '../../glance/image.ts';
import { isMark, type Marks } from '../ownership/marks.ts';
import type { Change, PlanValue } from '../model/plan.ts';

/**
 * Compares three ways: the definition, what this tool owns, and the live image. What the definition writes is compared. What
 * this tool owns and the definition no longer writes goes back to its default; a property is removed. The rest stays.
 */
export function compare(definition: DefinitionArguments, live: LiveImage, marks: Marks | undefined): readonly Change[] {
  const owns = new Set(marks?.owns ?? []);
  return [
    ...compareArguments(definition, live, owns),
    ...compareFormats(definition, live, marks),
    ...compareProperties(definition, live, owns),
  ];
}

/** The names of live properties that neither the definition nor this tool set. */
export function unmanagedProperties(
  definition: DefinitionArguments,
  live: LiveImage,
  marks: Marks | undefined,
): readonly string[] {
  const owns = new Set(marks?.owns ?? []);
  const written = definition.properties ?? {};
  return Object.keys(live.properties)
    .filter((name) => !isMark(name) && !owns.has(`properties/${name}`) && !Object.hasOwn(written, name))
    .filter((name) => !matchesGlob(definition.ignore ?? [], name))
    .sort();
}

function compareArguments(definition: DefinitionArguments, live: LiveImage, owns: ReadonlySet<string>): Change[] {
  return UPDATABLE.flatMap(({ argument, attribute, fallback }) => {
    const written = definition[argument];
    if (written === undefined && !owns.has(argument)) return [];
    const after = written ?? fallback;
    const before = live[attribute];
    if (equal(before, after)) return [];
    const why = written === undefined ? 'left the definition' : 'differs';
    return [{ path: argument, before, after, forcesReplacement: false, why }];
  });
}

/** The arguments that force a replacement once the image has data. */
const FORMATS = ['container_format', 'disk_format'] as const;

/** Formats are fixed once an image has data. Where the cloud converted the data, the format that was sent is compared. */
function compareFormats(definition: DefinitionArguments, live: LiveImage, marks: Marks | undefined): Change[] {
  return FORMATS.flatMap((format) => {
    const before: PlanValue =
      marks?.stored?.[format] === live[format] ? (marks.sent?.[format] ?? live[format]) : live[format];
    const after = definition[format];
    if (before === after) return [];
    const forcesReplacement = live.status !== 'queued';
    const why = forcesReplacement ? 'fixed once an image has data' : 'differs';
    return [{ path: format, before, after, forcesReplacement, why }];
  });
}

function compareProperties(definition: DefinitionArguments, live: LiveImage, owns: ReadonlySet<string>): Change[] {
  const written = Object.entries(definition.properties ?? {}).flatMap(([name, value]) => {
    const before = own(live.properties, name);
    const after = value ?? undefined;
    if (before === after) return [];
    const why = value === null ? 'removed by null' : before === undefined ? 'not set' : 'differs';
    return [propertyChange(name, before, after, why)];
  });
  const gone = [...owns]
    .filter((owned) => owned.startsWith('properties/'))
    .map((owned) => owned.slice('properties/'.length))
    .filter((name) => !Object.hasOwn(definition.properties ?? {}, name) && own(live.properties, name) !== undefined)
    .filter((name) => !matchesGlob(definition.ignore ?? [], name))
    .map((name) => propertyChange(name, own(live.properties, name), undefined, 'left the definition'));
  return [...written, ...gone];
}

function propertyChange(name: string, before: PlanValue, after: PlanValue, why: string): Change {
  return { path: `properties/${name}`, before, after, forcesReplacement: false, why };
}

function own(properties: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** Tags are a set: Glance drops duplicates and keeps no order. */
function equal(before: PlanValue, after: PlanValue): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    const left = new Set<unknown>(before);
    const right = new Set<unknown>(after);
    return left.size === right.size && [...left].every((tag) => right.has(tag));
  }
  return before === after;
}
