import { fileEndingOf, fileNameOf } from '../file-name.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Most characters of an image's name in a file name. */
const LONGEST = 48;

/**
 * An image as Glance reports it, checked at the border. Names are the API's own
 * (https://docs.openstack.org/api-ref/image/v2/#show-image); custom properties, which the API mixes into the same object,
 * are in `properties`.
 */
export interface LiveImage {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: string;
  readonly owner: string | null;
  readonly container_format: string | null;
  readonly disk_format: string | null;
  /** Bytes; null until data is stored. */
  readonly size: number | null;
  /** Bytes; null if Glance did not determine it. */
  readonly virtual_size: number | null;
  /** MD5 in hex; null until data is stored, and on clouds that run in FIPS mode. */
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  /** GiB. */
  readonly min_disk: number;
  /** MiB. */
  readonly min_ram: number;
  readonly protected: boolean;
  readonly os_hidden: boolean;
  readonly tags: readonly string[];
  /** ISO 8601, as the server wrote it. */
  readonly created_at: string;
  readonly updated_at: string;
  /** Custom properties, with the server's own (`os_glance*`, `stores`, `direct_url`, `locations`…) left out. Null-prototype object. */
  readonly properties: Readonly<Record<string, string>>;
  /** What the server adds and nobody can set: `stores`, `os_glance_*`, `direct_url`, `self`, `file`, `schema`… as reported. Null-prototype object. */
  readonly server: Readonly<Record<string, unknown>>;
}

/** Whether a text is the id of an image: in Glance these are UUIDs (glance/api/v2/images.py, `get_base_properties`). */
export function isImageId(text: string): boolean {
  return UUID.test(text);
}

/** A safe file name for an image's data: strangers choose the names of images. */
export function imageFileName({ name, id, disk_format: format }: LiveImage): string {
  const ending = fileEndingOf(format ?? '') || 'img';
  const stem = fileNameOf(name ?? '', LONGEST) || id;
  return stem.toLowerCase().endsWith(`.${ending.toLowerCase()}`) ? stem : `${stem}.${ending}`;
}

/** An image for JSON documents: Glance's own names, with custom properties separate. */
export function imageReport(image: LiveImage): object {
  return { ...image, properties: { ...image.properties }, server: { ...image.server } };
}
