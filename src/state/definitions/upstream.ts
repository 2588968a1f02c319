import type { Definition } from '../../core/definition/definition.ts';
import { addressOf } from '../../core/definition/source.ts';
import { LineIndex } from '../../core/definition/text/line-index.ts';
import type { Problem } from '../../core/problem.ts';
import { readChecksum, type Checksum } from '../../core/source/checksum.ts';
import type { PublishedChecksum } from '../../core/source/url/checksum-beside.ts';
import { Subject } from '../observable.ts';

/** The digest that a definition pins the bytes of its URL to; `undefined` where it pins none. */
export function pinnedChecksum(
  definition: Definition,
): { readonly url: string; readonly checksum: Checksum } | undefined {
  const { url, checksum: written } = addressOf(definition) ?? {};
  if (url === undefined || written === undefined) return undefined;
  const read = readChecksum(written);
  return read.kind === 'value' ? { url, checksum: read.checksum } : undefined;
}

/** What publishers said of pinned sources when somebody asked last. Reads nothing by itself. */
export class UpstreamStore {
  readonly #published = new Map<string, PublishedChecksum>();
  readonly #changed = new Subject<void>();

  readonly onDidChange = this.#changed.observe;

  /** Notes what is published beside the source of a definition now. */
  note(definition: Definition, published: PublishedChecksum): void {
    const pinned = pinnedChecksum(definition);
    if (pinned === undefined) return;
    this.#published.set(keyOf(pinned.url, published.checksum), published);
    this.#changed.next();
  }

  /** What a definition would be pinned to if it took what is published; `undefined` where that is what it has, or nobody asked. */
  newChecksumOf(definition: Definition): PublishedChecksum | undefined {
    const pinned = pinnedChecksum(definition);
    const published = pinned && this.#published.get(keyOf(pinned.url, pinned.checksum));
    return published?.checksum.hex === pinned?.checksum.hex ? undefined : published;
  }

  /** The source of a definition that is not what it is pinned to any more, with the fix that takes the new one. */
  problemsOf(definition: Definition): readonly Problem[] {
    const published = this.newChecksumOf(definition);
    if (published === undefined) return [];
    const { algorithm, hex } = published.checksum;
    const range = definition.places.get('image_source_checksum')?.value ?? definition.range;
    const message = `Upstream moved: ${published.url} now has ${algorithm}:${hex}, and this definition is pinned to other bytes.`;
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
