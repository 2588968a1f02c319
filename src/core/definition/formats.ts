/** One of the few values of an argument, with its meaning. */
export interface Choice {
  readonly value: string;
  readonly description: string;
}

/** Glance's default `container_formats`; the cloud's `/v2/schemas/image` decides, as it may configure others. */
export const CONTAINER_FORMATS: readonly Choice[] = [
  { value: 'bare', description: 'No container: the data is the disk itself. Right for nearly every image.' },
  { value: 'ami', description: 'An Amazon machine image.' },
  { value: 'ari', description: 'An Amazon ramdisk image.' },
  { value: 'aki', description: 'An Amazon kernel image.' },
  { value: 'ovf', description: 'An OVF package.' },
  { value: 'ova', description: 'An OVF package in one tar archive.' },
  { value: 'docker', description: 'A Docker tar archive of a container filesystem.' },
  { value: 'compressed', description: 'The disk in a compressed file; Cinder and Glance unpack it.' },
];

/** Glance's default `disk_formats`; likewise. */
export const DISK_FORMATS: readonly Choice[] = [
  { value: 'qcow2', description: "QEMU's copy-on-write disk; what most distributions publish for clouds." },
  { value: 'raw', description: 'The plain bytes of the disk; best where the storage is Ceph.' },
  { value: 'vmdk', description: "VMware's disk." },
  { value: 'vhd', description: 'The older Hyper-V and Xen disk.' },
  { value: 'vhdx', description: "Hyper-V's disk since Windows Server 2012." },
  { value: 'vdi', description: "VirtualBox's disk." },
  { value: 'iso', description: 'The contents of an optical disc, e.g. an installer.' },
  { value: 'ploop', description: "Virtuozzo's disk." },
  { value: 'ami', description: 'An Amazon machine image; needs container format `ami`.' },
  { value: 'ari', description: 'An Amazon ramdisk; needs container format `ari`.' },
  { value: 'aki', description: 'An Amazon kernel; needs container format `aki`.' },
];

/** The values of `visibility`; Glance has no others. */
export const VISIBILITIES: readonly Choice[] = [
  { value: 'private', description: 'Only this project sees the image.' },
  { value: 'shared', description: 'This project and the projects that are its members see it.' },
  { value: 'community', description: 'Every project can use it, but default lists do not show it.' },
  { value: 'public', description: 'Every project sees and can use it. Mostly for administrators only.' },
];

/** The values of `on_replace`. */
export const ON_REPLACE = [
  { value: 'hide', description: 'The old image is hidden from lists. Servers that use it are not affected.' },
  { value: 'delete', description: 'The old image is deleted.' },
  { value: 'deactivate', description: 'The old image is hidden and its data can no longer be read.' },
  { value: 'keep', description: 'The old image stays as it is.' },
] as const satisfies readonly Choice[];
