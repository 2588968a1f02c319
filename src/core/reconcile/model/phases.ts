/**
 * The steps of an apply, in this order: a phase as the name of a step, and as what is done in it. Which of them occur depends
 * on the action.
 */
export const PHASE_WORDS = {
  waiting: { step: 'Wait', activity: 'waiting' },
  downloading: { step: 'Download', activity: 'downloading the source' },
  decompressing: { step: 'Decompress', activity: 'decompressing the source' },
  staging: { step: 'Stage', activity: 'creating the image' },
  uploading: { step: 'Upload', activity: 'uploading' },
  importing: { step: 'Fetch by Glance', activity: 'Glance fetches the source' },
  verifying: { step: 'Verify', activity: 'verifying' },
  updating: { step: 'Update', activity: 'updating' },
  copying: { step: 'Copy to stores', activity: 'copying to stores' },
  sharing: { step: 'Share', activity: 'sharing' },
  publishing: { step: 'Publish', activity: 'publishing' },
  retiring: { step: 'Retire old image', activity: 'retiring the old image' },
} as const;

export type Phase = keyof typeof PHASE_WORDS;

/** Every phase, in order. */
export const PHASES = Object.keys(PHASE_WORDS) as readonly Phase[];

/** What happened to an upload that is sent once more. `status`: of the answer that ended it, if there was one. */
export function describeLost(status: number | undefined): string {
  return status === undefined ? 'connection lost, retrying' : `HTTP ${status}, retrying`;
}
