/**
 * Whether one of these globs matches a name, of a property or an image: `*` stands for any characters, `?` for one. A `/` is
 * a character like any other, since such names are no paths.
 */
export function matchesGlob(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matches(glob, name));
}

/**
 * Only the last `*` is ever stretched: what stood before it fits already, so that the work is bounded by the product of both
 * lengths. A regular expression takes time without bound for a glob such as `*a*a*a*b`.
 */
function matches(glob: string, name: string): boolean {
  let [inGlob, inName] = [0, 0];
  let star: { readonly next: number; from: number } | undefined;
  while (inName < name.length) {
    const wanted = glob[inGlob];
    if (wanted === '*') {
      inGlob += 1;
      star = { next: inGlob, from: inName };
    } else if (wanted !== undefined && (wanted === '?' || wanted === name[inName])) {
      inGlob += 1;
      inName += 1;
    } else if (star !== undefined) {
      star.from += 1;
      [inGlob, inName] = [star.next, star.from];
    } else return false;
  }
  while (glob[inGlob] === '*') inGlob += 1;
  return inGlob === glob.length;
}
