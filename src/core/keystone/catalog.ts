import { Failure } from '../failure.ts';
import { field } from '../http/answers.ts';

/** An image endpoint of the catalog. */
export interface ImageEndpoint {
  readonly region: string;
  /** Root of the Image API v2, without a trailing slash: `https://host/prefix/v2`. */
  readonly url: string;
}

interface CatalogEndpoint extends ImageEndpoint {
  readonly interface: string;
}

/** The image endpoints of a token's catalog, checked. */
export function readCatalog(catalog: unknown): readonly CatalogEndpoint[] {
  if (!Array.isArray(catalog)) return [];
  return catalog
    .filter((service: unknown) => field(service, 'type') === 'image')
    .flatMap((service: unknown) => {
      const endpoints = field(service, 'endpoints');
      return Array.isArray(endpoints) ? endpoints.flatMap(readEndpoint) : [];
    });
}

/** The endpoints of one interface, one for each region; two regions that share an endpoint are one place. */
export function imageEndpoints(catalog: readonly CatalogEndpoint[], wanted: string): readonly ImageEndpoint[] {
  const chosen = new Map<string, ImageEndpoint>();
  for (const { interface: kind, region, url } of catalog) {
    if (kind === wanted && ![...chosen.values()].some((other) => other.url === url || other.region === region)) {
      chosen.set(region, { region, url });
    }
  }
  return [...chosen.values()].sort((a, b) => a.region.localeCompare(b.region));
}

/** The endpoint of one region; the first where no region is named. Throws `no-image-service` that lists what there is. */
export function imageEndpoint(catalog: readonly CatalogEndpoint[], wanted: string, region: string): ImageEndpoint {
  const found = catalog.find(
    (endpoint) => endpoint.interface === wanted && (region === '' || endpoint.region === region),
  );
  if (found !== undefined) return found;
  const there = catalog.map((endpoint) => `${endpoint.region} (${endpoint.interface})`).join(', ');
  const text = `The catalog has no ${wanted} endpoint of an image service in region "${region}".`;
  const next =
    there === ''
      ? 'This cloud offers no image service to the project.'
      : `It has: ${there}. Region names are case sensitive.`;
  throw new Failure('no-image-service', text, { region, next });
}

/** Any spelling of an image endpoint as the root of the API v2: operators write it with and without version and project. */
export function imageRoot(url: string): string {
  const bare = url.replace(/\/+$/, '');
  return `${bare.replace(/\/v2(\.\d+)?(\/[0-9a-f-]{32,36})?$/, '')}/v2`;
}

function readEndpoint(endpoint: unknown): readonly CatalogEndpoint[] {
  const url = field(endpoint, 'url');
  const kind = field(endpoint, 'interface');
  const region = field(endpoint, 'region_id') ?? field(endpoint, 'region');
  if (typeof url !== 'string' || typeof kind !== 'string' || typeof region !== 'string') return [];
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return [];
  return [{ region, url: imageRoot(url), interface: kind.replace(/URL$/, '') }];
}
