import type { Definition } from '../../core/definition/definition.ts';
import { addressOf } from '../../core/definition/source.ts';

/** A question that a plan sends. */
export interface AskedAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Without userinfo. */
  readonly address: string;
}

/** Where origins outlast the window. */
export interface OriginsMemory {
  /** What was saved last; checked here, for other versions may have written it. */
  load(): unknown;
  save(origins: readonly string[]): void;
}

/**
 * The origins (scheme, host, port) that sources of applied definitions came from. A plan asks the origin of a source, and the
 * address can carry what it likes: where nobody applied anything from there yet, a person is asked before a model may plan.
 */
export class AppliedOrigins {
  readonly #memory: OriginsMemory;

  constructor(memory: OriginsMemory) {
    this.#memory = memory;
  }

  /** Somebody agreed to these definitions, and they were applied. */
  note(definitions: readonly Definition[]): void {
    const known = this.#known();
    const added = addressesOf(definitions).filter(({ origin }) => !known.includes(origin));
    if (added.length > 0) this.#memory.save([...new Set([...known, ...added.map(({ origin }) => origin)])]);
  }

  /** What a plan of these definitions asks at origins that no applied one came from. */
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
