import { basename, dirname, isAbsolute, join, relative } from 'node:path';

/** Where a file or folder really is. */
export interface Whereabouts {
  /** Absolute, without links; as it is written where there is nothing. */
  readonly realPath: string;
  /** How many names the file has: with more than one, it may be of another folder as well. */
  readonly names: number;
}

/** The user, or a machine's administrator. */
export const USER = 'user';

/** What {@link FileOwners} needs of the file system. */
export interface WhereaboutsPorts {
  whereIs(path: string): Promise<Whereabouts>;
}

/**
 * Whose a file is, by its real path: a link in a workspace that leads to the user's own file is the user's, whoever made the link.
 * A workspace may hold folders of several people, so that each of its folders counts as somebody else.
 */
export class FileOwners {
  /** As they are written. */
  readonly #searched: readonly string[];
  readonly #workspace: readonly string[];
  readonly #user: ReadonlySet<string>;

  private constructor(searched: readonly string[], workspace: readonly string[], user: readonly string[]) {
    this.#searched = searched;
    this.#workspace = workspace;
    this.#user = new Set(user);
  }

  /** @param user The folders of the user's own configuration; they are the user's inside of a workspace, too. */
  static async of(ports: WhereaboutsPorts, workspace: readonly string[], user: readonly string[]): Promise<FileOwners> {
    const real = async (folders: readonly string[]): Promise<readonly string[]> =>
      Promise.all(folders.map(async (folder) => (await ports.whereIs(folder)).realPath));
    return new FileOwners(workspace, await real(workspace), await real(user));
  }

  /** `USER`, or what is the same for two files of one folder of the workspace, and for no others. */
  ownerOf({ realPath, names }: Whereabouts): string {
    const folder = dirname(realPath);
    if (this.#user.has(folder) || !this.#isInWorkspace(realPath)) return USER;
    return names > 1 ? realPath : folder;
  }

  /** What relative paths in a file count from: where it was found, but of a link from a workspace to the user's file, that file. */
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
