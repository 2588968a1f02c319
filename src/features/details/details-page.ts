import type { LiveImage } from '../../core/glance/image.ts';
import { describePlace } from '../../core/place.ts';
import { readMarks } from '../../core/reconcile/ownership/marks.ts';
import { sizeInWords } from '../../core/byte-count.ts';
import type { Management } from '../../state/clouds/image-management.ts';
import { imageLabel } from '../../state/clouds/image-words.ts';
import { html, type Html } from '../../platform/html.ts';
import {
  propertyGroups,
  storesOf,
  type DescribedProperty,
  type ImageDetails,
  type MoreDetails,
} from './image-details.ts';

/** What VS Code gives a page. */
export interface PageParts {
  /** `Webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for every load. */
  readonly nonce: string;
  /** Webview URIs. */
  readonly script: string;
  readonly style: string;
}

/** The page of an image. Nothing may load but our own style sheet and the one script that carries the nonce. */
export function detailsPage(details: ImageDetails, { cspSource, nonce, script, style }: PageParts): string {
  const { image, more } = details;
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  const loaded = more === 'loading' ? undefined : more;
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="UTF-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="stylesheet" href="${style}" />
        <title>${imageLabel(image)}</title>
      </head>
      <body data-image="${image.id}">
        <main aria-busy="${more === 'loading' ? 'true' : 'false'}">
          ${heading(details)} ${actions(details)} ${facts(image)} ${definition(details)} ${versions(image, loaded)}
          ${checksums(image)} ${properties(image, loaded)} ${sharing(image, loaded)} ${stores(image)}
        </main>
        <script nonce="${nonce}" src="${script}"></script>
      </body>
    </html> `.text;
}

function heading({ image, place }: ImageDetails): Html {
  const tone = image.status === 'active' ? 'good' : image.status === 'killed' ? 'bad' : 'warning';
  const words = [image.visibility, ...(image.protected ? ['protected'] : []), ...(image.os_hidden ? ['hidden'] : [])];
  return html`<header>
    <h1>${imageLabel(image)}</h1>
    <p class="about">
      <span class="status" data-tone="${tone}">${image.status}</span>
      ${words.map((word) => html`<span>${word}</span>`)}
      <span>${describePlace(place)}</span>
    </p>
  </header>`;
}

function actions({ management, definition: file }: ImageDetails): Html {
  const mine =
    management.kind === 'unmanaged' || file === undefined
      ? [button('import', 'Import as Definition', 'primary')]
      : [button('apply', 'Apply', 'primary'), button('preview', 'Preview Changes')];
  return html`<div class="actions">
    ${mine} ${button('download', 'Download…')} ${button('share', 'Share…')} ${button('compare', 'Compare With…')}
    ${button('delete', 'Delete…')} ${button('json', 'Show JSON')} ${button('refresh', 'Refresh')}
  </div>`;
}

function facts(image: LiveImage): Html {
  const formats = [image.disk_format, image.container_format].filter((format) => format !== null).join(', container ');
  return section(
    'Image',
    table([
      ['ID', html`<code>${image.id}</code> ${copy('ID', image.id)}`],
      ['Format', formats === '' ? undefined : html`${formats}`],
      ['Size', bytes(image.size)],
      ['Virtual size', bytes(image.virtual_size)],
      ['Minimum disk', image.min_disk === 0 ? undefined : html`${image.min_disk} GiB`],
      ['Minimum RAM', image.min_ram === 0 ? undefined : html`${image.min_ram} MiB`],
      ['Owner', image.owner === null ? undefined : html`<code>${image.owner}</code> ${copy('Owner', image.owner)}`],
      [
        'Tags',
        image.tags.length === 0 ? undefined : html`${image.tags.map((tag) => html`<span class="tag">${tag}</span>`)}`,
      ],
      ['Created', html`${time(image.created_at)}`],
      ['Updated', html`${time(image.updated_at)}`],
    ]),
  );
}

function definition({ image, management, definition: file }: ImageDetails): Html | undefined {
  const marks = readMarks(image);
  if (management.kind === 'unmanaged' && file === undefined) return undefined;
  const owned = marks?.owns ?? [];
  return section(
    'Definition',
    table([
      ['File', file === undefined ? html`None in this workspace` : link('openDefinition', file)],
      ['Key', marks === undefined ? undefined : html`${marks.key}`],
      ['Last plan', html`${lastPlan(management)}`],
      ['Sets', owned.length === 0 ? undefined : html`${owned.join(', ')}`],
    ]),
  );
}

function lastPlan(management: Management): string {
  switch (management.kind) {
    case 'equal':
      return 'Matches its definition';
    case 'differs':
      if (management.replace) return 'Differs: to be replaced';
      return management.changes === 1 ? 'Differs: 1 change' : `Differs: ${management.changes} changes`;
    case 'managed':
    case 'unclaimed':
    case 'unmanaged':
      return 'None yet, or the image changed since';
  }
}

function versions(image: LiveImage, more: MoreDetails | undefined): Html | undefined {
  const all = more?.versions ?? [];
  if (all.length < 2) return undefined;
  const rows = all.map(
    (each) =>
      html`<tr>
        <td>${time(each.created_at)}</td>
        <td>${each.id === image.id ? html`<strong>this image</strong>` : link('show', each.id, each.id)}</td>
        <td>${[each.status, ...(each.os_hidden ? ['hidden'] : [])].join(', ')}</td>
        <td>${each.size === null ? '' : sizeInWords(each.size)}</td>
        <td>${each.id === image.id ? '' : link('compareWith', 'Compare', each.id)}</td>
      </tr>`,
  );
  return section(
    'Versions',
    html`<table>
      <thead>
        <tr>
          <th scope="col">Created</th>
          <th scope="col">Image</th>
          <th scope="col">State</th>
          <th scope="col">Size</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

function checksums({ checksum, os_hash_algo: algorithm, os_hash_value: value }: LiveImage): Html {
  const row = (name: string, digest: string): readonly [string, Html] => [
    name,
    html`<code class="digest">${digest}</code> ${copy(name, digest)}`,
  ];
  const rows = [
    ...(checksum === null ? [] : [row('MD5', checksum)]),
    ...(algorithm === null || value === null ? [] : [row(algorithm, value)]),
  ];
  return section('Checksums', rows.length === 0 ? html`<p class="muted">The cloud reports none.</p>` : table(rows));
}

function properties(image: LiveImage, more: MoreDetails | undefined): Html {
  const groups = propertyGroups(image, more?.metadefs ?? []);
  if (groups.size === 0) return section('Properties', html`<p class="muted">None.</p>`);
  const only = groups.size === 1 && groups.has('Other');
  return section(
    'Properties',
    html`${[...groups].map(
      ([namespace, members]) =>
        html`${only ? undefined : html`<h3>${namespace}</h3>`} ${table(members.map(propertyRow))}`,
    )}`,
  );
}

function propertyRow({ name, value, title, description = '' }: DescribedProperty): readonly [string | Html, Html] {
  const head =
    title === undefined || title === name
      ? html`<code>${name}</code>`
      : html`${title}<br /><code class="muted">${name}</code>`;
  return [description === '' ? head : html`<span title="${description}">${head}</span>`, html`${value}`];
}

function sharing(image: LiveImage, more: MoreDetails | undefined): Html | undefined {
  if (image.visibility !== 'shared' || more?.members === undefined) return undefined;
  const { members } = more;
  return section(
    'Members',
    members.length === 0
      ? html`<p class="muted">Shared with nobody.</p>`
      : table(members.map(({ project, status }) => [html`<code>${project}</code>`, html`${status}`])),
  );
}

function stores(image: LiveImage): Html | undefined {
  const names = storesOf(image);
  return names.length === 0 ? undefined : section('Stores', html`<p>${names.join(', ')}</p>`);
}

function section(title: string, content: Html): Html {
  return html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;
}

function table(rows: readonly (readonly [string | Html, Html | undefined])[]): Html {
  const shown = rows.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
        ],
  );
  return html`<table class="facts">
    <tbody>
      ${shown}
    </tbody>
  </table>`;
}

function button(action: string, label: string, kind = ''): Html {
  return html`<button type="button" class="${kind}" data-action="${action}">${label}</button>`;
}

function link(action: string, label: string, value = ''): Html {
  return html`<button type="button" class="quiet" data-action="${action}" data-value="${value}">${label}</button>`;
}

function copy(what: string, value: string): Html {
  return html`<button type="button" class="quiet" data-action="copy" data-value="${value}" aria-label="Copy ${what}">
    Copy
  </button>`;
}

function bytes(value: number | null): Html | undefined {
  return value === null ? undefined : html`${sizeInWords(value)} (${value.toLocaleString('en-US')} bytes)`;
}

/** `2026-01-31 14:05:09 UTC`; another form as the cloud wrote it. */
function time(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z$/.exec(text);
  return parts === null ? text : `${parts[1] ?? ''} ${parts[2] ?? ''} UTC`;
}
