import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPRESSIONS, randomContent, type Content, type Format } from './contents.ts';
import type { Random } from '../host/random.ts';
import type { Web } from './cloud/web.ts';

/** What a definition served with when all was calm. */
export interface Served {
  readonly id: string;
}

type Source = 'file' | 'url' | 'url with checksum' | 'web download';

/** What definitions are made for. */
export interface Surroundings {
  readonly project: string;
  readonly web: Web;
  readonly regions: readonly string[];
  /** Id of the project that images are shared with. */
  readonly member: string;
  /** As definitions have them. */
  readonly timeouts: { readonly create: string; readonly stall: string };
}

/** One definition over its life: what it says, every source that it ever had, and what it served with. */
export class Slot {
  readonly number: number;
  readonly file: string;
  /** SHA-512 of all bytes that an image of this definition may hold. */
  readonly accepted = new Set<string>();
  /** By region. */
  readonly served = new Map<string, Served>();
  /** Replaced images that are to stay, by `region/id`. */
  readonly kept = new Map<string, { readonly region: string; readonly sha512: string }>();
  /** Every `on_replace` since all was calm last. */
  readonly onReplace = new Set<string>();
  /** Regions in which the program itself took away what served, in this round. */
  readonly robbed = new Set<string>();
  /** Whether it was rolled back in this round, so that an image that was to stay serves again, and may be replaced. */
  rolledBack = false;
  /** Whether its source is without bytes, so that it can't be applied. */
  emptied = false;
  definition: Record<string, unknown>;
  readonly #around: Surroundings;
  readonly #format: Format;
  #source: Source;
  #content: Content;

  constructor(number: number, seed: string, random: Random, around: Surroundings) {
    this.number = number;
    this.file = `torture-${String(number)}.image.jsonc`;
    this.#around = around;
    this.#format = random.pick(['raw', 'raw', 'qcow2']);
    this.#source = random.pick(['file', 'file', 'url', 'url with checksum', 'web download']);
    this.#content = this.#newContent(random);
    const identity = random.pick([{}, { key: `torture-${seed}-${String(number)}` }, { image_id: random.uuid() }]);
    this.definition = {
      name: `Torture ${seed} ${String(number)}`,
      ...identity,
      container_format: 'bare',
      // Sources are cut to any size, and few bytes are no disk.
      inspect: false,
      disk_format: this.#format,
      regions: random.some(around.regions),
      timeouts: around.timeouts,
    };
  }

  get key(): string {
    const { key, image_id: id, name } = this.definition;
    return String(key ?? id ?? name);
  }

  get name(): string {
    return String(this.definition.name);
  }

  get regions(): readonly string[] {
    return this.definition.regions as readonly string[];
  }

  /** Its `on_replace`. */
  get whenReplaced(): string {
    const { on_replace: said } = this.definition;
    return typeof said === 'string' ? said : 'hide';
  }

  get content(): Content {
    return this.#content;
  }

