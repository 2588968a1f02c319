import { withoutSecrets } from '../../http/addresses.ts';
import type { DefinitionRequest } from '../../source/definition-request.ts';
import type { SourceFacts, SourceOrigin } from '../../source/source-facts.ts';
import { mostPrivate, type AddressKind } from '../../source/url/address.ts';
import type { BegunDownload } from '../../source/url/download.ts';
import { originOf } from './source-origin.ts';

/** Where the bytes of a URL come from. */
export function sourceOfFetched(
  request: DefinitionRequest,
  { validators, network }: Pick<BegunDownload, 'validators' | 'network'>,
): { readonly origin: SourceOrigin; readonly network: AddressKind; readonly name: string } {
  return {
    origin: originOf(request, validators.etag),
    network: mostPrivate(network, request.checksumNetwork),
    name: withoutSecrets(request.url),
  };
}

/** Whether what was known of a source when it began to arrive is still true of the whole. */
export function isAsBegun(begun: SourceFacts, whole: SourceFacts): boolean {
  const { path, size, inspection, origin } = whole;
  const told = [begun.path, begun.size, begun.inspection, begun.origin];
  return JSON.stringify(told) === JSON.stringify([path, size, inspection, origin]);
}
