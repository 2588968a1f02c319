import { toFailure } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import type { LiveImage } from '../../core/glance/image.ts';
import type { Place } from '../../core/place.ts';
import type { CloudProblem } from '../../core/keystone/clouds/cloud-problem.ts';
import type { FacetName } from './image-view.ts';
import { nodeId } from './node-id.ts';

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
  /** TLS certificates of its cloud are not checked. */
  readonly insecure: boolean;
}

/** The images of a region that have one value in common. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly place: Place;
  readonly facet: FacetName;
  /** Empty: those without a value. */
  readonly value: string;
  /** Images that are loaded. */
  readonly count: number;
  /** Whether images that are not loaded yet may belong to it. */
  readonly open: boolean;
}

export interface ImageNode {
  readonly kind: 'image';
  readonly id: string;
  readonly place: Place;
  readonly image: LiveImage;
  /** The group that this row stands in; an image with two tags has two rows. */
  readonly group?: string;
}

/** An image that an apply is making and that no listing shows yet: it is hidden until it is verified. */
export interface TransferNode {
  readonly kind: 'transfer';
  readonly id: string;
  readonly place: Place;
  readonly transferId: string;
}

/** Stands after the last image that was loaded. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly place: Place;
  readonly loading: boolean;
  /** Images that were read so far, and how many of them the filter lets through. */
  readonly read: number;
  readonly shown: number;
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
  readonly problem: CloudProblem;
}

/** A region without images, or without any that the filter lets through. */
export interface EmptyNode {
  readonly kind: 'empty';
  readonly id: string;
  readonly place: Place;
  /** Images that the filter holds back. */
  readonly filtered: number;
}

export type TreeNode =
  CloudNode | RegionNode | GroupNode | ImageNode | TransferNode | MoreNode | FailureNode | ProblemNode | EmptyNode;

/** A node for something that is wrong with `clouds.yaml`. */
export function problemNode(problem: CloudProblem): ProblemNode {
  return { kind: 'problem', id: nodeId('problem', problem.code, problem.message), problem };
}

/** A node for an error, at the place of what could not be read. */
export function failureNode(of: CloudNode | RegionNode | undefined, error: unknown): FailureNode {
  return { kind: 'failure', id: nodeId('failure', of?.id ?? ''), of, failure: toFailure(error) };
}

/** Whether an argument of a command is an image of the view. */
export function isImageNode(value: unknown): value is ImageNode {
  return isTreeNode(value) && value.kind === 'image';
}

/** Whether an argument of a command is a node of the view. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;
}
