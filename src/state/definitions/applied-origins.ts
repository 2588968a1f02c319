import type { Definition } from '../../core/definition/definition.ts';
import { addressOf } from '../../core/definition/source.ts';

/** A URL that a plan requests. */
export interface AskedAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Without userinfo. */
  readonly address: string;
}

/** Keeps origins across windows. */
export interface OriginsMemory {
  /** The last saved value, perhaps of another version; it is checked here. */
  load(): unknown;
  save(origins: readonly string[]): void;
}

/**
 * The origins (scheme, host, port) of the sources of applied definitions. A plan contacts the origin of a source, and a
 * URL can carry data out. So a language model may plan with a new origin only after the user agreed.
 */
export class AppliedOrigins {
  readonly #memory: OriginsMemory;

  constructor(memory: OriginsMemory) {
    this.#memory = memory;
  }

  /** Remembers the origins of definitions that the user applied. */
  note(definitions: readonly Definition[]): void {
    const known = this.#known();
    const added = addressesOf(definitions).filter(({ origin }) => !known.includes(origin));
    if (added.length > 0) this.#memory.save([...new Set([...known, ...added.map(({ origin }) => origin)])]);
  }

  /** The URLs of these definitions at origins that no applied definition uses. */
  newOnes(definitions: readonly Definition[]): readonly AskedAddress[] {
    const known = this.#known();
    return addressesOf(definitions).filter(({ origin }) => !known.includes(origin));
  }

  #known(): readonly string[] {
    const saved = this.#memory.load();
    return Array.isArray(saved) ? saved.filter((each) => typeof each === 'string') : [];
  }
}

/** Of sources and checksum files, each once. */
function addressesOf(definitions: readonly Definition[]): readonly AskedAddress[] {
  const written = definitions.flatMap((definition) => {
    const { url, checksum } = addressOf(definition) ?? {};
    return [url, checksum].flatMap((each) => (each === undefined ? [] : [each]));
  });
  const urls = [...new Set(written)].flatMap((each) => URL.parse(each) ?? []);
  return urls
    .filter(({ protocol }) => protocol === 'http:' || protocol === 'https:')
    .map(({ origin, pathname, search }) => ({ origin, address: `${origin}${pathname}${search}` }));
}
