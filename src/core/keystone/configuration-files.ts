import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { CloudProblem, PositionOf } from './cloud-problem.ts';
import { parseMapping } from './yaml-mapping.ts';

/** How files are read. */
export interface FilePorts {
  /** Text of a file; `undefined` where there is none. Throws where it is there but can't be read. */
  readFile(path: string): Promise<string | undefined>;
}

/** A file that was found, and what it says. */
export interface FoundFile {
  readonly path: string;
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
  ports: FilePorts,
  { name, folders, given }: FileSearch,
  problems: CloudProblem[],
): Promise<FoundFile | undefined> {
  const candidates = [
    ...(given === undefined ? [] : [given.path]),
    ...folders.flatMap((folder) => SUFFIXES.map((suffix) => join(folder, `${name}.${suffix}`))),
  ];
  for (const path of candidates) {
    const text = await textOfFile(ports, path, problems);
    if (text !== undefined) return parsed(path, text, problems);
    if (path === given?.path) problems.push(givenIsAbsent(given));
  }
  return undefined;
}

/** One file; `undefined` where it is not there, or broken. */
export async function oneFile(
  ports: FilePorts,
  path: string,
  problems: CloudProblem[],
): Promise<FoundFile | undefined> {
  const text = await textOfFile(ports, path, problems);
  return text === undefined ? undefined : parsed(path, text, problems);
}

/** openstacksdk goes on without a word. */
function givenIsAbsent({ path, variable }: { readonly path: string; readonly variable: string }): CloudProblem {
  const message = `${variable} names ${path}, which is not there or can't be read; the usual places are searched.`;
  return { severity: 'warning', code: 'configuration-absent', message };
}

/** As openstacksdk, which says nothing, goes on past what is a folder or may not be read. */
async function textOfFile(ports: FilePorts, path: string, problems: CloudProblem[]): Promise<string | undefined> {
  try {
    return await ports.readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${path} is there but can't be read, so it was passed over: ${why}`;
    problems.push({ severity: 'warning', code: 'configuration-unreadable', message });
    return undefined;
  }
}

function parsed(path: string, text: string, problems: CloudProblem[]): FoundFile | undefined {
  try {
    const { content, warnings, positionOf } = parseMapping(text, path);
    problems.push(...warnings.map((warning) => ({ ...warning, file: path })));
    return { path, content, positionOf };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const line = /:(\d+): /.exec(error.message.slice(path.length))?.[1];
    problems.push({
      severity: 'error',
      code: error.code,
      message: error.explain(),
      ...(line === undefined ? {} : { file: path, line: Number(line) }),
    });
    return undefined;
  }
}
