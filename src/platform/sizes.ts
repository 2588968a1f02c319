import prettyBytes from 'pretty-bytes';

/** Bytes as people read them, in binary units as Glance's `min_disk` has them. */
export function sizeInWords(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}