  get sourceFile(): string {
    return join(this.#around.project, `torture-${String(this.number)}.img`);
  }

  /** Whether Glance fetches the source itself. */
  get isFetchedByGlance(): boolean {
    return this.#source === 'web download';
  }

  /** Changes its source or its arguments; returns in words what it did. Nothing is written yet. */
  mutate(random: Random): string {
    const change = random.pick<(random: Random) => string>([
      (r) => this.#changeContent(r),
      (r) => this.#changeContent(r),
      (r) => this.#changeContent(r),
      (r) => this.#changeSource(r),
      (r) => this.#set('tags', r.chance(0.2) ? undefined : r.some(['lts', 'gpu', 'a b', 'Ünï'])),
      (r) => this.#set('properties', randomProperties(r)),
      (r) => this.#set('min_disk_gb', r.pick([undefined, 0, 1, 7])),
      (r) => this.#set('min_ram_mb', r.pick([undefined, 0, 512])),
      (r) => this.#changeVisibility(r),
      (r) => this.#set('protected', r.pick([undefined, true, false])),
      (r) => this.#set('hidden', r.pick([undefined, true, false])),
      (r) => this.#set('on_replace', r.pick([undefined, 'hide', 'delete', 'delete', 'deactivate', 'keep'])),
      (r) => this.#set('ignore', r.pick([undefined, ['y_*'], ['x_outside', 'os_admin_user']])),
      (r) => this.#set('regions', r.some(this.#around.regions)),
      (r) => this.#rename(r),
    ]);
    return change(random);
  }

  /** Gives it other bytes; returns in words what they are. */
  refill(random: Random): string {
    this.emptied = false;
    return this.#changeContent(random);
  }

  /** Takes all bytes of its file. */
  empty(): string {
    this.#source = 'file';
    this.emptied = true;
    return `${this.file} has a source of 0 bytes`;
  }

  /** An image of these bytes may be adopted. */
  accept(content: Content): void {
    this.accepted.add(content.sha512);
    this.#content = content;
  }

  /** Writes source and definition as they should be; each file changes at once. */
  async write(): Promise<void> {
    const { web } = this.#around;
    const bytes = this.emptied ? Buffer.alloc(0) : this.#content.stored;
    this.onReplace.add(this.whenReplaced);
    web.put(`${String(this.number)}.img`, bytes);
    await replaceFile(this.sourceFile, bytes);
    await replaceFile(join(this.#around.project, this.file), this.#text());
  }

  #text(): string {
    const url = this.#around.web.url(`${String(this.number)}.img`);
    const checksum = `sha512:${this.#content.sha512}`;
    const source = {
      file: { local_file_path: `torture-${String(this.number)}.img` },
      url: { image_source_url: url },
      'url with checksum': {
        image_source_url: url,
        ...(this.#content.compression === 'none' ? { image_source_checksum: checksum } : {}),
      },
      'web download': { image_source_url: url, web_download: true, image_source_checksum: checksum },
    }[this.#source];
    const decompress = this.#content.compression === 'none' ? {} : { decompress: true };
    const body = JSON.stringify({ ...this.definition, ...source, ...decompress }, undefined, 2);
    return `// Written by the torture.\n${body}\n`;
  }

  #newContent(random: Random): Content {
    const compression = this.#source === 'web download' || random.chance(0.5) ? 'none' : random.pick(COMPRESSIONS);
    const content = randomContent(random, this.#format, compression);
    this.accepted.add(content.sha512);
    return content;
  }

  #changeContent(random: Random): string {
    this.#content = this.#newContent(random);
    const { size, sha512, compression } = this.#content;
    return `${this.file} has a source of ${String(size)} bytes, ${compression}, ${sha512.slice(0, 12)}`;
  }

  #changeSource(random: Random): string {
    this.#source = random.pick(['file', 'url', 'url with checksum', 'web download']);
    if (this.#source === 'web download') this.#changeContent(random);
    return `${this.file} has its source from ${this.#source}`;
  }

  #changeVisibility(random: Random): string {
    const visibility = random.pick([undefined, 'private', 'shared', 'community']);
    const members = visibility === 'shared' && random.chance(0.5) ? [this.#around.member] : undefined;
    return [this.#set('visibility', visibility), this.#set('members', members)].join(', ');
  }

  #rename(random: Random): string {
    if (this.key === this.name) return `${this.file} keeps its name, which is its key`;
    return this.#set('name', `Torture renamed ${String(random.int(1, 1e6))} ${String(this.number)}`);
  }

  #set(argument: string, value: unknown): string {
    const { [argument]: _before, ...others } = this.definition;
    this.definition = value === undefined ? others : { ...others, [argument]: value };
    return `${this.file} says ${argument}: ${value === undefined ? 'nothing' : JSON.stringify(value)}`;
  }
}

function randomProperties(random: Random): Record<string, unknown> | undefined {
  if (random.chance(0.15)) return undefined;
  const values: [string, unknown][] = [
    ['os_distro', random.pick(['ubuntu', 'debian'])],
    ['hw_disk_bus', random.pick(['virtio', 'scsi'])],
    ['x_number', random.int(0, 99)],
    ['x_truth', random.chance(0.5)],
    ['x_gone', null],
    ['x:colon/slash~tilde', 'ü "quoted" \\'],
  ];
  return Object.fromEntries(random.some(values));
}

/** Writes a file beside its name and renames it, so that no reader sees half of it. */
async function replaceFile(path: string, bytes: Buffer | string): Promise<void> {
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}
