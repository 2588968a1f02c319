import { join } from 'node:path';
import { Failure, messageOf } from '../../failure.ts';
import type { CloudProblem, PositionOf } from './cloud-problem.ts';
import type { FileOwners, Whereabouts, WhereaboutsPorts } from './file-owner.ts';
import { parseMapping } from '../yaml/yaml-mapping.ts';

/** A text, and where the file really is that it was read from. */
export interface FileText extends Whereabouts {
  readonly text: string;
}

/** How files are read. */
export interface FilePorts extends WhereaboutsPorts {
  /**
   * Text of a file; `undefined` where there is none. Throws a `Failure` where it is none that can be used, and anything else where
   * it is there but can't be read.
   */
  readFile(path: string): Promise<FileText | undefined>;
}

/** What files are read with. */
export interface Reading {
  readonly ports: FilePorts;
  readonly owners: FileOwners;
  /** Takes what is wrong with the files. */
  readonly problems: CloudProblem[];
}

/** A file that was found, and what it says. */
export interface FoundFile {
  /** As it was looked for. */
  readonly path: string;
  readonly realPath: string;
  /** See `FileOwners`. */
  readonly owner: string;
  /** The file whose folder relative paths count from. */
  readonly base: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly positionOf: PositionOf;
}

const SUFFIXES = ['yaml', 'yml', 'json'];

/** A search for the one file of a name that counts. */
export interface FileSearch {
  /** Without suffix: `clouds`, `secure` or `clouds-public`. */
  readonly name: string;
  /** In this order. */
  readonly folders: readonly string[];
  /** A file to look for first, and the variable that names it. */
  readonly given?: { readonly path: string; readonly variable: string };
}

/** The first existing file. A broken one is an error and never silently another file. */
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

/** One file; `undefined` where it is not there, or broken. */
export async function oneFile(reading: Reading, path: string): Promise<FoundFile | undefined> {
  const found = await readOne(reading, path);
  return found === 'absent' ? undefined : found;
}

/** openstacksdk goes on without a word. */
function givenIsAbsent({ path, variable }: { readonly path: string; readonly variable: string }): CloudProblem {
  const message = `${variable} names ${path}, which is not there or can't be read; the usual places are searched.`;
  return { severity: 'warning', code: 'configuration-absent', message };
}

/** `undefined` where it is broken. As openstacksdk, which says nothing, goes on past what is a folder or may not be read. */
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
    const message = `${path} is there but can't be read, so it was passed over: ${why}`;
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
