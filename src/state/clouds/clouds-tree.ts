import { toFailure } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { CloudProblem } from '../../core/keystone/clouds/cloud-problem.ts';
import type { FacetName } from './image-view.ts';
import { nodeId } from './node-id.ts';

/** A cloud of `clouds.yaml`. The only cloud has no row. */
export interface CloudNode {
  readonly kind: 'cloud';
  readonly id: string;
  readonly cloud: string;
  /** Path of its file, or `environment`. */
  readonly origin: string;
  /** Why it is the default cloud, if it is. */
  readonly chosenBy?: string;
  /** TLS certificates are not checked. */
  readonly insecure: boolean;
}

export interface RegionNode {
  readonly kind: 'region';
  readonly id: string;
  readonly place: Place;
  /** TLS certificates of its cloud are not checked. */
  readonly insecure: boolean;
}

/** The images of a region that share a value. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly place: Place;
  readonly facet: FacetName;
  /** Empty for images without a value. */
  readonly value: string;
  /** The number of loaded images. */
  readonly count: number;
  /** Whether images that are not loaded yet may belong to the group. */
  readonly open: boolean;
}

export interface ImageNode {
  readonly kind: 'image';
  readonly id: string;
  readonly place: Place;
  readonly image: LiveImage;
  /** The group of this row. An image with two tags has two rows. */
  readonly group?: string;
}

/** An image that an apply is creating. Listings do not show it before it is verified. */
export interface TransferNode {
  readonly kind: 'transfer';
  readonly id: string;
  readonly place: Place;
  readonly transferId: string;
}

/** The row after the last loaded image. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly place: Place;
  readonly loading: boolean;
  /** How many images are loaded, and how many of them match the filter. */
  readonly read: number;
  readonly shown: number;
}

/** A cloud or region that could not be read. Its siblings are still shown. */
export interface FailureNode {
  readonly kind: 'failure';
  readonly id: string;
  /** What to retry; `undefined` for the configuration itself. */
  readonly of: CloudNode | RegionNode | undefined;
  readonly failure: Failure;
}

/** A problem of `clouds.yaml`. */
export interface ProblemNode {
  readonly kind: 'problem';
  readonly id: string;
  readonly problem: CloudProblem;
}

/** A region without images, or without any that match the filter. */
export interface EmptyNode {
  readonly kind: 'empty';
  readonly id: string;
  readonly place: Place;
  /** The number of images that the filter hides. */
  readonly filtered: number;
}

export type TreeNode =
  CloudNode | RegionNode | GroupNode | ImageNode | TransferNode | MoreNode | FailureNode | ProblemNode | EmptyNode;

/** The node for a problem of `clouds.yaml`. */
export function problemNode(problem: CloudProblem): ProblemNode {
  return { kind: 'problem', id: nodeId('problem', problem.code, problem.message), problem };
}

/** The node for an error, in place of what could not be read. */
export function failureNode(of: CloudNode | RegionNode | undefined, error: unknown): FailureNode {
  return { kind: 'failure', id: nodeId('failure', of?.id ?? ''), of, failure: toFailure(error) };
}

/** Whether a command's argument is an image of the view. */
export function isImageNode(value: unknown): value is ImageNode {
  return isTreeNode(value) && value.kind === 'image';
}

/** Whether a command's argument is a node of the view. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;
}
