const longest = 80;

/** A file name, without its ending, for an image of this name: what file systems and shells take badly becomes a hyphen. */
export function fileNameFor(imageName: string): string {
  const plain = imageName
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .slice(0, longest)
    .replace(/^[-.]+|[-.]+$/g, '');
  return plain === '' ? 'image' : plain;
}
