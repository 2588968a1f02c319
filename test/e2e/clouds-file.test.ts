import type { Locator } from 'playwright-core';
import { stageForEach } from './stage.ts';
import { press } from './workbench/until.ts';

const WRONG = `clouds:
  # The one of the data centre.
  production:
    auth:
      auth_url: http://127.0.0.1:9/v3
      username: operator
      project_name: images
    auth_type: v3kerberos
    region_name: RegionOne
  staging:
    auth:
      auth_url: http://127.0.0.1:9/v3
      username: operator
      password: none
      project_name: images
    verify: maybe
    image_api_version: 1
    regions: [RegionOne]
`;

describe('clouds.yaml in the editor', () => {
  const stage = stageForEach({ sandbox: false });

  it('has what is wrong with it marked at its line and listed under Problems, until it is mended', async () => {
    await stage.write('clouds.yaml', WRONG);
    const window = await stage.open();
    await window.view.open();
    await window.openFile('clouds.yaml');
    await window.command('View: Focus Problems');
    const problem = (name: RegExp): Locator => window.page.locator('.markers-panel').getByRole('treeitem', { name });
    for (const wrong of [/v3kerberos/, /image_api_version/, /verify/]) await problem(wrong).waitFor();
    await window.screenshot('clouds-problems');

    // A click leads to the line.
    await press(problem(/v3kerberos/), window.page.locator('.statusbar').getByText('Ln 8, Col 5'));
    await stage.write('clouds.yaml', WRONG.replace('v3kerberos', 'password'));
    await problem(/v3kerberos/).waitFor({ state: 'detached' });
    await problem(/verify/).waitFor();
  });
});
