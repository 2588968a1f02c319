import { Failure } from '../failure.ts';
import { field } from '../http/answers.ts';

/** An image endpoint of the catalog. */
export interface ImageEndpoint {
  /** Empty where the catalog names none. */
  readonly region: string;
  /** Root of the Image API v2, without a trailing slash: `https://host/prefix/v2`. */
  readonly url: string;
}

/** One line of the catalog. */
export interface CatalogEndpoint extends ImageEndpoint {
  readonly interface: string;
}

/** The image endpoints of a token's catalog, checked; those without a usable address are left out. */
export function readCatalog(catalog: unknown): readonly CatalogEndpoint[] {
  if (!Array.isArray(catalog)) return [];
  return catalog
    .filter((service: unknown) => field(service, 'type') === 'image')
    .flatMap((service: unknown) => {
      const endpoints = field(service, 'endpoints');
      return Array.isArray(endpoints) ? endpoints.flatMap(readEndpoint) : [];
    });
}

/** The endpoints of one interface in the order of their regions; two regions that share an endpoint are one place. */
export function imageEndpoints(catalog: readonly CatalogEndpoint[], wanted: string): readonly ImageEndpoint[] {
  const chosen: ImageEndpoint[] = [];
  const ordered = catalog
    .filter((endpoint) => endpoint.interface === wanted)
    .sort((a, b) => (a.region < b.region ? -1 : a.region > b.region ? 1 : 0));
  for (const { region, url } of ordered) {
    if (!chosen.some((other) => other.url === url || other.region === region)) chosen.push({ region, url });
  }
  return chosen;
}

/** The endpoint of one region; the first region's where none is named. Throws `no-image-service` that lists what there is. */
export function imageEndpoint(catalog: readonly CatalogEndpoint[], wanted: string, region: string): ImageEndpoint {
  const found =
    region === ''
      ? imageEndpoints(catalog, wanted)[0]
      : catalog.find((endpoint) => endpoint.interface === wanted && endpoint.region === region);
  if (found !== undefined) return found;
  const where = region === '' ? '' : ` in region "${region}"`;
  const there = catalog.map((endpoint) => `${endpoint.region || 'no region'} (${endpoint.interface})`).join(', ');
  const next =
    there === ''
      ? 'This cloud offers the project no image service; a login without a project gets no catalog.'
      : `It has: ${there}. Region names are case sensitive.`;
  throw new Failure('no-image-service', `The catalog has no ${wanted} endpoint of an image service${where}.`, {
    next,
    ...(region === '' ? {} : { region }),
  });
}

/** Any spelling of an image endpoint as the root of the API v2: operators write it with and without version and project. */
export function imageRoot(url: string): string {
  const bare = url
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\/(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i, '');
  return `${bare.replace(/\/v[12](\.\d+)?$/, '')}/v2`;
}

function readEndpoint(endpoint: unknown): readonly CatalogEndpoint[] {
  const url = field(endpoint, 'url');
  const kind = field(endpoint, 'interface');
  const region = field(endpoint, 'region_id') ?? field(endpoint, 'region') ?? '';
  if (typeof url !== 'string' || typeof kind !== 'string' || typeof region !== 'string') return [];
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return [];
  return [{ region, url: imageRoot(url), interface: kind.replace(/URL$/, '') }];
}
