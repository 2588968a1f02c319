import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { createCommand, saveCommand, showCommand } from '../../../../../src/core/reconcile/words/openstack-command.ts';
import { markProperties } from '../../../../../src/core/reconcile/ownership/marks.ts';
import { liveImage, placeNamed } from '../../../state/live-image.ts';

const place = placeNamed('RegionOne');
const image = liveImage('1f2e', "Ubuntu 24.04 'noble'", {
  min_disk: 10,
  min_ram: 512,
  protected: true,
  tags: ['lts', 'a b'],
  properties: { os_distro: 'ubuntu', ...markProperties('1f2e', { key: 'k', owns: [] }) },
});

describe('commands for openstackclient', () => {
  it('show and save an image of a cloud and region', () => {
    assert.equal(showCommand(place, image), 'openstack --os-cloud demo --os-region-name RegionOne image show 1f2e');
    assert.equal(
      saveCommand(place, image),
      'openstack --os-cloud demo --os-region-name RegionOne image save --file Ubuntu-24.04-noble.qcow2 1f2e',
    );
  });

  it('name no cloud that comes from the environment, and no region where there is none', () => {
    assert.equal(
      showCommand({ cloud: 'envvars', region: '', origin: 'environment' }, image),
      'openstack image show 1f2e',
    );
  });

  it('make an image like it, without what this tool remembers of that one', () => {
    assert.equal(
      createCommand({ cloud: 'envvars', region: '', origin: 'environment' }, image),
      `openstack image create --disk-format qcow2 --container-format bare --min-disk 10 --min-ram 512 --protected --private --tag lts --tag 'a b' --property os_distro=ubuntu --file Ubuntu-24.04-noble.qcow2 'Ubuntu 24.04 '\\''noble'\\'''`,
    );
  });

  it('reach a shell as the words they are, whatever a cloud calls its images', function () {
    if (process.platform === 'win32') this.skip();
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(value, (name) => {
        const command = createCommand(place, { ...image, name, tags: [name], properties: {} });
        const words = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' }).split('\0');
        assert.equal(words.at(-2), name);
        assert.equal(words[words.indexOf('--tag') + 1], name);
      }),
      { numRuns: 50 },
    );
  });
});
