import { readTls } from './cloud-tls.ts';
import type { Cloud, SecureConsent } from './configuration.ts';
import { USER } from './file-owner.ts';
import { isMapping, textOf, type RawCloud } from './raw-cloud.ts';

/** The part of a cloud from one file. */
export interface ConfigurationLayer {
  /** Real path. */
  readonly file: string;
  /** See `FileOwners`. */
  readonly owner: string;
  /** With current key names and absolute paths. */
  readonly raw: RawCloud;
  /** Whether all its values count as secrets, as in `secure.yaml`. */
  readonly secret: boolean;
}

/** Login keys with URLs that receive secrets. */
const ADDRESSES = ['auth_url', 'endpoint', 'access_token_endpoint', 'discovery_endpoint'];

/** A URL that parsing leaves unchanged. */
const PLAIN_ADDRESS = /^https?:\/\/[\w.:[\]-]+(?:\/[\w./~%-]*)?$/i;

const SECRET_KEY = /password|passcode|secret|token|^key$/;
const NO_SECRET_KEY = /^access_token_(?:endpoint|type)$/;

/** The spelling of a URL may hide its target: URL parsers drop blanks and tabs, and accept one slash or a backslash for two slashes. */
function asItIsUsed(address: string): string {
  return PLAIN_ADDRESS.test(address) ? address : (URL.parse(address)?.href ?? address);
}

/** The URLs that receive a secret or a token of a cloud: its login, and its Glance if it names one. */
export function receiversOf(cloud: Cloud): readonly string[] {
  return [...new Set(writtenAddresses(cloud).map(asItIsUsed))];
}

/**
 * The consent that a cloud needs; `undefined` if the owner of the secrets, or the user, names all
 * URLs.
 * @param layers the parts of the cloud from all files
 */
export function secureConsent(
  cloud: Cloud,
  layers: readonly ConfigurationLayer[],
  homeDirectory: string,
): SecureConsent | undefined {
  const asked = layers.flatMap((layer) => {
    if (!layer.secret && !holdsSecret(layer.raw)) return [];
    const trusted = layers.filter(({ owner }) => owner === layer.owner || owner === USER);
    if (trusted.length === layers.length) return [];
    const ownCertificates = checksOtherwise(cloud, trusted, homeDirectory);
    const chosen = new Set(trusted.flatMap(({ raw }) => textsOf(raw)));
    const foreign = writtenAddresses(cloud).filter((address) => ownCertificates || !chosen.has(address));
    return foreign.length === 0 ? [] : [{ file: layer.file, foreign, ownCertificates }];
  });
  if (asked.length === 0) return undefined;
  return {
    secureFile: [...new Set(asked.map(({ file }) => file))].join(' and '),
    receivers: [...new Set(asked.flatMap(({ foreign }) => foreign.map(asItIsUsed)))].toSorted(),
    ownCertificates: asked.some(({ ownCertificates }) => ownCertificates),
  };
}

/** A key that is equal for equal questions. */
export function consentKey({ secureFile, receivers, ownCertificates }: SecureConsent): string {
  return JSON.stringify([secureFile, receivers, ownCertificates]);
}

function writtenAddresses({ auth, imageEndpoint = '' }: Cloud): readonly string[] {
  return [...ADDRESSES.map((key) => auth[key] ?? ''), imageEndpoint].filter((text) => text !== '');
}

/** Whether certificates are checked less strictly, or by another authority, than in these layers. */
function checksOtherwise({ name, tls }: Cloud, layers: readonly ConfigurationLayer[], homeDirectory: string): boolean {
  const said = layers.map(({ raw }) => readTls(name, raw, homeDirectory).tls);
  const unchecked = !tls.verify && said.every(({ verify }) => verify);
  const authority = tls.ca ?? tls.caFile;
  return unchecked || (authority !== undefined && said.every(({ ca, caFile }) => (ca ?? caFile) !== authority));
}

function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isMapping(value)) return false;
  return Object.entries(value).some(([key, inner]) => {
    const secret = SECRET_KEY.test(key) && !NO_SECRET_KEY.test(key);
    return secret ? (textOf(inner) ?? '') !== '' || holdsSecret(inner) : holdsSecret(inner);
  });
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isMapping(value) ? Object.values(value).flatMap(textsOf) : [];
}
