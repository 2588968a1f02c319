import { Failure } from '../../../../src/core/failure.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import type { ImageTask, ImportOptions, ImportService } from '../../../../src/core/glance/imports.ts';
import type { ImageMember, MemberService, MemberStatus } from '../../../../src/core/glance/members.ts';
import { storesOf, type Store, type StoreService } from '../../../../src/core/glance/stores.ts';
import type { Answered } from '../../../../src/core/http/answers.ts';

/** What members, stores and imports of the model need of its images. */
export interface ModelImages {
  readonly images: ReadonlyMap<string, LiveImage>;
  /** Tells the test, which may make it fail. */
  call(method: ModelSharingMethod, id?: string): Promise<void>;
  /** Keeps an image. */
  keep(image: LiveImage): void;
  /** What the cloud makes of bytes that it fetched. */
  store(bytes: Buffer, image: LiveImage): Partial<LiveImage>;
}

export type ModelSharingMethod =
  | 'members'
  | 'add member'
  | 'remove member'
  | 'set status'
  | 'stores'
  | 'remove from store'
  | 'copy'
  | 'methods'
  | 'import'
  | 'tasks';

/** Glance's rules for members: only shared images have any, the owner invites, the member answers. */
export class ModelMembers {
  /** By image, the status of each project. They stay while the image is not shared. */
  readonly all = new Map<string, Map<string, MemberStatus>>();
  readonly #images: ModelImages;

  constructor(images: ModelImages) {
    this.#images = images;
  }

  /** What a project's status is on an image. */
  status(id: string | undefined, project: string): MemberStatus | undefined {
    return this.all.get(id ?? '')?.get(project);
  }

  /** The members as one project sees and changes them. */
  as(project: string): MemberService {
    const shared = (id: string): LiveImage => {
      const image = this.#images.images.get(id);
      const seen = image?.owner === project || this.all.get(id)?.has(project) === true;
      if (image === undefined || !seen) throw new Failure('image-not-found', `No image ${id}.`, { status: 404 });
      if (image.visibility !== 'shared')
        throw new Failure('forbidden', 'Only shared images have members.', { status: 403 });
      return image;
    };
    const owned = (id: string): void => {
      if (shared(id).owner !== project) throw new Failure('forbidden', 'not yours', { status: 403 });
    };
    const of = (id: string): Map<string, MemberStatus> => this.all.get(id) ?? new Map<string, MemberStatus>();
    return {
      list: async (id): Promise<readonly ImageMember[]> => {
        await this.#images.call('members', id);
        const own = shared(id).owner === project;
        return [...of(id)]
          .filter(([each]) => own || each === project)
          .map(([each, status]) => ({ project: each, status }));
      },
      add: async (id, member) => {
        await this.#images.call('add member', id);
        owned(id);
        const status = of(id).get(member) ?? 'pending';
        this.all.set(id, of(id).set(member, status));
        return answered({ project: member, status });
      },
      remove: async (id, member) => {
        await this.#images.call('remove member', id);
        owned(id);
        of(id).delete(member);
        return answered(undefined);
      },
      setStatus: async (id, member, status) => {
        await this.#images.call('set status', id);
        if (shared(id).owner === project || member !== project)
          throw new Failure('forbidden', 'Not allowed to update members', { status: 403 });
        this.all.set(id, of(id).set(member, status));
        return answered({ project: member, status });
      },
    };
  }
}

/** Two stores, and an administrator's right to copy between them. */
export class ModelStores implements StoreService, ImportService {
  /** `undefined`: a cloud with one store, which has no name. */
  known: readonly Store[] | undefined = [store('fast', true), store('slow', false)];
  /** Whether this login may copy. */
  mayCopy = true;
  /** Stores that take no copy. */
  readonly broken = new Set<string>();
  /** What Glance finds on the web, by address. */
  readonly web = new Map<string, Buffer>();
  importMethods: readonly string[] = ['glance-direct', 'web-download', 'copy-image'];
  /** Whether imports go on until `end`, instead of ending at once. */
  held = false;
  readonly #running = new Map<string, () => void>();
  readonly #tasks = new Map<string, readonly ImageTask[]>();
  readonly #images: ModelImages;

  constructor(images: ModelImages) {
    this.#images = images;
  }

  /** The store that an upload goes to. */
  taking(asked: string | undefined): Readonly<Record<string, unknown>> {
    const stores = asked ?? this.known?.find(({ isDefault }) => isDefault)?.id;
    return stores === undefined ? {} : { stores };
  }

