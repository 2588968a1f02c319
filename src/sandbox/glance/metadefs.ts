import { type Caller, isOutside } from './access.ts';
import { type Answer, Refusal } from '../http/answers.ts';
import type { GlanceRequest } from './request.ts';

/** A namespace of metadata definitions, with `properties` without their prefix. */
interface Namespace {
  readonly namespace: string;
  readonly display_name: string;
  readonly description: string;
  readonly prefix?: string;
  readonly properties: Readonly<Record<string, object>>;
}

/** The time at which they count as loaded. */
const loaded = '2026-01-01T00:00:00Z';
const images = 'OS::Glance::Image';

/** Some of Glance's standard namespaces, in our own words, sorted by name. */
const namespaces: readonly Namespace[] = [
  {
    namespace: 'OS::Cinder::Volumetype',
    display_name: 'Cinder Volume Type',
    description: 'Which volumes are made of an image.',
    properties: {
      cinder_img_volume_type: {
        type: 'string',
        title: 'Image Volume Type',
        description: 'Volume type of volumes that are made of the image.',
      },
    },
  },
  {
    namespace: 'OS::Compute::CPUPinning',
    display_name: 'CPU Pinning',
    description: 'Whether virtual processors keep to processors of the host.',
    prefix: 'hw_',
    properties: {
      cpu_policy: {
        type: 'string',
        title: 'CPU Pinning policy',
        description: 'Whether processors are pinned.',
        enum: ['shared', 'dedicated'],
      },
      cpu_thread_policy: {
        type: 'string',
        title: 'CPU Thread Pinning Policy.',
        description: 'How pinned processors share the threads of a core.',
        enum: ['isolate', 'prefer', 'require'],
      },
    },
  },
];

/** `GET /v2/metadefs/namespaces`, filtered by `resource_types`, paged by `limit` and `marker`. */
export function listNamespaces({ caller, exchange }: GlanceRequest): Answer {
  mustSee(caller);
  const { query } = exchange;
  const wanted = query.get('resource_types')?.split(',');
  const all = wanted === undefined || wanted.includes(images) ? namespaces : [];
  const marker = query.get('marker');
  const after = marker === null ? all : all.slice(all.findIndex(({ namespace }) => namespace === marker) + 1);
  const limit = Number(query.get('limit') ?? '25');
  const page = after.slice(0, limit);
  const path = '/v2/metadefs/namespaces';
  const first = pathWith(path, query, undefined);
  const next = after.length > limit ? { next: pathWith(path, query, page.at(-1)?.namespace) } : {};
  return {
    status: 200,
    json: { namespaces: page.map(described), first, ...next, schema: '/v2/schemas/metadefs/namespaces' },
  };
}

/** `GET /v2/metadefs/namespaces/{name}`: with its properties, prefixed for the resource of `resource_type`. */
export function showNamespace({ caller, exchange, parameters: [name = ''] }: GlanceRequest): Answer {
  mustSee(caller);
  const found = namespaces.find(({ namespace }) => namespace === name);
  if (found === undefined) throw new Refusal(404, `Metadata definition namespace=${name} was not found.`);
  const prefix = exchange.query.get('resource_type') === images ? (found.prefix ?? '') : '';
  const properties = Object.entries(found.properties).map(([each, property]) => [`${prefix}${each}`, property]);
  return { status: 200, json: { ...described(found), properties: Object.fromEntries(properties) as object } };
}

function mustSee(caller: Caller): void {
  if (isOutside(caller)) throw new Refusal(404);
}

function described({ namespace, display_name, description, prefix }: Namespace): object {
  return {
    namespace,
    display_name,
    description,
    visibility: 'public',
    protected: true,
    owner: 'admin',
    created_at: loaded,
    resource_type_associations: [{ name: images, ...(prefix === undefined ? {} : { prefix }), created_at: loaded }],
    self: `/v2/metadefs/namespaces/${namespace}`,
    schema: '/v2/schemas/metadefs/namespace',
  };
}

function pathWith(path: string, query: URLSearchParams, marker: string | undefined): string {
  const kept = new URLSearchParams([...query].filter(([name]) => name !== 'marker'));
  if (marker !== undefined) kept.set('marker', marker);
  const text = kept.toString();
  return text === '' ? path : `${path}?${text}`;
}
