import type { Target } from '../target.ts';
import { cloudTargets } from './clouds.ts';
import { definitionTargets } from './definitions.ts';
import { editorTargets } from './editor.ts';
import { glanceTargets } from './glance.ts';
import { sourceTargets } from './sources.ts';
import { streamTargets } from './streams.ts';

export const TARGETS: readonly Target[] = [
  ...definitionTargets,
  ...cloudTargets,
  ...glanceTargets,
  ...sourceTargets,
  ...editorTargets,
  ...streamTargets,
];
