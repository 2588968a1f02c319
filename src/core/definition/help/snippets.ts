/** A text with tab stops, in VS Code's notation, that is offered where a definition or a value is missing. */
export interface Snippet {
  readonly label: string;
  readonly description: string;
  readonly body: unknown;
}

const FORMATS = { container_format: '${2:bare}', disk_format: '${3:qcow2}' };
const PROJECT = '7f0c2a4be1d94f3c8a5d6e7f80912345';

/** Whole definitions. The first is what most people begin with. */
export const SNIPPETS: readonly Snippet[] = [
  {
    label: 'Image from a local file',
    description: 'A definition with a file to upload',
    body: {
      name: '${1:name}',
      ...FORMATS,
      local_file_path: '${4:disk.img}',
      properties: { os_distro: '${5:ubuntu}' },
    },
  },
  {
    label: 'Image from a URL, checked',
    description: 'Downloaded, compared with a published checksum file, then uploaded',
    body: {
      name: '${1:name}',
      ...FORMATS,
      image_source_url: '${4:https://cloud-images.example.org/noble/noble-server-cloudimg-amd64.img}',
      image_source_checksum: '${5:https://cloud-images.example.org/noble/SHA256SUMS}',
      min_disk_gb: '^${6:10}',
      properties: { os_distro: '${7:ubuntu}' },
    },
  },
  {
    label: 'Image in several regions',
    description: 'One source, read once, and an image in each region',
    body: {
      name: '${1:name}',
      ...FORMATS,
      local_file_path: '${4:disk.img}',
      regions: ['${5:RegionOne}', '${6:RegionTwo}'],
    },
  },
  {
    label: 'Image shared with other projects',
    description: 'Visible to this project and its members only',
    body: {
      name: '${1:name}',
      ...FORMATS,
      local_file_path: '${4:disk.img}',
      visibility: 'shared',
      members: [`\${5:${PROJECT}}`],
    },
  },
  {
    label: 'Existing image',
    description: 'Metadata of an image that somebody else created; no data is sent',
    body: { name: '${1:name}', ...FORMATS, image_id: '${4:8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f}' },
  },
];

/** Values of single arguments. */
export const ARGUMENT_SNIPPETS: ReadonlyMap<string, readonly Snippet[]> = new Map([
  [
    'members',
    [
      {
        label: 'Member that accepts',
        description: 'Shared, and accepted there with an entry of clouds.yaml',
        body: [{ project: `\${1:${PROJECT}}`, accept_with: '${2:consumer}' }],
      },
    ],
  ],
  [
    'timeouts',
    [
      {
        label: 'Timeouts',
        description: 'In all, and without progress',
        body: { create: '${1:30m}', stall: '${2:2m}' },
      },
    ],
  ],
  [
    'properties',
    [
      // As it is, not as JSON: an object with a tab stop for the first name.
      { label: '{ … }', description: 'One by one', body: '^{\n\t$1\n}' },
      {
        label: 'Linux on KVM',
        description: 'virtio disk and network, guest agent',
        body: {
          os_distro: '${1:ubuntu}',
          os_version: '${2:24.04}',
          hw_disk_bus: 'virtio',
          hw_vif_model: 'virtio',
          hw_qemu_guest_agent: 'yes',
        },
      },
      {
        label: 'UEFI with Secure Boot',
        description: 'q35, UEFI firmware, Secure Boot',
        body: { hw_machine_type: 'q35', hw_firmware_type: 'uefi', os_secure_boot: '${1|optional,required,disabled|}' },
      },
      {
        label: 'Windows on KVM',
        description: 'os_type, virtio-scsi, video',
        body: {
          os_type: 'windows',
          os_distro: 'windows',
          hw_disk_bus: 'scsi',
          hw_scsi_model: 'virtio-scsi',
          hw_vif_model: 'virtio',
          hw_video_model: '${1:virtio}',
        },
      },
    ],
  ],
]);