  async list(): Promise<readonly Store[] | undefined> {
    await this.#images.call('stores');
    return this.known;
  }

  async remove(id: string, from: string): Promise<Answered<void>> {
    await this.#images.call('remove from store', id);
    const image = this.#get(id);
    const left = storesOf(image).filter((each) => each !== from);
    if (left.length === 0) throw new Failure('forbidden', 'the only store containing it', { status: 403 });
    this.#images.keep({ ...image, server: { ...image.server, stores: left.join(',') } });
    return answered(undefined);
  }

  async methods(): Promise<readonly string[]> {
    await this.#images.call('methods');
    return this.importMethods;
  }

  async start(id: string, options: ImportOptions): Promise<Answered<void>> {
    const { method, stores = [] } = options;
    if (method.name === 'web-download') return this.#download(id, method.uri, options);
    await this.#images.call('copy', id);
    if (stores === 'all') throw new Error('The model copies to named stores only.');
    if (!this.mayCopy)
      throw new Failure('forbidden', 'You are not authorized to complete copy_image action.', { status: 403 });
    const image = this.#get(id);
    if (image.status !== 'active') throw new Failure('conflict', 'Only images with status active', { status: 409 });
    const took = stores.filter((each) => !this.broken.has(each));
    const server = {
      ...image.server,
      stores: [...storesOf(image), ...took].join(','),
      os_glance_failed_import: stores.filter((each) => this.broken.has(each)).join(','),
    };
    this.#images.keep({ ...image, server });
    return answered(undefined);
  }

  async tasks(id: string): Promise<readonly ImageTask[]> {
    await this.#images.call('tasks', id);
    return this.#tasks.get(id) ?? [];
  }

  /** Ends the import of an image that `held` holds, as Glance does: `failure` puts it back to queued. */
  end(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) throw new Error(`Nothing is imported into ${id}.`);
    this.#running.delete(id);
    running();
  }

  /** The ids of images that Glance is at work on. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  async #download(id: string, uri: string, { stores, allStoresMustSucceed }: ImportOptions): Promise<Answered<void>> {
    await this.#images.call('import', id);
    const image = this.#get(id);
    if (image.status !== 'queued' || image.server.os_glance_import_task !== undefined)
      throw new Failure('conflict', 'Image needs to be in queued state', { status: 409 });
    const server = { ...image.server, os_glance_import_task: `task of ${id}` };
    this.#images.keep({ ...image, server });
    this.tell(id, 'pending');
    this.#running.set(id, () => this.#finish(id, uri, stores ?? [], allStoresMustSucceed ?? true));
    if (!this.held) this.end(id);
    return answered(undefined);
  }

  #finish(id: string, uri: string, stores: readonly string[] | 'all', allMust: boolean): void {
    const image = this.#images.images.get(id);
    if (image === undefined) return;
    const { os_glance_import_task: _lock, ...server } = image.server;
    const bytes = this.web.get(uri);
    const asked: readonly string[] = stores === 'all' || stores.length === 0 ? [this.#byDefault()] : stores;
    const took = asked.filter((each) => !this.broken.has(each));
    if (bytes === undefined || took.length === 0 || (allMust && took.length < asked.length)) {
      this.tell(id, 'failure', 'Task failed due to Internal Error');
      this.#images.keep({ ...image, status: 'queued', server });
      return;
    }
    this.tell(id, 'success', 'Copied 0 MiB');
    const failed = asked.filter((each) => this.broken.has(each)).join(',');
    const known = this.known === undefined ? {} : { stores: took.join(','), os_glance_failed_import: failed };
    const facts = this.#images.store(bytes, image);
    this.#images.keep({ ...image, status: 'active', ...facts, server: { ...server, ...known } });
  }

  /** What Glance says of the task of an image. */
  tell(id: string, status: string, message = '', updatedAt = ''): void {
    this.#tasks.set(id, [{ id: `task of ${id}`, status, message, createdAt: '', updatedAt }]);
  }

  #byDefault(): string {
    return this.known?.find(({ isDefault }) => isDefault)?.id ?? '';
  }

  #get(id: string): LiveImage {
    const image = this.#images.images.get(id);
    if (image === undefined) throw new Failure('image-not-found', `No image ${id}.`, { status: 404 });
    return image;
  }
}

function store(id: string, isDefault: boolean): Store {
  return { id, description: `${id} disks`, isDefault, readOnly: false };
}

function answered<Value>(value: Value): Answered<Value> {
  return { value, requestId: 'req-sharing' };
}
