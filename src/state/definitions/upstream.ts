import type { Definition } from '../../core/definition/definition.ts';
import { addressOf } from '../../core/definition/source.ts';
import { LineIndex } from '../../core/definition/text/line-index.ts';
import type { Problem } from '../../core/problem.ts';
import { readChecksum, type Checksum } from '../../core/source/checksum.ts';
import type { PublishedChecksum } from '../../core/source/url/checksum-beside.ts';
import { Subject } from '../observable.ts';

/** The digest that pins the source of a definition; `undefined` without one. */
export function pinnedChecksum(
  definition: Definition,
): { readonly url: string; readonly checksum: Checksum } | undefined {
  const { url, checksum: written } = addressOf(definition) ?? {};
  if (url === undefined || written === undefined) return undefined;
  const read = readChecksum(written);
  return read.kind === 'value' ? { url, checksum: read.checksum } : undefined;
}

/** The last known published digests of pinned sources. Reads nothing by itself. */
export class UpstreamStore {
  readonly #published = new Map<string, PublishedChecksum>();
  readonly #changed = new Subject<void>();

  readonly onDidChange = this.#changed.observe;

  /** Stores the digest that is published beside the source of a definition. */
  note(definition: Definition, published: PublishedChecksum): void {
    const pinned = pinnedChecksum(definition);
    if (pinned === undefined) return;
    this.#published.set(keyOf(pinned.url, published.checksum), published);
    this.#changed.next();
  }

  /** The published digest, if it differs from the definition's; `undefined` if it is the same or unknown. */
  newChecksumOf(definition: Definition): PublishedChecksum | undefined {
    const pinned = pinnedChecksum(definition);
    const published = pinned && this.#published.get(keyOf(pinned.url, pinned.checksum));
    return published?.checksum.hex === pinned?.checksum.hex ? undefined : published;
  }

  /** A problem if the published source differs from the pinned one, with a fix that takes the new digest. */
  problemsOf(definition: Definition): readonly Problem[] {
    const published = this.newChecksumOf(definition);
    if (published === undefined) return [];
    const { algorithm, hex } = published.checksum;
    const range = definition.places.get('image_source_checksum')?.value ?? definition.range;
    const message = `Upstream changed: ${published.url} now has ${algorithm}:${hex}, which is not the checksum in this definition.`;
    const value = `${algorithm}:${hex}`;
    return [
      {
        severity: 'information',
        code: 'upstream-moved',
        message,
        ...new LineIndex(definition.text).place(range),
        fixes: [{ kind: 'set-value', value }],
      },
    ];
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function keyOf(url: string, { algorithm }: Checksum): string {
  return JSON.stringify([url, algorithm]);
}
