import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import {
  expandPath,
  readableNames,
  readEnvironment,
  type PathDeps,
} from '../../../../../src/core/definition/variables/interpolate.ts';
import { Failure } from '../../../../../src/core/failure.ts';

const DEPS: PathDeps = {
  definitionFile: resolve('/project-folder/images/some.image.jsonc'),
  workspaceFolder: resolve('/project-folder'),
  homeDirectory: resolve('/home/me'),
  environment: {
    GLANCE_IMAGES_DIR: '/big/disk',
    GLANCE_IMAGES_EMPTY: '',
    GLANCE_IMAGES_NESTED: '${env:OS_PASSWORD}',
    OS_PASSWORD: 'secret',
    ALLOWED: 'sub',
    OTHER: 'x',
  },
  allowedEnvironment: ['ALLOWED', 'OS_PASSWORD'],
};

describe('expandPath', () => {
  for (const [value, expected] of [
    ['disk.img', '/project-folder/images/disk.img'],
    ['../disk.img', '/project-folder/disk.img'],
    ['/else/disk.img', '/else/disk.img'],
    ['~', '/home/me'],
    ['~/disk.img', '/home/me/disk.img'],
    ['~other/disk.img', '/project-folder/images/~other/disk.img'],
    ['a~/disk.img', '/project-folder/images/a~/disk.img'],
    ['${workspaceFolder}/disk.img', '/project-folder/disk.img'],
    ['${env:GLANCE_IMAGES_DIR}/disk.img', '/big/disk/disk.img'],
    ['${env:ALLOWED}/disk.img', '/project-folder/images/sub/disk.img'],
    ['~/${env:ALLOWED}/${env:ALLOWED}', '/home/me/sub/sub'],
    ['a$b/$c.img', '/project-folder/images/a$b/$c.img'],
    ['${env:GLANCE_IMAGES_NESTED}', '/project-folder/images/${env:OS_PASSWORD}'],
  ] as const) {
    it(`expands ${value}`, () => assert.equal(expandPath(value, DEPS), resolve(expected)));
  }

  for (const [value, code] of [
    ['${env:OS_PASSWORD}', 'environment-not-allowed'],
    ['${env:os_password}', 'environment-not-allowed'],
    ['${env:OTHER}', 'environment-not-allowed'],
    ['${env:GLANCE_IMAGES_MISSING}', 'environment-not-set'],
    ['${env:GLANCE_IMAGES_EMPTY}', 'environment-not-set'],
    ['${env:}', 'bad-reference'],
    ['${env:GLANCE_IMAGES_DIR', 'bad-reference'],
    ['${workspaceFolder', 'bad-reference'],
    ['${secret:x}', 'bad-reference'],
    ['${HOME}/x', 'bad-reference'],
    ['', 'bad-path'],
    ['a\0b', 'bad-path'],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} with ${code}`, () => {
      assert.throws(
        () => expandPath(value, DEPS),
        (error) => Failure.is(error, code),
      );
    });
  }

  it('says what is missing outside of a workspace folder', () => {
    assert.throws(
      () => expandPath('${workspaceFolder}/x', { ...DEPS, workspaceFolder: undefined }),
      (error) => Failure.is(error, 'no-workspace-folder'),
    );
  });
});

describe('environment variables of a definition', () => {
  it('are those with our prefix and those that are allowed, if they are set, and never a credential of a cloud', () => {
    assert.deepEqual(readableNames(DEPS), ['ALLOWED', 'GLANCE_IMAGES_DIR', 'GLANCE_IMAGES_NESTED']);
    for (const name of ['OS_PASSWORD', 'os_password'])
      assert.throws(
        () => readEnvironment(name, { ...DEPS, allowedEnvironment: [name] }),
        (error) => Failure.is(error, 'environment-not-allowed'),
      );
  });
});
