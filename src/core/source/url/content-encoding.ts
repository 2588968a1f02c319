import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { Failure, messageOf } from '../../failure.ts';
import { withoutSecrets } from '../../http/addresses.ts';

/** A content coding, with what undoes it and the names and types of files that are in this form themselves. */
interface Coding {
  readonly undo: () => Transform;
  readonly names: RegExp;
  readonly types: RegExp;
}

const GZIP: Coding = {
  undo: createGunzip,
  names: /\.(?:gz|tgz|svgz)$/i,
  types: /^application\/(?:x-)?(?:gzip|tgz)\b/i,
};

/** https://www.iana.org/assignments/http-parameters/http-parameters.xhtml#content-coding; others are left as they are, e.g. S3's `aws-chunked`. */
const CODINGS: Readonly<Record<string, Coding>> = {
  gzip: GZIP,
  'x-gzip': GZIP,
  deflate: { undo: createInflate, names: /\.zz$/i, types: /^application\/zlib\b/i },
  br: { undo: createBrotliDecompress, names: /\.br$/i, types: /^application\/(?:x-)?br(?:otli)?\b/i },
  zstd: { undo: createZstdDecompress, names: /\.zst$/i, types: /^application\/(?:x-)?zstd\b/i },
};

/**
 * The codings of an answer that have to be undone to get at the file, the outermost first. Servers use them although none was asked for,
 * where a file is stored in that form. One that labels `disk.gz` with `gzip` means the file itself, as browsers understand it.
 * @param urls the addresses that the file goes by
 */
export function codingsOf(
  headers: Readonly<Record<string, string | undefined>>,
  urls: readonly string[],
): readonly Coding[] {
  const { 'content-encoding': written = '', 'content-type': type = '' } = headers;
  return written
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .flatMap((name) => (Object.hasOwn(CODINGS, name) ? (CODINGS[name] ?? []) : []))
    .filter(({ names, types }) => !types.test(type) && !urls.some((url) => names.test(URL.parse(url)?.pathname ?? '')))
    .reverse();
}

/** The bytes without their codings. Throws what `content` throws, and `source-failed` for bytes that are not in the form that the server says. */
export async function* decoded(
  content: AsyncIterable<Uint8Array>,
  codings: readonly Coding[],
  url: string,
): AsyncGenerator<Uint8Array> {
  let failed: { readonly reason: unknown } | undefined;
  const source = Readable.from(content);
  source.on('error', (reason) => (failed = { reason }));
  const streams = codings.map(({ undo }) => undo());
  const last = streams.reduce<Readable>((from, to) => {
    from.on('error', (error) => to.destroy(error));
    return from.pipe(to);
  }, source);
  try {
    for await (const piece of last) yield piece as Uint8Array;
  } catch (error) {
    if (failed !== undefined) throw failed.reason;
    const text = `${withoutSecrets(url)} does not have the "Content-Encoding" that its server declares: ${messageOf(error)}.`;
    throw new Failure('source-failed', text, {
      next: 'Correct "image_source_url", or tell the operator of the server.',
      cause: error,
    });
  } finally {
    for (const stream of [source, ...streams]) stream.destroy();
  }
}
