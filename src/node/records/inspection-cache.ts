import { isInspection, type Inspection } from '../../core/source/inspection/inspection.ts';
import type { InspectionCache } from '../../core/source/ports.ts';
import { IdentityCache } from './identity-cache.ts';
import type { TellUnkept } from './tell-unkept.ts';

/** What the headers of files said that were inspected before, on disk. */
export class FileInspectionCache extends IdentityCache<Inspection> implements InspectionCache {
  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, tellUnkept: TellUnkept) {
    super(folder, tellUnkept, { what: 'inspection', read: (value) => (isInspection(value) ? value : undefined) });
  }
}
