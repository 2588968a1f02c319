import { describePlace } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import { reachesOf } from '../../core/reconcile/planning/problems/reach-problems.ts';
import { describeClearing } from '../../core/reconcile/planning/sharing/distribution.ts';
import { describeChange, describePredecessor, planConsequences, subject } from '../../core/reconcile/words/describe.ts';
import type { Question } from '../../platform/prompts/questions.ts';
import { bytesWarnings } from '../../core/reconcile/planning/problems/flaw-problems.ts';

/** Why a plan needs consent. */
type Reason = 'replace' | 'recover' | 'clear' | 'public' | 'community' | 'reach';

/** The words for one reason. `image` is its name and place, as in `"Debian 13" in cloud/RegionOne`. */
interface Words {
  readonly button: string;
  readonly question: (image: string, plan: Plan) => string;
  /** The question about several images, as in `2 images`. */
  readonly several: (images: string) => string;
  readonly detail: (plan: Plan) => string;
  /** The line of this plan in a question about several. */
  readonly line: (image: string, plan: Plan) => string;
}

/** By gravity: the first one that applies gives the button. */
const WORDS: Readonly<Record<Reason, Words>> = {
  replace: {
    button: 'Replace',
    question: (image) => `Replace image ${image}?`,
    several: (images) => `Replace ${images}?`,
    detail: (plan) => [...forcingChanges(plan), describePredecessor(plan)].join('\n'),
    line: (image, plan) => `${image} is replaced: ${describePredecessor(plan)}.`,
  },
  recover: {
    button: 'Recover',
    question: (image) => `Delete the unfinished image ${image} of an earlier apply, and apply again?`,
    several: (images) => `Delete ${images} left by earlier applies, and apply again?`,
    detail: (plan) => recovery(plan) ?? '',
    line: (image, plan) => `${image}: ${recovery(plan) ?? ''}`,
  },
  clear: {
    button: 'Delete Data',
    question: (image) => `Delete data of image ${image} from a store?`,
    several: (images) => `Delete data of ${images} from a store?`,
    detail: (plan) => describeClearing(plan) ?? '',
    line: (image, plan) => `${image}: ${describeClearing(plan) ?? ''}.`,
  },
  public: {
    button: 'Make Visible',
    question: (image) => `Make image ${image} public?`,
    several: (images) => `Make ${images} public?`,
    detail: () => 'Every project of the cloud will be able to see and use it.',
    line: (image) => `${image} becomes public.`,
  },
  community: {
    button: 'Make Visible',
    question: (image) => `Make image ${image} a community image?`,
    several: (images) => `Make ${images} community images?`,
    detail: () => 'Every project of the cloud can use it by its ID.',
    line: (image) => `${image} becomes a community image.`,
  },
  reach: {
    button: 'Send',
    question: (_image, { definition, place }) =>
      `Send image "${definition.arguments.name}" to ${describePlace(place)} from outside the folder of its definition?`,
    several: (images) => `Send ${images} from outside the folders of their definitions?`,
    detail: (plan) => reachesOf(plan).join('\n'),
    line: (image, plan) => `${image}: ${reachesOf(plan).join(' ')}`,
  },
};

/**
 * The question to ask before these plans are carried out; `undefined` if none needs consent. Plans need it that replace
 * an image, delete an image of an earlier apply or data from a store, show an image to other projects, or send bytes
 * from outside the folder of the definition.
 */
export function consentQuestion(plans: readonly Plan[]): Question | undefined {
  const asked = plans.flatMap((plan) => reasonsOf(plan).map((reason) => ({ plan, reason })));
  const [first] = asked;
  if (first === undefined) return undefined;
  const gravest = Object.entries(WORDS).find(([reason]) => asked.some((each) => each.reason === reason));
  const { button } = gravest?.[1] ?? WORDS[first.reason];
  if (asked.length > 1) {
    const lines = asked.map(({ plan, reason }) => WORDS[reason].line(subject(plan), plan));
    return { question: severalQuestion(asked.map(({ reason }) => reason)), detail: lines.join('\n'), button };
  }
  const { question, detail } = WORDS[first.reason];
  return { question: question(subject(first.plan), first.plan), detail: detail(first.plan), button };
}

/** `Replace 2 images?` for one reason, else that there are several. */
function severalQuestion(reasons: readonly Reason[]): string {
  const [reason] = reasons;
  if (reason === undefined || reasons.some((each) => each !== reason)) return `Confirm ${reasons.length} changes?`;
  return WORDS[reason].several(`${reasons.length} images`);
}

/** The question to ask if plans were made again and do more, or warn of more in their bytes, than was agreed to. */
export function changedPlansQuestion(plans: readonly Plan[]): Question {
  const lines = plans.flatMap((plan) => [
    `${plan.definition.arguments.name}, ${describePlace(plan.place)}: ${plan.action}`,
    ...[
      ...plan.changes.map(describeChange),
      ...planConsequences(plan),
      ...reachesOf(plan),
      ...bytesWarnings(plan).map(({ message }) => message),
    ].map((each) => `  ${each}`),
  ]);
  const images = plans.map(subject).join(', ');
  return {
    question: `The cloud or a source changed since the plan was made. Apply the new plan to ${images}?`,
    detail: lines.join('\n'),
    button: 'Apply Anyway',
  };
}

function reasonsOf(plan: Plan): readonly Reason[] {
  const exposed = exposure(plan);
  return [
    ...(plan.action === 'replace' ? (['replace'] as const) : []),
    ...(recovery(plan) === undefined ? [] : (['recover'] as const)),
    ...(describeClearing(plan) === undefined ? [] : (['clear'] as const)),
    ...(exposed === undefined ? [] : [exposed]),
    ...(reachesOf(plan).length === 0 ? [] : (['reach'] as const)),
  ];
}

function forcingChanges({ changes }: Plan): readonly string[] {
  return changes.filter(({ forcesReplacement }) => forcesReplacement).map(({ path, why }) => `${path}: ${why}`);
}

/** Why the plan deletes an image of an earlier apply, if it does. */
function recovery(plan: Plan): string | undefined {
  return plan.problems.find(({ code }) => code === 'recovers-stuck-image')?.message;
}

/** The visibility that shows the image to other projects, if the plan sets it. */
function exposure(plan: Plan): 'public' | 'community' | undefined {
  if (plan.action === 'none' || plan.action === 'blocked') return undefined;
  const wanted = plan.definition.arguments.visibility;
  if (wanted !== 'public' && wanted !== 'community') return undefined;
  return plan.live?.visibility === wanted ? undefined : wanted;
}
