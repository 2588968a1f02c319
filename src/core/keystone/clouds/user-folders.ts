import { join } from 'node:path';

/**
 * The user's and the system's folders of `openstack` configuration, in openstacksdk's order
 * (`CONFIG_SEARCH_PATH` of openstack/config/loader.py, folders as platformdirs names them).
 */
export function userFolders(system: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** As Node's `process.platform`. */
  readonly platform: string;
}): readonly string[] {
  const { environment, homeDirectory, platform } = system;
  const named = (name: string): string | undefined => environment[name] || undefined;
  const unix = join(named('SNAP_REAL_HOME') ?? homeDirectory, '.config', 'openstack');
  if (platform === 'darwin')
    return [join(homeDirectory, 'Library', 'Application Support', 'openstack'), unix, '/etc/openstack'];
  if (platform === 'win32') {
    const local = named('LOCALAPPDATA') ?? join(homeDirectory, 'AppData', 'Local');
    return [join(local, 'OpenStack', 'openstack'), unix];
  }
  const config = named('XDG_CONFIG_HOME');
  const site = named('XDG_CONFIG_DIRS')?.split(':')[0] || '/etc/xdg';
  return [
    ...(config === undefined ? [] : [join(config, 'openstack')]),
    unix,
    join(site, 'openstack'),
    '/etc/openstack',
  ];
}
