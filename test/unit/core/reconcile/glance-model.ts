import { createHash, randomUUID } from 'node:crypto';
import { Failure } from '../../../../src/core/failure.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import type {
  ImageService,
  ImageUpload,
  ListQuery,
  NewImage,
  PatchOperation,
  UploadOptions,
} from '../../../../src/core/glance/service.ts';
import type { MemberService } from '../../../../src/core/glance/members.ts';
import { ModelMembers, ModelStores, type ModelSharingMethod } from './glance-model-sharing.ts';
import type { Answered } from '../../../../src/core/http/answers.ts';

/** One call to the model, before it is carried out. */
export interface ModelCall {
  readonly method:
    | 'list'
    | 'find'
    | 'create'
    | 'patch'
    | 'upload'
    | 'write'
    | 'finish'
    | 'delete'
    | 'deactivate'
    | 'reactivate'
    | ModelSharingMethod;
  readonly id?: string;
}

/** A client that never stops asking fails its test before it fills the memory. */
const CALLS_AT_MOST = 5000;

/** Glance's rules for one region, in memory: what the engine relies on and nothing else. */
export class GlanceModel implements ImageService {
  readonly region: string;
  readonly project: string;
  readonly images = new Map<string, LiveImage>();
  readonly deleted = new Set<string>();
  /** Who images are shared with. */
  readonly sharing: ModelMembers;
  /** As the owner sees and changes them. */
  readonly members: MemberService;
  readonly stores: ModelStores;
  readonly imports: ModelStores;
  readonly calls: ModelCall[] = [];
  /** ms, of each upload. */
  readonly stallTimeouts: (number | undefined)[] = [];
  /** Called before each call; a throw is the call's outcome. */
  before: (call: ModelCall) => void = () => undefined;
  /** What the cloud makes of the bytes it stores. */
  store: (bytes: Buffer, image: LiveImage) => Partial<LiveImage> = storedFacts;
  /** Whether an operator protects the properties that begin with `glance_images.`, as property protections of Glance do. */
  protectsMarks = false;
  #clock = Date.UTC(2026, 0, 1);

  constructor(region = 'RegionOne', project = 'project-1') {
    this.region = region;
    this.project = project;
    const shared = {
      images: this.images,
      call: (method: ModelSharingMethod, id?: string) => this.#call({ method, ...(id === undefined ? {} : { id }) }),
      keep: (image: LiveImage) => void this.#answer({ ...image, updated_at: this.#now() }),
      store: (bytes: Buffer, image: LiveImage) => this.store(bytes, image),
    };
    this.sharing = new ModelMembers(shared);
    this.members = this.sharing.as(project);
    this.stores = this.imports = new ModelStores(shared);
  }

  /** Puts an image there, as somebody else made it. */
  add(image: Partial<LiveImage>): LiveImage {
    const made: LiveImage = { ...blank(this.#now()), owner: this.project, id: randomUUID(), ...image };
    this.images.set(made.id, made);
    return made;
  }

  /** Images that a user finds under a name. */
  visible(name: string): readonly LiveImage[] {
    return [...this.images.values()].filter((image) => image.name === name && !image.os_hidden);
  }

  async *list(query: ListQuery = {}): AsyncIterable<readonly LiveImage[]> {
    await this.#call({ method: 'list' });
    yield [...this.images.values()].filter(
      (image) =>
        image.os_hidden === (query.hidden ?? false) &&
        (query.owner === undefined || image.owner === query.owner) &&
        (query.name === undefined || image.name === query.name) &&
        Object.entries(query.parameters ?? {}).every(([name, value]) => image.properties[name] === value),
    );
  }

  async get(id: string): Promise<LiveImage> {
    const image = await this.find(id);
    if (image === undefined) throw new Failure('image-not-found', `No image ${id}.`, { status: 404 });
    return image;
  }

  async find(id: string): Promise<LiveImage | undefined> {
    await this.#call({ method: 'find', id });
    return this.images.get(id);
  }

  async create(image: NewImage): Promise<Answered<LiveImage>> {
    await this.#call({ method: 'create', id: image.id });
    if (this.images.has(image.id) || this.deleted.has(image.id))
      throw new Failure('id-taken', 'taken', { status: 409 });
    this.#protect(Object.keys(image.properties));
    const { tags, ...rest } = image;
    return this.#answer({ ...blank(this.#now()), ...rest, owner: this.project, tags: tags ?? [] });
  }

  async patch(id: string, operations: readonly PatchOperation[]): Promise<Answered<LiveImage>> {
    const image = await this.get(id);
    if (operations.length === 0) return { value: image, requestId: '' };
    await this.#call({ method: 'patch', id });
    this.#protect(operations.map(({ path }) => path));
    return this.#answer({ ...operations.reduce(patched, image), updated_at: this.#now() });
  }

  async upload(id: string, size: number, options: UploadOptions = {}): Promise<ImageUpload> {
    this.stallTimeouts.push(options.stallTimeout);
    await this.#call({ method: 'upload', id });
    const image = await this.get(id);
    if (image.status !== 'queued') throw new Failure('conflict', `from ${image.status} to saving`, { status: 409 });
    const pieces: Buffer[] = [];
    this.#answer({ ...image, status: 'saving' });
    const cut = (): void => {
      const now = this.images.get(id);
      if (now?.status === 'saving') this.#answer({ ...now, status: 'queued' });
    };
    return {
      refused: new Promise<never>(() => undefined),
      write: async (piece) => {
        await this.#call({ method: 'write', id });
        pieces.push(Buffer.from(piece));
      },
      finish: async () => {
        const bytes = Buffer.concat(pieces);
        if (bytes.length !== size) cut();
        await this.#call({ method: 'finish', id });
        this.#answer({
          ...(await this.get(id)),
          status: 'active',
          ...this.store(bytes, image),
          server: this.stores.taking(options.store),
          updated_at: this.#now(),
        });
        return 'req-upload';
      },
      destroy: cut,
    };
  }

