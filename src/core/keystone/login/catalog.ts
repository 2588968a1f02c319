import { Failure } from '../../failure.ts';
import { field } from '../../http/answers.ts';
import { withoutTrailingSlashes } from '../../http/addresses.ts';

/** An image endpoint of the catalog. */
export interface ImageEndpoint {
  /** Empty if the catalog names none. */
  readonly region: string;
  /** Root of the Image API v2, without a trailing slash: `https://host/prefix/v2`. */
  readonly url: string;
}

/** One endpoint of the catalog. */
export interface CatalogEndpoint extends ImageEndpoint {
  readonly interface: string;
}

/** Type and name of the image service; any name if omitted. */
export interface ImageService {
  readonly type?: string;
  readonly name?: string;
}

/** The image endpoints of a token's catalog, checked; those without a usable URL are left out. */
export function readCatalog(catalog: unknown, service: ImageService = {}): readonly CatalogEndpoint[] {
  const { type = 'image', name } = service;
  if (!Array.isArray(catalog)) return [];
  return catalog
    .filter((each: unknown) => field(each, 'type') === type)
    .filter((each: unknown) => name === undefined || field(each, 'name') === name)
    .flatMap((service: unknown) => {
      const endpoints = field(service, 'endpoints');
      return Array.isArray(endpoints) ? endpoints.flatMap(readEndpoint) : [];
    });
}

/**
 * The endpoints of the catalog in the order of their regions. Regions that share an endpoint are one place.
 * @param wanted interfaces, in order of preference
 */
export function imageEndpoints(
  catalog: readonly CatalogEndpoint[],
  wanted: readonly string[],
): readonly ImageEndpoint[] {
  const chosen: ImageEndpoint[] = [];
  const ordered = preferred(catalog, wanted).sort((a, b) => (a.region < b.region ? -1 : a.region > b.region ? 1 : 0));
  for (const { region, url } of ordered) {
    if (!chosen.some((other) => other.url === url || other.region === region)) chosen.push({ region, url });
  }
  return chosen;
}

/** The endpoint of one region, or of the first if none is named. Throws `no-image-service`, which lists the regions. */
export function imageEndpoint(
  catalog: readonly CatalogEndpoint[],
  wanted: readonly string[],
  region: string,
): ImageEndpoint {
  const found =
    region === ''
      ? imageEndpoints(catalog, wanted)[0]
      : preferred(catalog, wanted).find((endpoint) => endpoint.region === region);
  if (found !== undefined) return found;
  const where = region === '' ? '' : ` in region "${region}"`;
  const there = catalog.map((endpoint) => `${endpoint.region || 'no region'} (${endpoint.interface})`).join(', ');
  const next =
    there === ''
      ? 'The catalog has no image service for this project. A login without a project gets no catalog.'
      : `It has: ${there}. Region names are case-sensitive.`;
  throw new Failure(
    'no-image-service',
    `The catalog has no ${wanted.join(' or ')} endpoint for an image service${where}.`,
    {
      next,
      ...(region === '' ? {} : { region }),
    },
  );
}

/** Those of the first interface, then those of the next. */
function preferred(catalog: readonly CatalogEndpoint[], wanted: readonly string[]): CatalogEndpoint[] {
  return wanted.flatMap((kind) => catalog.filter((endpoint) => endpoint.interface === kind));
}

/** The root of the API v2 of an image endpoint: operators write endpoints with and without version and project, users paste the address of the list of images. */
export function imageRoot(url: string): string {
  const bare = withoutTrailingSlashes(url.split(/[?#]/, 1)[0] ?? '').replace(
    /\/(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i,
    '',
  );
  return `${bare.replace(/\/v[12](\.\d+)?(\/images)?$/, '')}/v2`;
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
