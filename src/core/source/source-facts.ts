import type { RemoteSource } from '../definition/source.ts';
import type { Inspection } from './inspection/inspection.ts';
import type { AddressKind } from './url/address.ts';

/** What is known of a local source file before its bytes are read. */
export interface SourceFacts {
  /** Absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** MD5 and SHA-512 in hex (more where a cloud's multihash asked for them), where they are known without reading; see the digest cache. */
  readonly digests?: Readonly<Record<string, string>>;
  /** What its headers say. */
  readonly inspection?: Inspection;
  /** Where it is from, if it was fetched or decompressed. */
  readonly origin?: SourceOrigin;
  /** The most private network that it came over, if it was fetched. */
  readonly network?: AddressKind;
}

/** Where bytes are from that are fetched or decompressed before they are sent. */
export interface SourceOrigin {
  /** SHA-256 of the URL without user, password, query and fragment: it is written down where others can try guesses. */
  readonly url?: string;
  /** SHA-256 of the URL as the definition writes it, as marks of earlier versions have it; never written down. */
  readonly wholeUrl?: string;
  /** Whether the URL has a query, which may choose the bytes and which `url` does not tell. */
  readonly queried?: boolean;
  /** A strong one, as the origin gave it last. */
  readonly etag?: string;
  /** What the definition says the bytes as fetched hash to: `sha256:HEX`. */
  readonly checksum?: string;
  /** Whether what is sent is what was in it. */
  readonly decompressed: boolean;
}

/** What is known of a source that is yet to be fetched or decompressed. */
export interface RemoteFacts {
  /** A URL without secrets, or a path. */
  readonly name: string;
  /** Of the bytes to send, where that is known. */
  readonly size?: number;
  /** Of the bytes to send, as far as they are known. */
  readonly digests?: Readonly<Record<string, string>>;
  readonly origin: SourceOrigin;
  /** Of `cloud`, no byte passes through this machine. */
  readonly kind: RemoteSource['kind'];
}