  async delete(id: string): Promise<Answered<void>> {
    await this.#call({ method: 'delete', id });
    if (this.images.get(id)?.protected === true) throw new Failure('image-protected', 'protected', { status: 403 });
    this.images.delete(id);
    this.deleted.add(id);
    return { value: undefined, requestId: 'req-delete' };
  }

  async deactivate(id: string): Promise<Answered<void>> {
    return this.#move(id, 'deactivate', 'active', 'deactivated');
  }

  async reactivate(id: string): Promise<Answered<void>> {
    return this.#move(id, 'reactivate', 'deactivated', 'active');
  }

  async #move(id: string, method: 'deactivate' | 'reactivate', from: string, to: string): Promise<Answered<void>> {
    await this.#call({ method, id });
    const image = await this.get(id);
    if (image.status !== from && image.status !== to)
      throw new Failure('forbidden', `not allowed from ${image.status}`, { status: 403 });
    return { value: undefined, requestId: this.#answer({ ...image, status: to }).requestId };
  }

  #protect(names: readonly string[]): void {
    const [first] = names.filter((name) => this.protectsMarks && name.startsWith('glance_images.'));
    if (first !== undefined) throw new Failure('forbidden', `Attribute '${first}' is reserved.`, { status: 403 });
  }

  async #call(call: ModelCall): Promise<void> {
    this.calls.push(call);
    await Promise.resolve();
    if (this.calls.length > CALLS_AT_MOST) throw new Error(`Glance was called more than ${CALLS_AT_MOST} times.`);
    this.before(call);
  }

  #answer(image: LiveImage): Answered<LiveImage> {
    this.images.set(image.id, image);
    return { value: image, requestId: `req-${String(this.calls.length)}` };
  }

  #now(): string {
    this.#clock += 1000;
    return new Date(this.#clock).toISOString();
  }
}

/** What Glance reports of bytes that it stores as they came. */
export function storedFacts(bytes: Buffer): Partial<LiveImage> {
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return { size: bytes.length, checksum: digest('md5'), os_hash_algo: 'sha512', os_hash_value: digest('sha512') };
}

function blank(now: string): LiveImage {
  return {
    id: '',
    name: null,
    status: 'queued',
    visibility: 'shared',
    owner: null,
    container_format: null,
    disk_format: null,
    size: null,
    virtual_size: null,
    checksum: null,
    os_hash_algo: null,
    os_hash_value: null,
    min_disk: 0,
    min_ram: 0,
    protected: false,
    os_hidden: false,
    tags: [],
    created_at: now,
    updated_at: now,
    properties: {},
    server: {},
  };
}

const ATTRIBUTES = new Set([
  'name',
  'visibility',
  'min_disk',
  'min_ram',
  'protected',
  'os_hidden',
  'tags',
  'disk_format',
  'container_format',
]);

function patched(image: LiveImage, operation: PatchOperation): LiveImage {
  const { path } = operation;
  if (operation.op !== 'remove' && ATTRIBUTES.has(path)) {
    if (path.endsWith('_format') && image.status !== 'queued')
      throw new Failure('forbidden', 'only for a queued image', { status: 403 });
    return { ...image, [path]: operation.value };
  }
  if (operation.op === 'remove') {
    if (!Object.hasOwn(image.properties, path)) throw new Failure('conflict', `no property ${path}`, { status: 409 });
    const { [path]: _gone, ...properties } = image.properties;
    return { ...image, properties };
  }
  if (typeof operation.value !== 'string')
    throw new Failure('invalid-request', `${path} is not a string`, { status: 400 });
  return { ...image, properties: { ...image.properties, [path]: operation.value } };
}
