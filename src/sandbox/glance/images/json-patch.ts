import { Refusal } from '../../http/answers.ts';
import type { Release } from '../../release.ts';
import { pythonWord } from '../../http/python-text.ts';
import { validateImage } from './image-schema.ts';

/** A validated operation of a JSON Patch for Glance. */
export type Change =
  | { readonly op: 'add' | 'replace'; readonly path: readonly string[]; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: readonly string[] };

const operations = ['add', 'remove', 'replace'];
const readOnly = [
  'created_at',
  'updated_at',
  'status',
  'checksum',
  'size',
  'virtual_size',
  'direct_url',
  'self',
  'file',
  'schema',
  'id',
  'os_hash_algo',
  'os_hash_value',
];
const reserved = ['location', 'deleted', 'deleted_at'];

/** The changes in the body of a PATCH. Throws the 400 and 403 of Glance's deserializer, which runs before the image is looked up. */
export function parseChanges(body: unknown, release: Release): Change[] {
  if (!Array.isArray(body)) throw new Refusal(400, 'Request body must be a JSON array of operation objects.');
  return body.map((raw) => parseChange(raw, release));
}

function parseChange(raw: unknown, release: Release): Change {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new Refusal(400, 'Operations must be JSON objects.');
  }
  const operation = raw as Record<string, unknown>;
  const op = operationOf(operation.op);
  if (!('path' in operation)) throw new Refusal(400, "Unable to find 'path' in JSON Schema change");
  // Glance answers 500 to a path that is no string.
  if (typeof operation.path !== 'string') throw new Refusal(500);
  const path = decodePointer(operation.path);
  mustHaveDepth(op, path);
  if (op !== 'remove' && !('value' in operation)) {
    throw new Refusal(400, `Operation "${op}" requires a member named "value".`);
  }
  mustBeWritable(path[0] ?? '');
  if (op === 'remove') return { op, path };
  if (path.length === 1) validateImage({ [path[0] ?? '']: operation.value }, release);
  return { op, path, value: operation.value };
}

function operationOf(op: unknown): 'add' | 'remove' | 'replace' {
  const available = `It must be one of the following: ${operations.join(', ')}.`;
  if (op === undefined || op === null) {
    throw new Refusal(400, `Unable to find \`op\` in JSON Schema change. ${available}`);
  }
  if (op === 'add' || op === 'remove' || op === 'replace') return op;
  throw new Refusal(400, `Invalid operation: \`${pythonWord(op)}\`. ${available}`);
}

/** A JSON pointer's tokens. Glance strips blanks around each. */
function decodePointer(pointer: string): string[] {
  const refuse = (why: string): never => {
    throw new Refusal(400, `Pointer \`${pointer}\` ${why}`);
  };
  if (!pointer.startsWith('/')) refuse('does not start with "/".');
  if (/\/\s*?\//.test(pointer.slice(1))) refuse('contains adjacent "/".');
  if (pointer.length > 1 && pointer.endsWith('/')) refuse('end with "/".');
  if (/~[^01]/.test(pointer) || pointer.endsWith('~')) {
    refuse('contains "~" not part of a recognized escape sequence.');
  }
  return pointer
    .replace(/^\/+/, '')
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~').trim());
}

function mustHaveDepth(op: string, path: readonly string[]): void {
  const depth = path[0] === 'locations' && op !== 'replace' ? 2 : 1;
  if (path.length === depth) return;
  throw new Refusal(400, `Invalid JSON pointer for this resource: '/${path.join('/')}'`);
}

function mustBeWritable(name: string): void {
  if (readOnly.includes(name)) throw new Refusal(403, `Attribute '${name}' is read-only.`);
  if (reserved.includes(name) || name.startsWith('os_glance')) {
    throw new Refusal(403, `Attribute '${name}' is reserved.`);
  }
}
