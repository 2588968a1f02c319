import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { byteCount, digests, parseStored } from '../../stored-json.ts';
import type { Digests } from '../ports.ts';

/** The sidecar of a download: its source, and how to check whether it is still current. */
export interface CacheEntry {
  /** Without userinfo and query, for people. */
  readonly source: string;
  /** SHA-256 of the URL, to distinguish URLs that differ only in hidden parts. */
  readonly urlSha256: string;
  /** Bytes. */
  readonly size: number;
  readonly digests: Digests;
  /** ISO 8601. */
  readonly fetched: string;
  readonly validators: Validators;
}

/** The validators of a representation, as the server sent them. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** What it takes to resume an interrupted download. */
export interface PartialEntry {
  readonly urlSha256: string;
  readonly validators: Validators;
  /** Size of the whole in bytes; absent if the server did not say. */
  readonly total?: number;
  /** `PartialFile.birth` of the file with the bytes. */
  readonly birth: string;
}

/** The cache file of a URL, named as by Terraform. */
export function cacheFileName(url: string): string {
  return `${md5(url)}.img`;
}

/** The names that versions of Terraform's provider give the file of a URL. */
export function terraformFileNames(url: string, decompress: boolean): readonly string[] {
  return [`${md5(`${url}${String(decompress)}`)}.img`, `${md5(url)}.img`];
}

/** Name of a file's sidecar. */
export function sidecarName(fileName: string): string {
  return `${fileName}.json`;
}

/** Name of a partial download. */
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

/** The headers of a conditional request; none without validators. */
export function conditionalHeaders({ etag, lastModified }: Validators): Readonly<Record<string, string>> {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

/** The validator for `If-Range`: a strong ETag, else a date. @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
export function rangeValidator({ etag, lastModified }: Validators): string | undefined {
  return etag !== undefined && isStrong(etag) ? etag : etag === undefined ? lastModified : undefined;
}

/** Whether equal ETags mean equal bytes. */
export function isStrong(etag: string): boolean {
  return etag.startsWith('"');
}

const validators = {
  etag: v.fallback(v.optional(v.string()), undefined),
  last_modified: v.fallback(v.optional(v.string()), undefined),
};
const storedEntry = v.object({
  source: v.string(),
  url_sha256: v.string(),
  size: byteCount,
  fetched: v.string(),
  digests,
  ...validators,
});
const storedPartial = v.object({
  url_sha256: v.string(),
  birth: v.string(),
  total: v.fallback(v.optional(byteCount), undefined),
  ...validators,
});

/** Parses a sidecar; `undefined` for any other text. */
export function parseEntry(text: string | undefined): CacheEntry | undefined {
  const stored = parseStored(storedEntry, text);
  if (stored === undefined) return undefined;
  const { url_sha256: urlSha256, etag, last_modified, ...entry } = stored;
  return { ...entry, urlSha256, validators: validatorsOf({ etag, 'last-modified': last_modified }) };
}

export function entryText({ source, urlSha256, size, digests, fetched, validators }: CacheEntry): string {
  const { etag, lastModified: last_modified } = validators;
  return `${JSON.stringify({ source, url_sha256: urlSha256, size, fetched, etag, last_modified, digests }, undefined, 2)}\n`;
}

/** Parses the sidecar of an interrupted download; `undefined` for any other text. */
export function parsePartial(text: string | undefined): PartialEntry | undefined {
  const stored = parseStored(storedPartial, text);
  if (stored === undefined) return undefined;
  const { url_sha256: urlSha256, birth, total, etag, last_modified } = stored;
  const entry = { urlSha256, birth, validators: validatorsOf({ etag, 'last-modified': last_modified }) };
  return total === undefined ? entry : { ...entry, total };
}

export function partialText({ urlSha256, validators, total, birth }: PartialEntry): string {
  const { etag, lastModified: last_modified } = validators;
  return JSON.stringify({ url_sha256: urlSha256, etag, last_modified, total, birth });
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
