import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useImages } from './live-images.ts';
import { rawDisk } from './raw-disk.ts';

/** Three definitions over two regions, a `clouds.yaml`, and two small real disk images. */
export async function makeSampleWorkspace(folder: string, cloudsFile: string): Promise<void> {
  await mkdir(join(folder, 'images'));
  await copyFile(cloudsFile, join(folder, 'clouds.yaml'));
  await writeFile(join(folder, 'images', 'ubuntu.raw'), rawDisk(32, 'ubuntu'));
  await writeFile(join(folder, 'images', 'debian.raw'), rawDisk(16, 'debian'));
  await writeFile(join(folder, 'ubuntu.image.jsonc'), UBUNTU);
  await writeFile(join(folder, 'debian.image.jsonc'), DEBIAN);
  await writeFile(join(folder, 'alpine.image.jsonc'), ALPINE);
}

const UBUNTU = `// One image in both regions: the file is read once, and verified in each.
{
  "name": "Ubuntu 24.04",
  "container_format": "bare",
  "disk_format": "raw",
  "local_file_path": "images/ubuntu.raw",
  "regions": ["RegionOne", "RegionTwo"],
  "min_disk_gb": 10,
  "tags": ["lts"],
  "properties": { "os_distro": "ubuntu", "hw_disk_bus": "virtio" },
}
`;

const DEBIAN = `// Somebody changed this image by hand: preview the changes, then apply.
{
  "name": "Debian 13",
  "container_format": "bare",
  "disk_format": "raw",
  "local_file_path": "images/debian.raw",
  "region": "RegionOne",
  "min_disk_gb": 5,
  "properties": { "os_distro": "debian" },
}
`;

const ALPINE = `// Not there yet: press "Apply this image".
{
  "name": "Alpine 3.22",
  "container_format": "bare",
  "disk_format": "raw",
  "local_file_path": "images/debian.raw",
  "region": "RegionTwo",
  "properties": { "os_distro": "alpine" },
}
`;

/** Changes an image of RegionOne as somebody with the `openstack` command would. */
export async function driftImage(cloudsFile: string, name: string): Promise<void> {
  await useImages(cloudsFile, 'RegionOne', async (images) => {
    for await (const page of images.list({ name })) {
      for (const { id } of page) {
        await images.patch(id, [
          { op: 'replace', path: 'min_disk', value: 1 },
          { op: 'add', path: 'os_distro', value: 'debian-testing' },
        ]);
      }
    }
  });
}
