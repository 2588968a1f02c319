import { spawn, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { announcements, openFolder, type Announcement } from '../../../src/transfers/announcement.ts';
import { PRODUCT } from '../product.ts';

/** A transfer host as its own process, for a user whose home is a folder of the test. */
export class HostProcess {
  readonly announced: Announcement;
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, folder: string, announced: Announcement) {
    this.#child = child;
    this.folder = folder;
    this.announced = announced;
  }

  static async start(home: string, version = '1'): Promise<HostProcess> {
    const folder = hostsFolderOf(home);
    await openFolder(folder);
    const files = watch(folder);
    const changes = on(files, 'change');
    const child = spawn(process.execPath, [PRODUCT.transferHost, folder, version], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: join(home, 'cache') },
    });
    const found = async (): Promise<Announcement> => {
      await changes.next();
      return (await announcements(folder)).find((each) => each.version === version) ?? found();
    };
    const announced = await found();
    files.close();
    return new HostProcess(child, folder, announced);
  }

  get id(): number {
    return this.#child.pid ?? 0;
  }

  /** Ends it, and waits until it has ended. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}

/** Where the hosts of a user are who has this home. */
export function hostsFolderOf(home: string): string {
  return join(home, '.local', 'share', 'glance-images', 'transfers');
}
