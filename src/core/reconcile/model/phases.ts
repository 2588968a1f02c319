/** The steps of an apply, in this order. Which of them occur depends on the action. */
export const PHASES = [
  'waiting',
  'downloading',
  'decompressing',
  'staging',
  'uploading',
  'importing',
  'verifying',
  'updating',
  'copying',
  'sharing',
  'publishing',
  'retiring',
] as const;

export type Phase = (typeof PHASES)[number];
