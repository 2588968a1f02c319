import { Failure } from '../../failure.ts';
import { field, parseJson, type Answered } from '../../http/answers.ts';
import { pathSegment, type GlanceRequests } from './glance-requests.ts';
import { parseStores, type Store, type StoreService } from '../stores.ts';

/** The stores of one region. */
export class StoreClient implements StoreService {
  readonly #requests: GlanceRequests;

  constructor(requests: GlanceRequests) {
    this.#requests = requests;
  }

  async list(signal?: AbortSignal): Promise<readonly Store[] | undefined> {
    const what = 'Listing the stores failed';
    const request = { method: 'GET', path: '/info/stores', ok: [200, 404], signal } as const;
    const { answer, requestId } = await this.#requests.send(what, request);
    const body = parseJson(answer.body);
    if (answer.status === 404) {
      // "Multi backend is not supported at this site". A web server without Glance answers 404 differently.
      if (field(body, 'message') !== undefined) return undefined;
      throw this.#requests.refusal(answer, what, requestId);
    }
    try {
      return parseStores(body);
    } catch (error) {
      throw this.#requests.locate(error, requestId);
    }
  }

  async remove(id: string, store: string, signal?: AbortSignal): Promise<Answered<void>> {
    const what = `Deleting the data of the image ${id} from the store ${store} failed`;
    const path = `/stores/${pathSegment(store)}/${pathSegment(id)}`;
    try {
      const { answer, requestId } = await this.#requests.send(what, {
        method: 'DELETE',
        path,
        ok: [204, 409],
        signal,
      });
      if (answer.status !== 409) return { value: undefined, requestId };
      const { message } = this.#requests.refusal(answer, what, requestId);
      throw new Failure('image-in-use', message, {
        status: 409,
        requestId,
        region: this.#requests.region,
        next: 'Delete the servers or volumes that use it there first.',
      });
    } catch (error) {
      if (!Failure.is(error, 'image-not-found')) throw error;
      return { value: undefined, requestId: error.requestId ?? '' };
    }
  }
}
