/** `host:port` of a URL. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the server';
}

/** An address without the slashes at its end. */
export function withoutTrailingSlashes(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}

/** An address without userinfo and query, for logs and errors. */
export function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'an unreadable address' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
