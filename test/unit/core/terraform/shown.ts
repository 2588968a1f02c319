/**
 * Documents of `terraform show -json` (format 1.0 of states, 1.2 of plans) and a state file (version 4), with the attributes of
 * openstack_images_image_v2 of the provider's version 3.
 */
const OWNER = '8674a68f047d454ab094ee913c595922';
const PROVIDER = 'registry.terraform.io/terraform-provider-openstack/openstack';

const COMPUTED = {
  checksum: 'f4b672b901804632ec0cab498f38c200',
  created_at: '2026-11-27T08:20:24Z',
  metadata: {},
  owner: OWNER,
  schema: '/v2/schemas/image',
  size_bytes: 655360,
  status: 'active',
  update_at: '2026-11-27T08:20:24Z',
  updated_at: '2026-11-27T08:20:24Z',
};

const TALOS = {
  ...COMPUTED,
  container_format: 'bare',
  decompress: true,
  disk_format: 'raw',
  file: '/v2/images/cd4e1b37-3db3-48c7-8b5d-d342844d21cf/file',
  hidden: false,
  id: 'cd4e1b37-3db3-48c7-8b5d-d342844d21cf',
  image_cache_path: '/home/ann/.terraform/image_cache',
  image_id: 'cd4e1b37-3db3-48c7-8b5d-d342844d21cf',
  image_source_password: null,
  image_source_url: 'https://factory.example/a.raw.xz',
  image_source_username: null,
  local_file_path: null,
  min_disk_gb: 10,
  min_ram_mb: 0,
  name: 'Talos a',
  properties: {
    hw_firmware_type: 'uefi',
    os_hash_algo: 'sha512',
    os_hash_value: 'c9facf8fe31f8d82',
    os_secure_boot: 'required',
    'owner_specified.openstack.md5': '',
    stores: 'ceph',
  },
  protected: false,
  region: 'RegionOne',
  tags: ['a', 'b'],
  timeouts: { create: '60m' },
  verify_checksum: false,
  visibility: 'shared',
  web_download: null,
};

const PLAIN = {
  ...COMPUTED,
  container_format: 'bare',
  decompress: null,
  disk_format: 'qcow2',
  file: '/v2/images/6ba7b810-9dad-11d1-80b4-00c04fd430c8/file',
  hidden: false,
  id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  image_cache_path: 'C:\\Users\\ann\\.terraform\\image_cache',
  image_id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  image_source_password: null,
  image_source_url: null,
  image_source_username: null,
  local_file_path: './disk.qcow2',
  min_disk_gb: 0,
  min_ram_mb: 0,
  name: 'plain',
  properties: { os_hash_algo: 'sha512', direct_url: 'rbd://x' },
  protected: false,
  region: 'RegionTwo',
  tags: [],
  timeouts: null,
  verify_checksum: true,
  visibility: 'public',
  web_download: false,
};

function shown(type: string, name: string, values: object, more: object = {}): object {
  const address = `${type}.${name}`;
  return { address, mode: 'managed', type, name, provider_name: PROVIDER, schema_version: 0, values, ...more };
}

const ofImage = (name: string, values: object, more: object = {}): object =>
  shown('openstack_images_image_v2', name, values, more);

const IN_MODULE = {
  address: 'module.lab',
  resources: [{ ...ofImage('plain', PLAIN), address: 'module.lab.openstack_images_image_v2.plain' }],
};

export const SHOWN_STATE = {
  format_version: '1.0',
  terraform_version: '1.11.4',
  values: {
    root_module: {
      resources: [
        { ...ofImage('data', { name: 'looked up' }), mode: 'data' },
        { ...ofImage('talos', TALOS, { index: 'a' }), address: 'openstack_images_image_v2.talos["a"]' },
        shown('openstack_images_image_access_v2', 'share', {
          id: `${TALOS.id}/${OWNER}`,
          image_id: TALOS.id,
          member_id: OWNER,
          region: 'RegionOne',
          status: 'pending',
        }),
      ],
      child_modules: [IN_MODULE],
    },
  },
};

/** One image to be made, and one that exists already and will change: its id is known from before. */
export const SHOWN_PLAN = {
  format_version: '1.2',
  terraform_version: '1.11.4',
  planned_values: {
    root_module: {
      resources: [ofImage('new', withoutComputed({ ...TALOS, name: 'Talos b' }))],
      child_modules: [
        {
          ...IN_MODULE,
          resources: [
            {
              ...ofImage('plain', withoutComputed(PLAIN)),
              address: 'module.lab.openstack_images_image_v2.plain',
            },
          ],
        },
      ],
    },
  },
  resource_changes: [],
  prior_state: { format_version: '1.0', values: { root_module: { child_modules: [IN_MODULE] } } },
};

export const STATE_FILE = {
  version: 4,
  terraform_version: '1.11.4',
  serial: 3,
  resources: [
    {
      mode: 'managed',
      type: 'openstack_images_image_v2',
      name: 'plain',
      provider: `provider["${PROVIDER}"]`,
      instances: [{ schema_version: 0, attributes: PLAIN, sensitive_attributes: [] }],
    },
  ],
};

/** What a plan does not know yet. */
function withoutComputed(values: Readonly<Record<string, unknown>>): object {
  const unknown = new Set([...Object.keys(COMPUTED), 'id', 'image_id', 'file']);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !unknown.has(name)));
}
