/** Attributes that Glance or Terraform reports and nobody sets, with the argument that was perhaps meant. */
export const EXPORTED_ATTRIBUTES: ReadonlyMap<string, string | undefined> = new Map([
  ['checksum', 'image_source_checksum'],
  ['created_at', undefined],
  ['direct_url', undefined],
  ['file', 'local_file_path'],
  ['id', 'image_id'],
  ['locations', undefined],
  ['metadata', 'properties'],
  ['os_hash_algo', undefined],
  ['os_hash_value', undefined],
  ['owner', undefined],
  ['schema', undefined],
  ['self', undefined],
  ['size', undefined],
  ['size_bytes', undefined],
  ['status', undefined],
  ['update_at', undefined],
  ['updated_at', undefined],
  ['virtual_size', undefined],
]);

/** Other tools' names for arguments: Glance's API, the openstack command, Ansible. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['min_disk', 'min_disk_gb'],
  ['min_ram', 'min_ram_mb'],
  ['os_hidden', 'hidden'],
  ['is_hidden', 'hidden'],
  ['is_protected', 'protected'],
  ['filename', 'local_file_path'],
  ['path', 'local_file_path'],
  ['uri', 'image_source_url'],
  ['url', 'image_source_url'],
  ['property', 'properties'],
  ['tag', 'tags'],
  ['region_name', 'region'],
]);
