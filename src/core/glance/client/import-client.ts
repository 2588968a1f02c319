import { parseJson, type Answered } from '../../http/answers.ts';
import { imagePath, type GlanceAnswer, type GlanceRequests } from './glance-requests.ts';
import { parseMethods, parseTasks, type ImageTask, type ImportOptions, type ImportService } from '../imports.ts';

/** The import API of one region. */
export class ImportClient implements ImportService {
  readonly #requests: GlanceRequests;

  constructor(requests: GlanceRequests) {
    this.#requests = requests;
  }

  async methods(signal?: AbortSignal): Promise<readonly string[]> {
    const request = { method: 'GET', path: '/info/import', ok: [200], signal } as const;
    return this.#parsed(await this.#requests.send('Reading the import methods failed', request), parseMethods);
  }

  async start(id: string, options: ImportOptions): Promise<Answered<void>> {
    const { method, stores, allStoresMustSucceed, signal } = options;
    const body = {
      method,
      ...(stores === undefined ? {} : stores === 'all' ? { all_stores: true } : { stores }),
      ...(allStoresMustSucceed === undefined ? {} : { all_stores_must_succeed: allStoresMustSucceed }),
    };
    const what =
      method.name === 'copy-image'
        ? `Copying the data of the image ${id} to ${named(stores)} failed`
        : `Importing the image ${id} failed`;
    const { requestId } = await this.#requests.send(what, {
      method: 'POST',
      path: `${imagePath(id)}/import`,
      body: JSON.stringify(body),
      ok: [202],
      signal,
    });
    return { value: undefined, requestId };
  }

  async tasks(id: string, signal?: AbortSignal): Promise<readonly ImageTask[]> {
    const what = `Reading the tasks of the image ${id} failed`;
    const request = { method: 'GET', path: `${imagePath(id)}/tasks`, ok: [200], signal } as const;
    return this.#parsed(await this.#requests.send(what, request), parseTasks);
  }

  #parsed<Value>({ answer, requestId }: GlanceAnswer, parse: (value: unknown) => Value): Value {
    try {
      return parse(parseJson(answer.body));
    } catch (error) {
      throw this.#requests.locate(error, requestId);
    }
  }
}

function named(stores: ImportOptions['stores']): string {
  if (stores === undefined) return 'the default store';
  if (stores === 'all') return 'all stores';
  return `the ${stores.length === 1 ? 'store' : 'stores'} ${stores.join(', ')}`;
}
