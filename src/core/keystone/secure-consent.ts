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

/**
 * What the user has to agree to before a cloud is used; `undefined` where the secure file itself names all addresses.
 * @param secret the cloud's entry in the secure file
 */
export function secureConsent(cloud: Cloud, secret: RawCloud, secureFile: string): SecureConsent | undefined {
  const { auth, imageEndpoint, tls } = cloud;
  const chosen = new Set(textsOf(secret));
  const addresses = [...Object.values(auth), imageEndpoint ?? ''].filter((text) => /^https?:\/\//i.test(text));
  const ownCertificates =
    (!tls.verify && secret.verify === undefined && secret.insecure === undefined) ||
    (tls.caFile !== undefined && secret.cacert === undefined);
  const receivers = [...new Set(addresses)].filter((address) => ownCertificates || !chosen.has(address)).toSorted();
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
