import type { Definition } from './definition.ts';

/** An address as the definition writes it, and how to ask it. */
export interface SourceAddress {
  /** `http` or `https`; may hold user and password. */
  readonly url: string;
  readonly username?: string;
  /** A reference, `${env:NAME}` or `${secret:NAME}`. */
  readonly password?: string;
  /** `ALGORITHM:HEX`, or the address or path of a checksum file. */
  readonly checksum?: string;
}

/** Where the bytes of an image come from, and who fetches them. */
export type Source =
  /** The definition has no source, because it describes an existing image. */
  | { readonly kind: 'none' }
  /** A file on this machine. `path` is as written. */
  | { readonly kind: 'file'; readonly path: string; readonly decompress: boolean }
  /** This machine downloads the bytes and uploads them. */
  | ({ readonly kind: 'url'; readonly decompress: boolean } & SourceAddress)
  /** Glance downloads the bytes itself (its import method `web-download`), as they are. */
  | ({ readonly kind: 'cloud' } & SourceAddress);

/** A source at an address. */
export type AddressSource = Extract<Source, SourceAddress>;

/** A source whose bytes are known only once they are downloaded or decompressed. */
export type RemoteSource = AddressSource | (Extract<Source, { kind: 'file' }> & { readonly decompress: true });

/** The arguments that name a source. A definition has at most one of them. */
export const SOURCE_ARGUMENTS = ['local_file_path', 'image_source_url'] as const;

const ARGUMENT_OF: Readonly<Record<Source['kind'], (typeof SOURCE_ARGUMENTS)[number]>> = {
  none: 'local_file_path',
  file: 'local_file_path',
  url: 'image_source_url',
  cloud: 'image_source_url',
};

/** The source of a definition. */
export function sourceOf({ arguments: written }: Pick<Definition, 'arguments'>): Source {
  const { local_file_path: path, image_source_url: url, decompress = false } = written;
  if (path !== undefined) return { kind: 'file', path, decompress };
  if (url === undefined) return { kind: 'none' };
  const { image_source_username: username, image_source_password: password, image_source_checksum: checksum } = written;
  const address: SourceAddress = {
    url,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(checksum === undefined ? {} : { checksum }),
  };
  return written.web_download === true ? { kind: 'cloud', ...address } : { kind: 'url', decompress, ...address };
}

/** The address of a definition's source; `undefined` where it has none. */
export function addressOf(definition: Pick<Definition, 'arguments'>): AddressSource | undefined {
  const source = sourceOf(definition);
  return source.kind === 'url' || source.kind === 'cloud' ? source : undefined;
}

/** The argument that sets a definition's source; without a source, the argument that could. */
export function sourceArgument(definition: Definition): (typeof SOURCE_ARGUMENTS)[number] {
  return ARGUMENT_OF[sourceOf(definition).kind];
}

/** Whether a source has to be downloaded or decompressed before its bytes are known. */
export function isRemote(source: Source): source is RemoteSource {
  return source.kind === 'url' || source.kind === 'cloud' || (source.kind === 'file' && source.decompress);
}

/** Two definitions with the same key download the same bytes in the same way. */
export function sourceKey({ file, arguments: given }: Definition): string {
  const { image_cache_path: cache, verify_checksum: verify = true } = given;
  return JSON.stringify([file, sourceOf({ arguments: given }), cache, verify]);
}
