/** What the page of the panel is made of. */
export interface PageParts {
  /** `Webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for every load. */
  readonly nonce: string;
  /** Webview URIs. */
  readonly script: string;
  readonly style: string;
  readonly title: string;
}

/** The page: nothing may load but our own style sheet and the one script that carries the nonce. */
export function pageHtml({ cspSource, nonce, script, style, title }: PageParts): string {
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${escaped(style)}">
    <title>${escaped(title)}</title>
  </head>
  <body>
    <main id="transfers"><h1>${escaped(title)}</h1></main>
    <div id="live" class="unseen" aria-live="polite" role="status"></div>
    <script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
