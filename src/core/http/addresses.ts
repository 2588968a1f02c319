/** `host:port` of a URL. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the server';
}

/** A URL without trailing slashes. */
export function withoutTrailingSlashes(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}

/** A URL without userinfo and query, for logs and errors. */
export function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'an unreadable address' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
