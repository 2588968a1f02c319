/**
 * An image as Glance reports it, checked at the border. Names are the API's own
 * (https://docs.openstack.org/api-ref/image/v2/#show-image); custom properties, which the API mixes into the same object,
 * stand apart in `properties`.
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
  /** Bytes; null where Glance did not find it out. */
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
