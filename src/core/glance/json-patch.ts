import type { PatchOperation } from './service.ts';

/** The only media type that Glance takes for a PATCH (https://docs.openstack.org/api-ref/image/v2/#update-image). */
export const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

/** The operations as Glance reads them: one JSON pointer token each. */
export function patchBody(operations: readonly PatchOperation[]): string {
  return JSON.stringify(
    operations.map((operation) => ({
      ...operation,
      path: `/${operation.path.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    })),
  );
}
