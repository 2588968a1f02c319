/** An image property that Nova, Cinder or Glance reads. */
export interface WellKnownProperty {
  readonly name: string;
  readonly description: string;
  /** Known values; a driver may know more. Empty: any value. */
  readonly values: readonly string[];
}

const TRUE_FALSE = ['true', 'false'];
const YES_NO = ['yes', 'no'];
const DISK_BUSES = ['virtio', 'scsi', 'sata', 'ide', 'usb', 'fdc', 'xen', 'uml', 'lxc'];
const ARCHITECTURES = ['x86_64', 'aarch64', 'i686', 'armv7l', 'ppc64', 'ppc64le', 's390x'];

/**
 * Properties that a person is likely to set, with the values that Nova's `ImageMetaProps` and Glance's metadata definitions
 * know. Descriptions are our own.
 */
export const WELL_KNOWN_PROPERTIES: readonly WellKnownProperty[] = [
  property(
    'architecture',
    'Processor architecture that the image was built for; the scheduler picks fitting hosts.',
    ARCHITECTURES,
  ),
  property('description', 'Description of the image.'),
  property('kernel_id', 'ID of the image with the kernel, for images of format `ami`.'),
  property('ramdisk_id', 'Id of the image with the ramdisk, for images of format `ami`.'),
  property(
    'os_type',
    'Family of the operating system. For Windows, Nova sets the clock and the hypervisor features that it expects.',
    ['linux', 'windows'],
  ),
  property(
    'os_distro',
    'Distribution in lower case, as libosinfo names it, e.g. `ubuntu`, `debian`, `rhel`, `rocky`, `windows`.',
    [
      'almalinux',
      'alpine',
      'arch',
      'centos',
      'debian',
      'fedora',
      'flatcar',
      'freebsd',
      'opensuse',
      'rhel',
      'rocky',
      'sles',
      'ubuntu',
      'windows',
    ],
  ),
  property('os_version', 'Version as the distributor writes it, e.g. `24.04`. A number is kept as written.'),
  property('os_admin_user', 'Name of the account with administrator rights.'),
  property(
    'os_require_quiesce',
    'Whether a snapshot must freeze the filesystems through the guest agent, or fail.',
    YES_NO,
  ),
  property('os_secure_boot', 'Whether UEFI Secure Boot is used.', ['required', 'optional', 'disabled']),
  property('os_shutdown_timeout', 'Seconds that the guest gets to shut down before it is powered off.'),
  property('os_command_line', 'Kernel command line, for images with `kernel_id`.'),
  property(
    'hw_architecture',
    'Architecture of the virtual machine where it differs from the host (emulation).',
    ARCHITECTURES,
  ),
  property('hw_boot_menu', 'Whether the firmware shows a boot menu.', TRUE_FALSE),
  property('hw_cdrom_bus', 'Bus of CD-ROM drives.', DISK_BUSES),
  property('hw_cpu_cores', 'Preferred number of cores of each virtual socket.'),
  property('hw_cpu_max_cores', 'Maximum number of cores of a virtual socket.'),
  property('hw_cpu_max_sockets', 'Maximum number of virtual sockets.'),
  property('hw_cpu_max_threads', 'Maximum number of threads of a virtual core.'),
  property('hw_cpu_policy', 'Whether virtual CPUs are pinned to processors of the host.', [
    'shared',
    'dedicated',
    'mixed',
  ]),
  property('hw_cpu_sockets', 'Preferred number of virtual sockets.'),
  property('hw_cpu_thread_policy', "How pinned CPUs use the host's hardware threads.", [
    'prefer',
    'isolate',
    'require',
  ]),
  property('hw_cpu_threads', 'Preferred number of threads of each virtual core.'),
  property(
    'hw_disk_bus',
    'Bus of disks. `virtio` is fastest; `scsi` with `hw_scsi_model: virtio-scsi` passes discards on.',
    DISK_BUSES,
  ),
  property('hw_emulation_architecture', "Architecture to emulate when it is not the host's own.", ARCHITECTURES),
  property('hw_firmware_stateless', 'Whether UEFI discards its variables between boots.', TRUE_FALSE),
  property('hw_firmware_type', 'Firmware that boots the image. Images for aarch64 and Secure Boot need `uefi`.', [
    'bios',
    'uefi',
  ]),
  property('hw_input_bus', 'Bus of keyboard and pointer.', ['usb', 'virtio']),
  property('hw_ipxe_boot', 'Whether the firmware can boot by iPXE.', TRUE_FALSE),
  property('hw_machine_type', 'Chipset that QEMU presents, e.g. `q35` or `pc`; a version can be pinned.', [
    'q35',
    'pc',
    'virt',
  ]),
  property('hw_maxphysaddr_bits', 'Physical address bits of the virtual CPU.'),
  property('hw_maxphysaddr_mode', 'How the physical address bits are chosen.', ['emulate', 'passthrough']),
  property('hw_mem_encryption', "Whether the guest's memory is encrypted.", TRUE_FALSE),
  property('hw_mem_page_size', 'Size of memory pages: a word, or a size such as `2MB` or `1GB`.', [
    'small',
    'large',
    'any',
  ]),
  property('hw_numa_nodes', 'NUMA nodes that the guest sees.'),
  property('hw_pci_numa_affinity_policy', "How close PCI devices must be to the guest's NUMA nodes.", [
    'required',
    'preferred',
    'legacy',
    'socket',
  ]),
  property('hw_pmu', 'Whether the virtual CPU has performance counters.', TRUE_FALSE),
  property('hw_pointer_model', 'Pointer device; a tablet keeps the pointer in step with a graphical console.', [
    'usbtablet',
  ]),
  property(
    'hw_qemu_guest_agent',
    'Whether the image runs the QEMU guest agent: for consistent snapshots and password changes.',
    YES_NO,
  ),
  property('hw_rescue_bus', 'Bus of the rescue device, for rescue that keeps the original disks.', DISK_BUSES),
  property('hw_rescue_device', 'Kind of rescue device, for rescue that keeps the original disks.', [
    'cdrom',
    'disk',
    'floppy',
  ]),
  property('hw_rng_model', 'Random number generator.', ['virtio']),
  property('hw_scsi_model', 'SCSI controller; needs `hw_disk_bus: scsi`.', [
    'virtio-scsi',
    'lsilogic',
    'lsisas1068',
    'lsisas1078',
    'buslogic',
    'ibmvscsi',
    'vmpvscsi',
  ]),
  property('hw_serial_port_count', 'How many serial ports the guest has.'),
  property('hw_sound_model', 'Sound card.', ['ich6', 'ich9', 'ac97', 'es1370', 'pcspk', 'sb16', 'usb', 'virtio']),
  property('hw_time_hpet', 'Whether the guest has a high precision event timer.', TRUE_FALSE),
  property('hw_tpm_model', 'Interface of the emulated TPM.', ['tpm-tis', 'tpm-crb']),
  property('hw_tpm_version', 'Version of the emulated TPM.', ['1.2', '2.0']),
  property('hw_video_model', 'Graphics card.', [
    'virtio',
    'vga',
    'qxl',
    'cirrus',
    'bochs',
    'vmvga',
    'gop',
    'xen',
    'none',
  ]),
  property('hw_video_ram', 'Video memory in MiB, within what the flavor allows.'),
  property('hw_vif_model', 'Network card. `virtio` is fastest and needs a driver in the image.', [
    'virtio',
    'e1000',
    'e1000e',
    'igb',
    'ne2k_pci',
    'pcnet',
    'rtl8139',
    'vmxnet3',
    'netfront',
    'spapr-vlan',
    'lan9118',
  ]),
  property('hw_vif_multiqueue_enabled', 'Whether a virtio network card has a queue for each virtual CPU.', TRUE_FALSE),
  property('hw_viommu_model', 'IOMMU that the guest sees.', ['auto', 'intel', 'smmuv3', 'virtio']),
  property('hw_watchdog_action', 'What happens when the guest stops feeding its watchdog.', [
    'disabled',
    'none',
    'pause',
    'poweroff',
    'reset',
  ]),
  property('hypervisor_type', 'Older name of `img_hv_type`.', [
    'kvm',
    'qemu',
    'vmware',
    'hyperv',
    'xen',
    'lxc',
    'baremetal',
    'phyp',
    'uml',
    'vz',
  ]),
  property('img_config_drive', 'Whether servers always get a config drive.', ['mandatory', 'optional']),
  property(
    'img_hide_hypervisor_id',
    'Whether the guest cannot see that it is virtual. Some drivers require that.',
    YES_NO,
  ),
  property('img_hv_type', 'Hypervisor that the image needs.', [
    'kvm',
    'qemu',
    'vmware',
    'hyperv',
    'xen',
    'lxc',
    'baremetal',
    'phyp',
    'uml',
    'vz',
  ]),
  property('img_linked_clone', 'Whether VMware makes a linked clone rather than a copy.', TRUE_FALSE),
  property('img_signature', 'Signature of the data, in base64; Glance and Nova check it.'),
  property('img_signature_certificate_uuid', "Id of the signer's certificate in the key manager."),
  property('img_signature_hash_method', 'Hash method of the signature.', ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']),
  property('img_signature_key_type', 'Type of the signing key.', [
    'RSA-PSS',
    'DSA',
    'ECC_SECT571K1',
    'ECC_SECT409K1',
    'ECC_SECT571R1',
    'ECC_SECT409R1',
    'ECC_SECP521R1',
    'ECC_SECP384R1',
  ]),
  property('trait:COMPUTE_SECURITY_TPM_2_0', 'Requires a host that can emulate a TPM 2.0.', ['required']),
  property('trait:HW_CPU_X86_VMX', 'Requires a host whose CPU has VMX, for virtual machines within the guest.', [
    'required',
  ]),
  property('vm_mode', 'Older name of `hw_vm_mode`: how the guest talks to the hypervisor.', [
    'hvm',
    'xen',
    'uml',
    'exe',
  ]),
  property('vmware_adaptertype', 'Disk controller on VMware.', [
    'lsiLogic',
    'lsiLogicsas',
    'paraVirtual',
    'busLogic',
    'ide',
  ]),
  property('vmware_disktype', 'How a VMDK is laid out.', ['streamOptimized', 'sparse', 'preallocated']),
  property('vmware_ostype', 'Guest as VMware names it, e.g. `ubuntu64Guest`.'),
  property(
    'auto_disk_config',
    'Whether the root partition may be resized to the disk when a server boots.',
    TRUE_FALSE,
  ),
  property('cinder_img_volume_type', 'Volume type that Cinder uses for volumes made from the image.'),
  property(
    'cinder_encryption_key_deletion_policy',
    'What Glance does with the encryption key when the image is deleted.',
    ['on_image_deletion', 'do_not_delete'],
  ),
];

function property(name: string, description: string, values: readonly string[] = []): WellKnownProperty {
  return { name, description, values };
}
