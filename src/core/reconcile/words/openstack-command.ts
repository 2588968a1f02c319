import type { Place } from '../../place.ts';
import { isMark } from '../ownership/marks.ts';
import { imageFileName, type LiveImage } from '../../glance/image.ts';

/** The command of python-openstackclient that shows an image. */
export function showCommand(place: Place, image: LiveImage): string {
  return line([...client(place), 'image', 'show', image.id]);
}

/** The command that downloads an image's data into a file called after it. */
export function saveCommand(place: Place, image: LiveImage): string {
  return line([...client(place), 'image', 'save', '--file', imageFileName(image), image.id]);
}

/**
 * The command that makes an image like this one from its downloaded data, in the options of `openstack image create`
 * (https://docs.openstack.org/python-openstackclient/latest/cli/command-objects/image-v2.html#image-create). This tool's own marks are left out: they name this very image.
 */
export function createCommand(place: Place, image: LiveImage): string {
  const { disk_format: disk, container_format: container } = image;
  const properties = Object.entries(image.properties).filter(([name]) => !isMark(name));
  return line([
    ...client(place),
    'image',
    'create',
    ...(disk === null ? [] : ['--disk-format', disk]),
    ...(container === null ? [] : ['--container-format', container]),
    ...(image.min_disk === 0 ? [] : ['--min-disk', String(image.min_disk)]),
    ...(image.min_ram === 0 ? [] : ['--min-ram', String(image.min_ram)]),
    ...(image.protected ? ['--protected'] : []),
    ...(image.os_hidden ? ['--hidden'] : []),
    `--${image.visibility}`,
    ...image.tags.flatMap((tag) => ['--tag', tag]),
    ...properties.flatMap(([name, value]) => ['--property', `${name}=${value}`]),
    '--file',
    imageFileName(image),
    image.name ?? image.id,
  ]);
}

/** A cloud from the environment needs no name: the command reads the same variables. */
function client({ cloud, region, origin }: Place): readonly string[] {
  return [
    'openstack',
    ...(origin === 'environment' ? [] : ['--os-cloud', cloud]),
    ...(region === '' ? [] : ['--os-region-name', region]),
  ];
}

function line(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** A word as a POSIX shell takes it, whatever is in it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
