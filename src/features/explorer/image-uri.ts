import * as vscode from 'vscode';
import type { Place } from '../../core/place.ts';

/** Rows of the Glance view, for their decorations; no document has this scheme. */
export const imageScheme = 'glance-image';

/** What an image's row is called for decorations. Holds names and ids only. */
export function imageUri(place: Place, id: string): vscode.Uri {
  return vscode.Uri.from({
    scheme: imageScheme,
    path: `/${[place.cloud, place.region, id].map(encodeURIComponent).join('/')}`,
  });
}
