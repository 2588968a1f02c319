import type { ErrorCode } from '../error-codes.ts';
import type { LiveImage } from '../glance/image.ts';
import type { DefinitionArguments } from './definition.ts';
import type { Choice } from './formats.ts';

/** The type of an argument's value. */
export type ArgumentType =
  | { readonly kind: 'string'; readonly maximumLength?: number; readonly format?: StringFormat }
  /** `open`: the cloud may know more values than these. */
  | { readonly kind: 'choice'; readonly choices: readonly Choice[]; readonly open: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | ListType
  | { readonly kind: 'properties' }
  | { readonly kind: 'members' }
  | { readonly kind: 'timeouts' };

/** A list of strings. */
export interface ListType {
  readonly kind: 'strings';
  /** Length of an item, in characters. */
  readonly maximumLength?: number;
  /** Items that Glance allows by default; a cloud may allow more or fewer. */
  readonly quota?: { readonly atMost: number; readonly code: ErrorCode };
  /** Whether the string `all` is also allowed. */
  readonly orAll?: boolean;
  /** Whether the list must not be empty. */
  readonly notEmpty?: boolean;
  /** Whether an item may be the empty string. */
  readonly emptyItems?: boolean;
  /** Whether a repeated item is an error, not only a warning. */
  readonly unique?: boolean;
}

/** Further checks of a string. */
export type StringFormat = 'uuid' | 'url' | 'path' | 'secret' | 'checksum';

/** What a change of an argument does to an existing image. */
type WhenChanged =
  | 'update'
  | 'replace'
  /** Replace once the image has data, update while it is queued. */
  | 'replace-unless-queued'
  /** Another source with the same bytes changes nothing. */
  | 'replace-if-bytes-differ'
  | 'another-image'
  | 'stores'
  | 'nothing';

/** The name of an argument. */
export type ArgumentName = keyof DefinitionArguments;

/** What the table says about every argument. */
interface Described {
  readonly type: ArgumentType;
  readonly whenChanged: WhenChanged;
  /** One paragraph of Markdown, for hover and documentation. */
  readonly description: string;
  readonly examples: readonly unknown[];
}

/**
 * One row of the table of arguments. `attribute`: where a live image has the value, by Glance's name. `fallback`: what a new
 * image gets where the argument is omitted, and an image goes back to once its definition omits it.
 */
export type ArgumentRow<Name extends ArgumentName> = Described &
  (
    | { readonly attribute: null; readonly fallback?: NonNullable<DefinitionArguments[Name]> }
    | { readonly attribute: keyof LiveImage; readonly fallback: NonNullable<DefinitionArguments[Name]> }
    | { readonly attribute: keyof LiveImage; readonly required: true }
  );

/** One argument of a definition. */
export interface Argument extends Described {
  readonly name: string;
  readonly attribute: keyof LiveImage | null;
  readonly required?: true;
  /** Absent where there is no single value. */
  readonly fallback?: string | number | boolean | readonly string[];
}
