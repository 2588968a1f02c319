import { join } from 'node:path';
import { Failure, messageOf } from '../../failure.ts';
import type { CloudProblem, PositionOf } from './cloud-problem.ts';
import type { FileOwners, Whereabouts, WhereaboutsPorts } from './file-owner.ts';
import { parseMapping } from '../yaml/yaml-mapping.ts';

/** A text, with the real path of its file. */
export interface FileText extends Whereabouts {
  readonly text: string;
}

/** How files are read. */
export interface FilePorts extends WhereaboutsPorts {
  /**
   * Text of a file; `undefined` if there is none. Throws a `Failure` if it is not usable, and any other error if
   * it exists but can't be read.
   */
  readFile(path: string): Promise<FileText | undefined>;
}

/** Collaborators of reading files. */
export interface Reading {
  readonly ports: FilePorts;
  readonly owners: FileOwners;
  /** Collects the problems of the files. */
  readonly problems: CloudProblem[];
}

/** A file that was found, and its content. */
export interface FoundFile {
  /** As searched. */
  readonly path: string;
  readonly realPath: string;
  /** See `FileOwners`. */
  readonly owner: string;
  /** The file whose folder is the base of relative paths. */
  readonly base: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly positionOf: PositionOf;
}

const SUFFIXES = ['yaml', 'yml', 'json'];

/** A search for the effective file of a name. */
export interface FileSearch {
  /** Without suffix: `clouds`, `secure` or `clouds-public`. */
  readonly name: string;
  /** In this order. */
  readonly folders: readonly string[];
  /** A file to look for first, and the variable that names it. */
  readonly given?: { readonly path: string; readonly variable: string };
}

/** The first existing file. A broken file is an error and is never skipped. */
export async function firstFile(
  reading: Reading,
  { name, folders, given }: FileSearch,
): Promise<FoundFile | undefined> {
  const candidates = [
    ...(given === undefined ? [] : [given.path]),
    ...folders.flatMap((folder) => SUFFIXES.map((suffix) => join(folder, `${name}.${suffix}`))),
  ];
  for (const path of candidates) {
    const found = await readOne(reading, path);
    if (found !== 'absent') return found;
    if (path === given?.path) reading.problems.push(givenIsAbsent(given));
  }
  return undefined;
}

/** Reads one file; `undefined` if it is missing or broken. */
export async function oneFile(reading: Reading, path: string): Promise<FoundFile | undefined> {
  const found = await readOne(reading, path);
  return found === 'absent' ? undefined : found;
}

/** openstacksdk continues without a message. */
function givenIsAbsent({ path, variable }: { readonly path: string; readonly variable: string }): CloudProblem {
  const message = `${variable} names ${path}, which does not exist or can't be read. The default locations are searched instead.`;
  return { severity: 'warning', code: 'configuration-absent', message };
}

/** `undefined` if it is broken. Like openstacksdk, skips folders and unreadable files, but reports them. */
async function readOne({ ports, owners, problems }: Reading, path: string): Promise<FoundFile | 'absent' | undefined> {
  try {
    const file = await ports.readFile(path);
    if (file === undefined) return 'absent';
    const { content, warnings, positionOf } = parseMapping(file.text, path);
    problems.push(...warnings.map((warning) => ({ ...warning, file: path })));
    const owned = { realPath: file.realPath, owner: owners.ownerOf(file), base: owners.baseOf(path, file) };
    return { path, ...owned, content, positionOf };
  } catch (error) {
    if (error instanceof Failure) {
      problems.push(broken(path, error));
      return undefined;
    }
    const why = messageOf(error);
    const message = `${path} exists but can't be read, so it was skipped: ${why}`;
    problems.push({ severity: 'warning', code: 'configuration-unreadable', message });
    return 'absent';
  }
}

function broken(path: string, failure: Failure): CloudProblem {
  const line = /^:(\d+): /.exec(failure.message.slice(path.length))?.[1];
  return {
    severity: 'error',
    code: failure.code,
    message: failure.explain(),
    ...(line === undefined ? {} : { file: path, line: Number(line) }),
  };
}
