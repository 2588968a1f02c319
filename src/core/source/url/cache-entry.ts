import { createHash } from 'node:crypto';
import type { Digests } from '../ports.ts';

/** What is written beside a download of ours: whose bytes these are, and how to find out whether they still are. */
export interface CacheEntry {
  /** Without userinfo and query, for people. */
  readonly source: string;
  /** SHA-256 of the URL, so that two that differ in what is not shown are told apart. */
  readonly urlSha256: string;
  /** Bytes. */
  readonly size: number;
  readonly digests: Digests;
  /** ISO 8601. */
  readonly fetched: string;
  readonly validators: Validators;
}

/** What a server said a representation can be recognised by. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** A download that was cut: what it takes to go on with it. */
export interface PartialEntry {
  readonly urlSha256: string;
  readonly validators: Validators;
  /** Of the whole, bytes; absent where the server did not say. */
  readonly total?: number;
  /** `PartialFile.birth` of the file that has the bytes. */
  readonly birth: string;
}

/** The file of a URL, as Terraform names it. */
export function cacheFileName(url: string): string {
  return `${md5(url)}.img`;
}

/** The other names that versions of Terraform's provider give the file of a URL. */
export function terraformFileNames(url: string, decompress: boolean): readonly string[] {
  return [`${md5(`${url}${String(decompress)}`)}.img`, `${md5(url)}.img`];
}

/** Of the file itself. */
export function sidecarName(fileName: string): string {
  return `${fileName}.json`;
}

/** Of the bytes so far. */
export function partialName(fileName: string): string {
  return `${fileName}.part`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The validators of an answer. */
export function validatorsOf(headers: Readonly<Record<string, string | undefined>>): Validators {
  const { etag, 'last-modified': lastModified } = headers;
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

/** The headers that ask whether a representation is still current; none where it can't be told. */
export function conditionalHeaders({ etag, lastModified }: Validators): Readonly<Record<string, string>> {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

/** What `If-Range` can hold: a strong ETag, else a date. @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
export function rangeValidator({ etag, lastModified }: Validators): string | undefined {
  return etag !== undefined && isStrong(etag) ? etag : etag === undefined ? lastModified : undefined;
}

/** Whether equal ETags mean equal bytes. */
export function isStrong(etag: string): boolean {
  return etag.startsWith('"');
}

/** A sidecar's text; `undefined` for anything that is none of ours. */
export function parseEntry(text: string | undefined): CacheEntry | undefined {
  const value = parse(text);
  const source = field(value, 'source');
  const urlSha256 = field(value, 'url_sha256');
  const size = field(value, 'size');
  const fetched = field(value, 'fetched');
  const digests = field(value, 'digests');
  if (typeof source !== 'string' || typeof urlSha256 !== 'string' || typeof fetched !== 'string') return undefined;
  if (!isSize(size) || !isDigests(digests)) return undefined;
  return { source, urlSha256, size, fetched, digests, validators: readValidators(value) };
}

export function entryText({ source, urlSha256, size, digests, fetched, validators }: CacheEntry): string {
  const { etag, lastModified: last_modified } = validators;
  return `${JSON.stringify({ source, url_sha256: urlSha256, size, fetched, etag, last_modified, digests }, undefined, 2)}\n`;
}

/** Likewise of a download that was cut. */
export function parsePartial(text: string | undefined): PartialEntry | undefined {
  const value = parse(text);
  const urlSha256 = field(value, 'url_sha256');
  const total = field(value, 'total');
  const birth = field(value, 'birth');
  if (typeof urlSha256 !== 'string' || typeof birth !== 'string') return undefined;
  return { urlSha256, birth, validators: readValidators(value), ...(isSize(total) ? { total } : {}) };
}

export function partialText({ urlSha256, validators, total, birth }: PartialEntry): string {
  const { etag, lastModified: last_modified } = validators;
  return JSON.stringify({ url_sha256: urlSha256, etag, last_modified, total, birth });
}

function readValidators(value: unknown): Validators {
  const etag = field(value, 'etag');
  const lastModified = field(value, 'last_modified');
  return {
    ...(typeof etag === 'string' ? { etag } : {}),
    ...(typeof lastModified === 'string' ? { lastModified } : {}),
  };
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Cut or damaged: as if there were none.
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDigests(value: unknown): value is Digests {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((digest) => typeof digest === 'string')
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
