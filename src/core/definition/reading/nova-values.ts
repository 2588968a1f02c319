import { closest } from './closest.ts';

/** The values that Nova takes of one property, by the type of its field. */
interface NovaValues {
  readonly values: readonly string[];
  /** Whether Nova ignores their case. */
  readonly anyCase?: true;
}

const words = (text: string): readonly string[] => text.split(' ');

const ARCHITECTURE: NovaValues = {
  values: words(
    'x86_64 aarch64 i686 armv7l ppc64 ppc64le s390x alpha armv6 armv7b cris ia64 lm32 m68k microblaze microblazeel mips mipsel mips64 mips64el openrisc parisc parisc64 ppc ppcle ppcemb s390 sh4 sh4eb sparc sparc64 unicore32 xtensa xtensaeb amd64 i386 i486 i586 x86_32',
  ),
  anyCase: true,
};
const BUS: NovaValues = { values: words('virtio scsi sata ide usb fdc xen lxc uml') };
const HYPERVISOR: NovaValues = {
  values: words(
    'kvm qemu vmware hyperv xen lxc baremetal bhyve docker fake ironic kqemu lxd openvz parallels vz phyp test uml vbox zvm prsm xapi',
  ),
  anyCase: true,
};
const VM_MODE: NovaValues = { values: words('hvm xen uml exe pv hv baremetal'), anyCase: true };

/** https://opendev.org/openstack/nova/src/branch/master/nova/objects/fields.py, with what its fields coerce. */
const TYPED: Readonly<Record<string, NovaValues>> = {
  architecture: ARCHITECTURE,
  hw_architecture: ARCHITECTURE,
  hw_emulation_architecture: ARCHITECTURE,
  hw_disk_bus: BUS,
  hw_cdrom_bus: BUS,
  hw_rescue_bus: BUS,
  hw_floppy_bus: BUS,
  hypervisor_type: HYPERVISOR,
  img_hv_type: HYPERVISOR,
  vm_mode: VM_MODE,
  hw_vm_mode: VM_MODE,
  hw_rescue_device: { values: words('cdrom disk floppy fs lun') },
  hw_scsi_model: {
    values: words('virtio-scsi lsilogic lsisas1068 lsisas1078 buslogic ibmvscsi vmpvscsi lsilogicsas paravirtual'),
    anyCase: true,
  },
  hw_vif_model: {
    values: words(
      'virtio e1000 e1000e igb ne2k_pci pcnet rtl8139 vmxnet vmxnet3 netfront spapr-vlan lan9118 sriov virtuale1000 virtuale1000e virtualpcnet32 virtualsriovethernetcard virtualvmxnet virtualvmxnet3',
    ),
    anyCase: true,
  },
  hw_video_model: { values: words('virtio vga qxl cirrus bochs vmvga gop xen none') },
  hw_firmware_type: { values: words('bios uefi') },
  hw_tpm_model: { values: words('tpm-tis tpm-crb') },
  hw_tpm_version: { values: words('1.2 2.0') },
  hw_watchdog_action: { values: words('disabled none pause poweroff reset') },
  hw_rng_model: { values: words('virtio') },
  hw_cpu_policy: { values: words('shared dedicated mixed') },
  hw_cpu_thread_policy: { values: words('prefer isolate require') },
  hw_pointer_model: { values: words('usbtablet') },
  hw_input_bus: { values: words('usb virtio') },
  hw_viommu_model: { values: words('auto intel smmuv3 virtio') },
  hw_maxphysaddr_mode: { values: words('emulate passthrough') },
  hw_pci_numa_affinity_policy: { values: words('required preferred legacy socket') },
  os_secure_boot: { values: words('required optional disabled') },
  os_type: { values: words('linux windows'), anyCase: true },
  img_config_drive: { values: words('mandatory optional') },
};

const INTEGERS: ReadonlySet<string> = new Set(
  words(
    'hw_cpu_cores hw_cpu_sockets hw_cpu_threads hw_cpu_max_cores hw_cpu_max_sockets hw_cpu_max_threads hw_numa_nodes hw_serial_port_count hw_video_ram hw_maxphysaddr_bits',
  ),
);

/** What people write for what Nova calls otherwise. */
const MEANT: Readonly<Record<string, string>> = {
  arm64: 'aarch64',
  powervm: 'phyp',
  'hyper-v': 'hyperv',
  esxi: 'vmware',
};

/** A value that Nova refuses: it answers 400 to a server of such an image. */
export interface RefusedValue {
  readonly message: string;
  /** The value that is probably meant. */
  readonly meant?: string;
}

/** Why Nova refuses a property's value; `undefined` where it takes it or does not care. */
export function refusedByNova(name: string, value: string): RefusedValue | undefined {
  const refused = `Nova does not take ${JSON.stringify(value)} as "${name}" and refuses to make servers of such an image.`;
  if (INTEGERS.has(name))
    return /^\s*[+-]?\d+\s*$/.test(value) ? undefined : { message: `${refused} It takes a whole number.` };
  const typed = Object.hasOwn(TYPED, name) ? TYPED[name] : undefined;
  if (typed === undefined) return undefined;
  const { values, anyCase } = typed;
  if (values.includes(anyCase === true ? value.toLowerCase() : value)) return undefined;
  const lower = value.toLowerCase();
  const written = Object.hasOwn(MEANT, lower) ? MEANT[lower] : undefined;
  const meant = values.find((each) => each === (written ?? lower)) ?? closest(value, values);
  const hint =
    meant === undefined
      ? `It takes ${values.slice(0, 9).join(', ')}${values.length > 9 ? '…' : ''}.`
      : `Did you mean "${meant}"?`;
  return { message: `${refused} ${hint}`, ...(meant === undefined ? {} : { meant }) };
}
