import { describeProperty } from '../../core/definition/help/argument-words.ts';
import { WELL_KNOWN_PROPERTIES } from '../../core/definition/help/well-known-properties.ts';
import type { PropertyDefinition } from '../../core/glance/metadefs.ts';
import { escapeMarkdown } from '../../platform/markdown.ts';

/** Values of a property that are shown; the rest is counted. */
const SHOWN = 20;

/** What a cloud's operator says of a property, as Markdown that shows all of it as text. */
export function propertyMarkdown({ name, title, description, namespace, type, values }: PropertyDefinition): string {
  const shown = values.slice(0, SHOWN).map(codeOf);
  const more = values.length > SHOWN ? ` and ${values.length - SHOWN} more` : '';
  // Of one that is bundled, the schema says so too.
  const change = WELL_KNOWN_PROPERTIES.some((each) => each.name === name) ? '' : describeProperty('');
  return [
    `**${escapeMarkdown(title)}** (${escapeMarkdown(namespace)})`,
    ...(description === '' ? [] : [escapeMarkdown(description)]),
    `${values.length === 0 ? `Any ${escapeMarkdown(type)}.` : `One of ${shown.join(', ')}${more}.`}${change}`,
  ].join('\n\n');
}

/** A code span: a backtick or the end of its paragraph would end it, and leave the rest to be read as Markdown. */
function codeOf(value: string): string {
  return `\`${value.replaceAll('`', "'").replace(/\s+/g, ' ')}\``;
}
