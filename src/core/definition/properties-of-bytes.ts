import { matchesGlob } from '../globs.ts';

/**
 * Properties that describe the image's bytes, as globs: signatures, which Glance checks
 * (https://docs.openstack.org/glance/latest/user/signature.html), digests that openstacksdk believes, keys of encrypted
 * volumes, and what Nova writes about the server that a snapshot is of.
 */
const OF_THE_BYTES: readonly string[] = [
  'img_signature*',
  'signature_verified',
  'owner_specified.openstack.*',
  'owner_specified.shade.*',
  'cinder_encryption_key_*',
  'image_type',
  'base_image_ref',
  'block_device_mapping',
  'bdm_v2',
  'boot_roles',
  'image_location',
  'image_state',
  'instance_type_*',
  'instance_uuid',
  'mappings',
  'owner_id',
  'owner_project_name',
  'owner_user_name',
  'root_device_name',
  'user_id',
];

/** Whether a property describes the bytes that its image has, so that it is wrong of any others. */
export function isOfTheBytes(name: string): boolean {
  return matchesGlob(OF_THE_BYTES, name);
}
