/** Elements of error pages. Anything else in angle brackets is text: `<Image 5>`. */
const ELEMENTS: ReadonlySet<string> = new Set(
  (
    'a abbr address article aside b big blockquote body br button center code dd div dl dt em font footer form h1 h2 h3 h4 h5 h6 ' +
    'head header hr html i iframe img input label li link main meta nav noscript ol option p pre script section select small span ' +
    'strong style sub sup svg table tbody td tfoot th thead title tr tt u ul'
  ).split(' '),
);
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

/** A tag, a comment or a declaration; none of them extends over the next `<`. */
const MARKUP = /<(?:[!?]|(\/?)([a-z][a-z0-9]*)(?![^\s/>]))[^<>]*>/gi;

/**
 * The plain text of what may be HTML, a page or a fragment: its title if it has one, else everything but
 * scripts and styles. A text without HTML elements is returned unchanged. Takes linear time.
 */
export function withoutMarkup(text: string): string {
  let words = '';
  let title = '';
  let inside = '';
  let at = 0;
  let found = false;
  for (const { 0: tag, 1: slash = '', 2: name = '', index } of text.matchAll(MARKUP)) {
    const element = name.toLowerCase();
    if (element !== '' && !ELEMENTS.has(element)) continue;
    found ||= element !== '';
    const piece = text.slice(at, index);
    if (inside === 'title') title += piece;
    else if (inside === '') words += `${piece} `;
    at = index + tag.length;
    if (slash === '' && inside === '' && ['title', 'script', 'style'].includes(element)) inside = element;
    else if (slash !== '' && element === inside) inside = '';
  }
  if (!found) return text;
  if (inside === '') words += text.slice(at);
  return decoded(title.trim() === '' ? words : title);
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (entity, decimal, hex, name: string) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? entity;
    const point = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : entity;
  });
}
