import prettyBytes from 'pretty-bytes';

/** A number of bytes, exact and for people: `314572800 bytes (300 MiB)`. */
export function describeBytes(bytes: number): string {
  const exact = bytes === 1 ? '1 byte' : `${bytes} bytes`;
  return bytes < 1024 ? exact : `${exact} (${prettyBytes(bytes, { binary: true })})`;
}

/** Bytes as people read them, in binary units as Glance's `min_disk` has them. */
export function sizeInWords(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}
