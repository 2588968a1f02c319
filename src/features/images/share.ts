import * as vscode from 'vscode';
import type { ImageMember } from '../../core/glance/members.ts';
import type { ImageAt } from '../../platform/prompts/pickers.ts';
import { changeImages } from './change-images.ts';
import type { ChangeImagesOptions } from './change-images.ts';
import { agreed, counted } from './on-images.ts';
import { askText } from '../../platform/prompts/questions.ts';

interface MemberItem extends vscode.QuickPickItem {
  /** Absent for *Share with a Project…*. */
  readonly member?: ImageMember;
}

/** *Share…*: the projects that images are shared with. Only `shared` images have members; another one is offered to become so. */
export async function shareImages(options: ChangeImagesOptions, images: readonly ImageAt[]): Promise<void> {
  if (images.length === 0 || !(await madeShared(options, images))) return;
  const [only] = images;
  if (images.length > 1 || only === undefined) return addMember(options, images);
  const members = await options.engines.use((engine) => engine.members(only.place, only.id));
  const items: readonly MemberItem[] = [
    { label: 'Share with a Project…', iconPath: new vscode.ThemeIcon('add') },
    ...members.map((member) => ({
      label: member.project,
      description: member.status,
      detail: 'Select to stop sharing with this project',
      iconPath: new vscode.ThemeIcon(member.status === 'accepted' ? 'check' : 'clock'),
      member,
    })),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: `Members of ${counted(images)}`,
    placeHolder: 'A member can use the image after accepting it',
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  if (chosen.member === undefined) return addMember(options, images);
  const { project } = chosen.member;
  const question = `Stop sharing ${counted(images)} with the project ${project}?`;
  const note = 'Running servers are not affected. New servers can’t be started from it there.';
  if (await agreed(question, images, [note], 'Stop Sharing')) {
    await changeImages(options, images, { kind: 'member', project, shared: false });
  }
}

async function addMember(options: ChangeImagesOptions, images: readonly ImageAt[]): Promise<void> {
  const project = await askText({
    title: `Share ${counted(images)}`,
    prompt: 'Project ID. Glance does not check whether the project exists',
    // It is copied from somewhere else.
    ignoreFocusOut: true,
    validateInput: (text) => (/^\S+$/.test(text.trim()) ? undefined : 'A project ID has no spaces.'),
  });
  if (project !== undefined) {
    await changeImages(options, images, { kind: 'member', project: project.trim(), shared: true });
  }
}

/** Whether all of them are shared, if need be after a question. */
async function madeShared(options: ChangeImagesOptions, images: readonly ImageAt[]): Promise<boolean> {
  const looked = await Promise.all(
    images.map(async (at) => ({
      at,
      image: await options.engines.use((engine) => engine.image(at.place, at.id)),
    })),
  );
  const others = looked.filter(({ image }) => image.visibility !== 'shared');
  if (others.length === 0) return true;
  const which = others.map(({ at }) => at);
  const kinds = [...new Set(others.map(({ image }) => image.visibility))].join(', ');
  const question = `Make ${counted(which)} shared?`;
  const note = `Only images with the visibility "shared" have members. Current visibility: ${kinds}.`;
  if (!(await agreed(question, which, [note], 'Make Shared'))) return false;
  return changeImages(options, which, { kind: 'visibility', visibility: 'shared' }, true);
}
