/** A project that an image is shared with. */
export interface Member {
  readonly project: string;
  status: string;
  readonly created: number;
  updated: number;
}

/** Glance's task for one import (https://docs.openstack.org/api-ref/image/v2/#tasks). */
export interface ImportTask {
  readonly id: string;
  status: 'pending' | 'processing' | 'success' | 'failure';
  readonly owner: string | null;
  readonly user: string;
  readonly request: string;
  readonly created: number;
  updated: number;
  expires: number | null;
  readonly input: unknown;
  result: unknown;
  message: string;
}

/** An image as the sandbox stores it, with the API's names. Times are microseconds since the epoch. */
export interface ImageRecord {
  readonly id: string;
  /** The id of a deleted image stays in use, as with Glance's soft-deleted rows. */
  deleted: boolean;
  name: string | null;
  status: string;
  visibility: string;
  owner: string | null;
  container_format: string | null;
  disk_format: string | null;
  size: number | null;
  virtual_size: number | null;
  checksum: string | null;
  os_hash_algo: string | null;
  os_hash_value: string | null;
  min_disk: number;
  min_ram: number;
  protected: boolean;
  os_hidden: boolean;
  tags: string[];
  /** Null-prototype object: any name is possible, even `__proto__`. */
  properties: Record<string, string>;
  /** The stores of the bytes, in the order in which they were filled. */
  stores: string[];
  members: Member[];
  tasks: ImportTask[];
  readonly created: number;
  updated: number;
}

/** Fields of a record that clients set by the same name. */
export const settable = [
  'name',
  'visibility',
  'owner',
  'container_format',
  'disk_format',
  'min_disk',
  'min_ram',
  'protected',
  'os_hidden',
  'tags',
] as const;

/** A new image without bytes. */
export function newImage(id: string, owner: string | null, now: number): ImageRecord {
  return {
    id,
    deleted: false,
    name: null,
    status: 'queued',
    visibility: 'shared',
    owner,
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
    properties: emptyProperties(),
    stores: [],
    members: [],
    tasks: [],
    created: now,
    updated: now,
  };
}

/** A map from any name to text. */
export function emptyProperties(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

/** A deep copy of the record. */
export function copyOf(image: ImageRecord): ImageRecord {
  return {
    ...image,
    tags: [...image.tags],
    properties: Object.assign(emptyProperties(), image.properties),
    stores: [...image.stores],
    members: image.members.map((member) => ({ ...member })),
    tasks: image.tasks.map((task) => ({ ...task })),
  };
}

/** Microseconds since the epoch as the image API writes them. */
export function isoSeconds(time: number): string {
  return new Date(time / 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** An image as the API shows it: custom properties first, then the rest in Glance's order. */
export function viewOf(image: ImageRecord, isAdmin: boolean): Record<string, unknown> {
  const self = `/v2/images/${image.id}`;
  // Only administrators see a deactivated image's locations, and with them its stores.
  const stores = image.status === 'deactivated' && !isAdmin ? [] : image.stores;
  return Object.assign(Object.create(null) as Record<string, unknown>, image.properties, {
    name: image.name,
    disk_format: image.disk_format,
    container_format: image.container_format,
    visibility: image.visibility,
    size: image.size,
    virtual_size: image.virtual_size,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: image.min_ram,
    min_disk: image.min_disk,
    owner: image.owner,
    os_hidden: image.os_hidden,
    os_hash_algo: image.os_hash_algo,
    os_hash_value: image.os_hash_value,
    id: image.id,
    created_at: isoSeconds(image.created),
    updated_at: isoSeconds(image.updated),
    tags: image.tags,
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
    ...(stores.length > 0 ? { stores: stores.join(',') } : {}),
  });
}
