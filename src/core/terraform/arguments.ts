/** The resource type with the arguments of definitions. */
export const IMAGE_RESOURCE = 'openstack_images_image_v2';

/** The resource that shares an image with a project. */
export const ACCESS_RESOURCE = 'openstack_images_image_access_v2';

/** The arguments that Terraform's resource has too, except `timeouts`, in the order in which they are written. */
export const SHARED_ARGUMENTS = [
  'name',
  'container_format',
  'disk_format',
  'local_file_path',
  'image_source_url',
  'image_source_username',
  'image_source_password',
  'image_cache_path',
  'decompress',
  'web_download',
  'verify_checksum',
  'min_disk_gb',
  'min_ram_mb',
  'visibility',
  'protected',
  'hidden',
  'region',
  'image_id',
  'tags',
  'properties',
] as const;

/** Whether Terraform's resource has an argument. */
export function isShared(name: string): boolean {
  return SHARED_ARGUMENTS.some((shared) => shared === name);
}

/**
 * Arguments that an import leaves out of the state, so that Terraform plans a change for each that is written; for the first three it
 * would make the image anew.
 */
export const NOT_IMPORTED = [
  'local_file_path',
  'image_source_url',
  'decompress',
  'image_source_username',
  'image_source_password',
  'web_download',
  'verify_checksum',
] as const;

/** Arguments that Terraform sets back to its default where they are not written. `properties` keeps what it has. */
export const RESET_IF_UNSET = ['min_disk_gb', 'min_ram_mb', 'visibility', 'protected', 'hidden', 'tags'] as const;
