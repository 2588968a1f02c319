import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { detailsPage } from '../../../../src/features/details/details-page.ts';
import type { ImageDetails } from '../../../../src/features/details/image-details.ts';
import { markProperties } from '../../../../src/core/reconcile/ownership/marks.ts';
import { liveImage, placeNamed } from '../../state/live-image.ts';

const parts = {
  cspSource: 'https://host.example',
  nonce: 'abc123',
  script: 'https://host.example/details.js',
  style: 'https://host.example/details.css',
};

const image = liveImage('1f2e', 'Ubuntu', {
  size: 626_950_144,
  tags: ['lts'],
  properties: { os_distro: 'ubuntu', vendor: 'us', ...markProperties('1f2e', { key: 'Ubuntu', owns: ['tags'] }) },
});
const details: ImageDetails = {
  place: placeNamed('RegionOne'),
  image,
  management: { kind: 'differs', key: 'Ubuntu', changes: 2, replace: false },
  definition: 'images/ubuntu.image.jsonc:3',
  more: { versions: [image], metadefs: [] },
};

/** The page without the marks of HTML, as one line. */
function textOf(page: string): string {
  return page
    .slice(page.indexOf('<main'))
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('the page of an image', () => {
  it('says what it is, its definition, checksums and properties', () => {
    const text = textOf(detailsPage(details, parts));
    for (const words of [
      /^Ubuntu active private demo\/RegionOne Apply Preview Changes /,
      /Size 598 MiB \(626,950,144 bytes\)/,
      /Created 2026-01-01 00:00:00 UTC/,
      /File images\/ubuntu\.image\.jsonc:3 Key Ubuntu Last plan Differs: 2 changes Sets tags/,
      /MD5 d41d8cd98f00b204e9800998ecf8427e Copy sha512 cf83e1 Copy/,
      /Properties os_distro ubuntu vendor us/,
    ]) {
      assert.match(text, words);
    }
    assert.doesNotMatch(text, /glance_images\.|Members|Versions|Stores/);
  });

  it('has titles of the metadefs, members, stores and versions once they are read', () => {
    const shared = { ...image, visibility: 'shared', server: { stores: 'fast,cheap' } };
    const old = { ...image, id: '0a1b', os_hidden: true, created_at: '2025-01-01T00:00:00Z' };
    const description = 'The distribution.';
    const metadef = { name: 'os_distro', title: 'OS Distro', description, type: 'string', values: [] };
    const more = {
      members: [{ project: 'p1', status: 'pending' as const }],
      versions: [shared, old],
      metadefs: [{ ...metadef, namespace: 'Common' }],
    };
    const page = detailsPage({ ...details, image: shared, more }, parts);
    const text = textOf(page);
    assert.match(text, /Common OS Distro os_distro ubuntu Other vendor us/);
    assert.match(text, /Members p1 pending Stores fast, cheap/);
    assert.match(text, /2025-01-01 00:00:00 UTC 0a1b active, hidden 598 MiB Compare/);
    assert.match(page, /title="The distribution\."/);
  });

  it('offers to import what no definition manages, and says what is missing', () => {
    const bare = { ...image, size: null, checksum: null, os_hash_value: null, tags: [], properties: {} };
    const { definition: _, ...rest } = details;
    const text = textOf(
      detailsPage({ ...rest, image: bare, management: { kind: 'unmanaged' }, more: 'loading' }, parts),
    );
    assert.match(text, /Import as Definition/);
    assert.match(text, /The cloud reports none\. Properties None\.$/);
    assert.doesNotMatch(text, /Apply|Definition File/);
  });

  it('shows what a cloud says as text', () => {
    const evil = '"><script>x</script>';
    const hostile = {
      ...image,
      id: evil,
      name: evil,
      tags: [evil],
      owner: evil,
      properties: { [evil]: evil },
      status: evil,
    };
    const page = detailsPage({ ...details, image: hostile, definition: evil }, parts);
    assert.deepEqual(page.match(/<script[^>]*>/g), ['<script nonce="abc123" src="https://host.example/details.js">']);
    assert.doesNotMatch(page, /\sstyle=|\son\w+=/);
  });

  it('allows our own style sheet and the script with the nonce, and nothing else', () => {
    const policy = /Content-Security-Policy"\s+content="([^"]*)"/.exec(detailsPage(details, parts))?.[1];
    const quoted = "default-src 'none'; style-src https://host.example; script-src 'nonce-abc123'";
    assert.equal(policy?.replaceAll('&#39;', "'"), quoted);
  });

  it('has no colours of its own, and shows where the focus is', async () => {
    const css = await readFile('media/css/details.css', 'utf8');
    assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i);
    assert.match(css, /:focus-visible/);
  });
});
