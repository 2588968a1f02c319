import type { ErrorCode } from '../../error-codes.ts';
import { isImageId } from '../../glance/image.ts';
import type { ProblemFix, Severity } from '../../problem.ts';
import { readAddress } from '../../source/url/address.ts';
import type { StringFormat } from '../argument.ts';
import { checkEnvironmentName, checkReferences } from '../variables/interpolate.ts';
import { isSecretReference } from '../variables/secret-reference.ts';

/** A problem of a string; an error by default. */
export interface FormatProblem {
  readonly severity?: Severity;
  readonly code: ErrorCode;
  readonly message: string;
  readonly fixes?: readonly ProblemFix[];
}

const SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;

/** Checks the format of an argument's value. No message repeats a secret. */
export function checkFormat(name: string, format: StringFormat | undefined, value: string): FormatProblem | undefined {
  switch (format) {
    case 'uuid':
      return isImageId(value)
        ? undefined
        : { code: 'not-a-uuid', message: `"${name}" must be a UUID, such as 8a2ea3c1-6f4c-4f0e-9a53-3a1b8c2d4e5f.` };
    case 'url':
      return checkUrl(name, value);
    case 'path':
      return checkPath(name, value);
    case 'secret':
      return isSecretReference(value) ? checkSecretReference(value) : literalSecret(`"${name}"`);
    case 'checksum':
      return checkChecksum(name, value);
    case undefined:
      return undefined;
  }
}

function checkSecretReference(value: string): FormatProblem | undefined {
  const [, variable] = /^\$\{env:(.*)\}$/.exec(value) ?? [];
  const failure = variable === undefined ? undefined : checkEnvironmentName(variable);
  return failure === undefined ? undefined : { code: failure.code, message: failure.explain() };
}

function literalSecret(subject: string): FormatProblem {
  return {
    code: 'literal-secret',
    message: `${subject} must not be plain text. Use \${env:NAME} or \${secret:NAME}.`,
    fixes: [{ kind: 'keep-secret' }],
  };
}

/** A definition from Terraform may have its password in the address. It works, but should be changed. */
function checkUrl(name: string, value: string): FormatProblem | undefined {
  if (/^https?:\/\//i.test(value) && URL.canParse(value)) {
    const { password } = readAddress(value);
    return password === undefined || isSecretReference(password)
      ? undefined
      : { severity: 'warning', ...literalSecret(`The password in "${name}"`) };
  }
  const message = `"${name}" must be an address that begins with http:// or https://.`;
  const isPath = !SCHEME.test(value) && /[\\/]|\.[a-z0-9]{2,5}$/i.test(value);
  return isPath
    ? {
        code: 'not-a-url',
        message: `${message} Use "local_file_path" for a file.`,
        fixes: renamed('local_file_path'),
      }
    : { code: 'not-a-url', message };
}

function checkPath(name: string, value: string): FormatProblem | undefined {
  if (SCHEME.test(value)) {
    const message = `"${name}" must be a path, not an address.`;
    if (name !== 'local_file_path') return { code: 'not-a-path', message };
    return /^https?:/i.test(value)
      ? {
          code: 'not-a-path',
          message: `${message} Use "image_source_url" for an address.`,
          fixes: renamed('image_source_url'),
        }
      : { code: 'not-a-path', message: `${message} Images are fetched from http and https only.` };
  }
  const failure = checkReferences(value);
  return failure === undefined ? undefined : { code: failure.code, message: failure.explain() };
}

function renamed(argument: string): readonly ProblemFix[] {
  return [{ kind: 'rename', name: argument }];
}

/** Digits of each digest; anything without such a prefix is the address or path of a checksum file. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
  ['sha512', 128],
]);

function checkChecksum(name: string, value: string): FormatProblem | undefined {
  const [, algorithm = '', hex = ''] = /^([a-z][a-z0-9-]+):(?!\/\/|\\)(.*)$/i.exec(value) ?? [];
  if (algorithm === '') return bareDigest(name, value);
  const digits = DIGITS.get(algorithm.toLowerCase());
  if (digits !== undefined && hex.length === digits && /^[0-9a-f]+$/i.test(hex)) return undefined;
  const message =
    digits === undefined
      ? `"${name}" has the unknown algorithm ${algorithm}. Use one of ${[...DIGITS.keys()].join(', ')}.`
      : `"${name}": ${algorithm} takes ${digits} hexadecimal digits.`;
  return { code: 'bad-checksum', message };
}

/** A digest as copied from a checksum file: its length tells the algorithm, and no file has such a name. */
function bareDigest(name: string, value: string): FormatProblem | undefined {
  const [algorithm] = [...DIGITS].find(([, digits]) => value.length === digits) ?? [];
  if (algorithm === undefined || !/^[0-9a-f]+$/i.test(value)) return undefined;
  const meant = `${algorithm}:${value}`;
  return {
    code: 'bad-checksum',
    message: `"${name}" has a digest without its algorithm. Write "${meant}".`,
    fixes: [{ kind: 'set-value', value: meant }],
  };
}
