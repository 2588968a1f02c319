import type { Cloud } from './configuration.ts';
import { isMapping, type RawCloud } from './raw-cloud.ts';

/** The user's `secure.yaml` completes a cloud of a workspace: somebody else may have written where its secrets go. */
export interface SecureConsent {
  /** Absolute path of the `secure.yaml`. */
  readonly secureFile: string;
  /** Addresses that the workspace names and that get secrets or tokens, in order. */
  readonly receivers: readonly string[];
  /** Whether the workspace says that their certificates are not checked, or by which authority they are. */
  readonly ownCertificates: boolean;
}

/** What of a login is an address that something secret is sent to. */
const ADDRESSES = ['auth_url', 'endpoint', 'access_token_endpoint', 'discovery_endpoint'];

/** Nothing in it but what stays as it is once it is parsed. */
const PLAIN_ADDRESS = /^https?:\/\/[\w.:[\]-]+(?:\/[\w./~%-]*)?$/i;

/** A spelling may hide where it leads: parsers of URLs drop blanks and tabs, and take one slash or a backslash for two slashes. */
function asItIsUsed(address: string): string {
  return PLAIN_ADDRESS.test(address) ? address : (URL.parse(address)?.href ?? address);
}

/**
 * What the user has to agree to before a cloud is used; `undefined` where the secure file itself names all addresses.
 * @param secret the cloud's entry in the secure file
 */
export function secureConsent(cloud: Cloud, secret: RawCloud, secureFile: string): SecureConsent | undefined {
  const { auth, imageEndpoint = '', tls } = cloud;
  const chosen = new Set(textsOf(secret));
  const addresses = [...ADDRESSES.map((key) => auth[key] ?? ''), imageEndpoint].filter((text) => text !== '');
  const ownCertificates =
    (!tls.verify && secret.verify === undefined && secret.insecure === undefined) ||
    (tls.caFile !== undefined && secret.cacert === undefined);
  const foreign = addresses.filter((address) => ownCertificates || !chosen.has(address));
  const receivers = [...new Set(foreign.map(asItIsUsed))].toSorted();
  return receivers.length === 0 ? undefined : { secureFile, receivers, ownCertificates };
}

/** The same for the same question, however it came about. */
export function consentKey({ secureFile, receivers, ownCertificates }: SecureConsent): string {
  return JSON.stringify([secureFile, receivers, ownCertificates]);
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isMapping(value) ? Object.values(value).flatMap(textsOf) : [];
}
