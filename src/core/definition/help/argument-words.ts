import type { Argument } from '../argument.ts';

const WHEN_CHANGED: Readonly<Record<Argument['whenChanged'], string>> = {
  update: 'A change updates the image in place.',
  replace: 'A change replaces the image.',
  'replace-unless-queued': 'A change replaces the image, or updates it while it is queued.',
  'replace-if-bytes-differ': 'A change replaces the image if the bytes differ.',
  'another-image': 'A change means another image.',
  stores: 'An added store gets a copy. A removed store loses its data, after a confirmation.',
  nothing: 'A change does not affect an existing image.',
};

/** What an argument is, with its unit, what a change of it does and its default: one or two paragraphs of Markdown. */
export function describeArgument({ description, whenChanged, fallback }: Argument): string {
  const fallbackText = fallback === undefined ? '' : ` Default: \`${JSON.stringify(fallback)}\`.`;
  return `${description}\n\n${WHEN_CHANGED[whenChanged]}${fallbackText}`;
}

/** The same for an image property, which Glance always changes in place. */
export function describeProperty(description: string): string {
  return `${description}\n\n${WHEN_CHANGED.update}`;
}

/** A field of an argument whose value is an object. */
export interface ArgumentField {
  readonly name: string;
  readonly description: string;
  /** Absent if only the user knows one. */
  readonly example?: string;
}

/** The fields of an object in `members`. */
export const MEMBER_FIELDS: readonly ArgumentField[] = [
  { name: 'project', description: 'Id of the project.' },
  { name: 'accept_with', description: 'Entry of `clouds.yaml` that accepts the image there.' },
];

/** The fields of `timeouts`; durations such as `30m` or `1h30m`. */
export const TIMEOUT_FIELDS: readonly ArgumentField[] = [
  { name: 'create', description: 'How long an apply may take in a region in total. Default: `6h`.', example: '30m' },
  { name: 'stall', description: 'How long an apply may go on without any progress. Default: `2m`.', example: '2m' },
];
