import { readFile } from 'node:fs/promises';
import { ImageClient } from '../../src/core/glance/client/image-client.ts';
import type { ImageService } from '../../src/core/glance/service.ts';
import { GotHttp } from '../../src/node/http/got-http.ts';
import { readClouds } from '../../src/core/keystone/clouds/clouds-files.ts';
import { Session } from '../../src/core/keystone/login/session.ts';
import { silentLog } from '../unit/silent-log.ts';

/** Works on the images of a region of the first cloud in a file, as somebody beside the product would. */
export async function useImages<T>(
  cloudsFile: string,
  region: string,
  work: (images: ImageService) => Promise<T>,
): Promise<T> {
  const { clouds } = await readClouds({
    readFile: async (path) => {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : { text, realPath: path, names: 1 };
    },
    whereIs: (path) => Promise.resolve({ realPath: path, names: 1 }),
    environment: { OS_CLIENT_CONFIG_FILE: cloudsFile },
    homeDirectory: '/nowhere',
    platform: 'linux',
    folders: [],
    extraFiles: [],
  });
  const [cloud] = clouds;
  if (cloud === undefined) throw new Error(`No cloud in ${cloudsFile}.`);
  const http = new GotHttp({ tls: { verify: true }, userAgent: 'glance-images-tests', log: silentLog });
  try {
    const session = new Session({ cloud, http, log: silentLog });
    const endpoint = await session.imageEndpoint(region);
    return await work(new ImageClient({ session, http, endpoint, region, log: silentLog }));
  } finally {
    http.dispose();
  }
}
