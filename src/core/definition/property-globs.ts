/**
 * Whether a property's name is meant by one of these globs: `*` stands for any characters, `?` for one. A `/` is a character
 * as any other, since names of properties are no paths.
 */
export function matchesGlob(globs: readonly string[], property: string): boolean {
  return globs.some((glob) => pattern(glob).test(property));
}

function pattern(glob: string): RegExp {
  const parts = glob.split(/([*?])/).map((part) => {
    if (part === '*') return '[^]*';
    return part === '?' ? '[^]' : part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
