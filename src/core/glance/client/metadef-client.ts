import { Failure } from '../../failure.ts';
import { field, parseJson } from '../../http/answers.ts';
import { pathSegment, type GlanceRequests } from './glance-requests.ts';
import { namespaceNames, namespaceProperties, type MetadefService, type PropertyDefinition } from '../metadefs.ts';

const IMAGES = 'OS::Glance::Image';
/** Namespaces requested at once. */
const AT_ONCE = 4;
/** Most namespaces. A cloud has some dozens; a longer list is taken for endless. */
const PAGES_AT_MOST = 20;

/** The metadata definitions of one region. */
export class MetadefClient implements MetadefService {
  readonly #requests: GlanceRequests;

  constructor(requests: GlanceRequests) {
    this.#requests = requests;
  }

  async imageProperties(signal?: AbortSignal): Promise<readonly PropertyDefinition[]> {
    const names = (await this.#namespaces(signal)).values();
    const found = new Map<string, PropertyDefinition>();
    const work = async (): Promise<void> => {
      for (const name of names)
        for (const each of await this.#propertiesOf(name, signal))
          found.set(each.name, joined(found.get(each.name), each));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async #namespaces(signal: AbortSignal | undefined): Promise<readonly string[]> {
    const names: string[] = [];
    let marker: string | undefined;
    for (let page = 0; page < PAGES_AT_MOST; page += 1) {
      const query = new URLSearchParams({ resource_types: IMAGES, limit: '100', ...(marker && { marker }) });
      const path = `/metadefs/namespaces?${query.toString()}`;
      const body = await this.#read('Listing the metadata definitions failed', path, [200, 403, 404], signal);
      const found = namespaceNames(body);
      names.push(...found);
      marker = found.at(-1);
      if (marker === undefined || field(body, 'next') === undefined) break;
    }
    return [...new Set(names)];
  }

  /** With the resource type, Glance returns names with the prefix for images. */
  async #propertiesOf(name: string, signal: AbortSignal | undefined): Promise<readonly PropertyDefinition[]> {
    const query = new URLSearchParams({ resource_type: IMAGES });
    const path = `/metadefs/namespaces/${pathSegment(name)}?${query.toString()}`;
    return namespaceProperties(
      // Deleted or hidden meanwhile: skip it.
      await this.#read(`Reading the metadata definitions "${name}" failed`, path, [200, 403, 404], signal),
    );
  }

  async #read(what: string, path: string, ok: readonly number[], signal: AbortSignal | undefined): Promise<unknown> {
    const { answer } = await this.#requests.send(what, { method: 'GET', path, ok, signal });
    if (answer.status !== 200) return undefined;
    const body = parseJson(answer.body);
    if (body !== undefined) return body;
    throw new Failure('glance-unusable', `${what}: the answer is not JSON.`, { region: this.#requests.region });
  }
}

/** Several namespaces may describe one property: their values are merged. */
function joined(one: PropertyDefinition | undefined, other: PropertyDefinition): PropertyDefinition {
  if (one === undefined) return other;
  const values = one.values.length === 0 || other.values.length === 0 ? [] : [...one.values, ...other.values];
  return { ...one, values: [...new Set(values)], namespace: `${one.namespace}, ${other.namespace}` };
}
