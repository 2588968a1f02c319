import type { RemoteSource } from '../definition/source.ts';
import type { Inspection } from './inspection/inspection.ts';
import type { AddressKind } from './url/address.ts';

/** What is known of a local source file before its bytes are read. */
export interface SourceFacts {
  /** Absolute path. */
  readonly path: string;
  /** As a person knows it, if that is another than its path: the URL that it was fetched from, without secrets. */
  readonly name?: string;
  /** Bytes. */
  readonly size: number;
  /** MD5 and SHA-512 in hex (more if a cloud's multihash needs them), if they are known without reading; see the digest cache. */
  readonly digests?: Readonly<Record<string, string>>;
  /** What its headers say. */
  readonly inspection?: Inspection;
  /** Its origin, if it was fetched or decompressed. */
  readonly origin?: SourceOrigin;
  /** The most private network that it was fetched over, if it was fetched. */
  readonly network?: AddressKind;
}

/** The origin of bytes that are fetched or decompressed before they are sent. */
export interface SourceOrigin {
  /** SHA-256 of the URL without user, password, query and fragment, because it is stored where others can try guesses. */
  readonly url?: string;
  /** SHA-256 of the URL as written in the definition, to compare with marks of earlier versions; never stored. */
  readonly wholeUrl?: string;
  /** Whether the URL has a query, which may select the bytes but is not part of `url`. */
  readonly queried?: boolean;
  /** The last strong ETag of the origin. */
  readonly etag?: string;
  /** The expected checksum of the fetched bytes: `sha256:HEX`. */
  readonly checksum?: string;
  /** Whether the bytes to send were decompressed. */
  readonly decompressed: boolean;
}

/** What is known of a source that still has to be fetched or decompressed. */
export interface RemoteFacts {
  /** A URL without secrets, or a path. */
  readonly name: string;
  /** Size of the bytes to send, if known. */
  readonly size?: number;
  /** Digests of the bytes to send, as far as known. */
  readonly digests?: Readonly<Record<string, string>>;
  /** What the headers of the bytes to send say, if an earlier fetch left them here. */
  readonly inspection?: Inspection;
  readonly origin: SourceOrigin;
  /** Of `cloud`, no byte passes through this machine. */
  readonly kind: RemoteSource['kind'];
}
