import { basename, dirname, isAbsolute, join, relative } from 'node:path';

/** The real location of a file or folder. */
export interface Whereabouts {
  /** Real path; the given path if it does not exist. */
  readonly realPath: string;
  /** Number of hard links: with more than one, it may be in another folder as well. */
  readonly names: number;
}

/** The user, or a machine's administrator. */
export const USER = 'user';

/** What {@link FileOwners} needs of the file system. */
export interface WhereaboutsPorts {
  whereIs(path: string): Promise<Whereabouts>;
}

/**
 * The owner of a file, by its real path: a link in a workspace to the user's own file belongs to the user, whoever created it.
 * A workspace may hold folders of several people, so each of its folders counts as another owner.
 */
export class FileOwners {
  /** As given. */
  readonly #searched: readonly string[];
  readonly #workspace: readonly string[];
  readonly #user: ReadonlySet<string>;

  private constructor(searched: readonly string[], workspace: readonly string[], user: readonly string[]) {
    this.#searched = searched;
    this.#workspace = workspace;
    this.#user = new Set(user);
  }

  /** @param user the folders of the user's own configuration, which belong to the user even inside a workspace */
  static async of(ports: WhereaboutsPorts, workspace: readonly string[], user: readonly string[]): Promise<FileOwners> {
    const real = async (folders: readonly string[]): Promise<readonly string[]> =>
      Promise.all(folders.map(async (folder) => (await ports.whereIs(folder)).realPath));
    return new FileOwners(workspace, await real(workspace), await real(user));
  }

  /** `USER`, or a value that only files of the same workspace folder share. */
  ownerOf({ realPath, names }: Whereabouts): string {
    const folder = dirname(realPath);
    if (this.#user.has(folder) || !this.#isInWorkspace(realPath)) return USER;
    return names > 1 ? realPath : folder;
  }

  /** The base of relative paths in a file: its own path, or for a link from a workspace to the user's file, the real path. */
  baseOf(path: string, where: Whereabouts): string {
    const inWorkspace = this.#searched.some((folder) => join(folder, basename(path)) === path);
    return inWorkspace && this.ownerOf(where) === USER ? where.realPath : path;
  }

  #isInWorkspace(realPath: string): boolean {
    return this.#workspace.some((folder) => {
      const way = relative(folder, realPath);
      return !/^\.\.(?:[/\\]|$)/.test(way) && !isAbsolute(way);
    });
  }
}
