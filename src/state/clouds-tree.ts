import type { Failure } from '../core/failure.ts';
import type { LiveImage } from '../core/glance/image.ts';
import type { Place } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';

/** A cloud of `clouds.yaml`; left out of the tree where it is the only one. */
export interface CloudNode {
  readonly kind: 'cloud';
  readonly id: string;
  readonly cloud: string;
  /** Path of its file, or `environment`. */
  readonly origin: string;
  /** Whether it is the one that is meant where nobody names one, and why. */
  readonly chosenBy?: string;
  /** TLS certificates are not checked. */
  readonly insecure: boolean;
}

export interface RegionNode {
  readonly kind: 'region';
  readonly id: string;
  readonly place: Place;
}

export interface ImageNode {
  readonly kind: 'image';
  readonly id: string;
  readonly place: Place;
  readonly image: LiveImage;
}

/** Stands after the last image that was loaded. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly place: Place;
  readonly loading: boolean;
}

/** A cloud or region that could not be read; its siblings are there nevertheless. */
export interface FailureNode {
  readonly kind: 'failure';
  readonly id: string;
  /** What is to be read again; `undefined` for the configuration itself. */
  readonly of: CloudNode | RegionNode | undefined;
  readonly failure: Failure;
}

/** Something wrong with `clouds.yaml`. */
export interface ProblemNode {
  readonly kind: 'problem';
  readonly id: string;
  readonly problem: Problem;
  /** Path of the file, where one is known. */
  readonly file?: string;
}

/** A region without images. */
export interface EmptyNode {
  readonly kind: 'empty';
  readonly id: string;
  readonly place: Place;
}

export type TreeNode = CloudNode | RegionNode | ImageNode | MoreNode | FailureNode | ProblemNode | EmptyNode;

/** Ids depend on nothing but names, so that expansion and selection survive a refresh. */
export function nodeId(kind: TreeNode['kind'], ...names: readonly string[]): string {
  return [kind, ...names.map(encodeURIComponent)].join('/');
}

/** The id of a region's node. */
export function regionId(place: Place): string {
  return nodeId('region', place.cloud, place.region);
}

/** The id of an image's node. */
export function imageNodeId(place: Place, id: string): string {
  return nodeId('image', place.cloud, place.region, id);
}

/** Whether an argument of a command is an image of the view. */
export function isImageNode(value: unknown): value is ImageNode {
  return isTreeNode(value) && value.kind === 'image';
}

/** Whether an argument of a command is a node of the view. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;
}
