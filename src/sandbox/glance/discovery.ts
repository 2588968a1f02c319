import { forbiddenAction } from './access.ts';
import { type Answer, Refusal } from '../http/answers.ts';
import { imageSchema } from './images/image-schema.ts';
import { importMethods } from './images/images.ts';
import { storeNames } from './image-store.ts';
import type { GlanceRequest } from './request.ts';
import type { Release } from '../release.ts';

/** The newest minor version of the Image API of each release, with a cache and several stores; all before it are supported. */
const newestMinor: Readonly<Record<Release, number>> = { 25: 16, 33: 18 };

/** The list of versions: 200 for its own path, 300 for any other path without a version. */
export function versionsAnswer(status: 200 | 300, origin: string, release: Release): Answer {
  const versions = Array.from({ length: newestMinor[release] + 1 }, (_, index) => ({
    id: `v2.${newestMinor[release] - index}`,
    status: index === 0 ? 'CURRENT' : 'SUPPORTED',
    links: [{ rel: 'self', href: `${origin}/v2/` }],
  }));
  return { status, json: { versions } };
}

/** The path below the version, e.g. `/images`; undefined for an unsupported version. */
export function withoutVersion(path: string, release: Release): string | undefined {
  const [, minor, rest] = /^\/v2(?:\.(\d+))?(\/.*)?$/s.exec(path) ?? [];
  if (minor !== undefined && Number(minor) > newestMinor[release]) return undefined;
  return /^\/v2(\.\d+)?(\/|$)/.test(path) ? (rest ?? '') : undefined;
}

/** `GET /v2/info/import`. */
export function infoImport(): Answer {
  const methods = { description: 'Import methods available.', type: 'array', value: importMethods };
  return { status: 200, json: { 'import-methods': methods } };
}

function stores(): Record<string, unknown>[] {
  return storeNames.map((id, index) => ({
    id,
    description: `${id} disks`,
    ...(index === 0 ? { default: 'true' } : {}),
  }));
}

/** `GET /v2/info/stores`. */
export function infoStores(): Answer {
  return { status: 200, json: { stores: stores() } };
}

/** `GET /v2/info/stores/detail`: for administrators. */
export function infoStoresDetail({ glance, caller }: GlanceRequest): Answer {
  if (!caller.isAdmin) throw forbiddenAction('stores_info_detail');
  const detailed = stores().map((store) => ({
    ...store,
    type: 'file',
    properties: {
      data_dir: glance.store.bytesPath(String(store.id), ''),
      chunk_size: 65536,
      thin_provisioning: false,
    },
  }));
  return { status: 200, json: { stores: detailed } };
}

/** `GET /v2/info/usage`: empty without unified limits. */
export function infoUsage(): Answer {
  return { status: 200, json: { usage: {} } };
}

const text = { type: 'string' };
const member = {
  name: 'member',
  properties: {
    member_id: { ...text, description: 'An identifier for the image member (tenantId)' },
    image_id: { ...imageSchema.properties.id },
    created_at: { ...text, description: 'Date and time of image member creation' },
    updated_at: { ...text, description: 'Date and time of last modification of image member' },
    status: { ...text, description: 'The status of this image member', enum: ['pending', 'accepted', 'rejected'] },
    schema: { readOnly: true, ...text },
  },
};

function collectionOf(name: string, item: object): object {
  return {
    name,
    properties: {
      [name]: { type: 'array', items: item },
      first: text,
      next: text,
      schema: text,
    },
    links: [
      { rel: 'first', href: '{first}' },
      { rel: 'next', href: '{next}' },
      { rel: 'describedby', href: '{schema}' },
    ],
  };
}

/** `GET /v2/schemas/{name}`. */
export function showSchema({ parameters: [name = ''] }: GlanceRequest): Answer {
  if (name === 'image') return { status: 200, json: imageSchema };
  if (name === 'images') return { status: 200, json: collectionOf('images', imageSchema) };
  if (name === 'member') return { status: 200, json: member };
  if (name === 'members') return { status: 200, json: collectionOf('members', member) };
  throw new Refusal(404);
}
