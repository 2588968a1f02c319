import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stageForEach } from './stage.ts';

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
    const file = join(stage.workspace, 'clouds.yaml');
    await writeFile(file, WRONG);
    const window = await stage.open();
    const { page } = window;
    await window.openGlanceView();
    await window.openFile('clouds.yaml');
    await window.command('View: Focus Problems');
    const problems = page.locator('.markers-panel');
    const entry = problems.getByRole('treeitem', { name: /v3kerberos/ });
    await entry.waitFor();
    await problems.getByRole('treeitem', { name: /image_api_version/ }).waitFor();
    await problems.getByRole('treeitem', { name: /verify/ }).waitFor();
    await window.screenshot('clouds-problems');

    // A click leads to the line.
    await window.press(entry, page.locator('.statusbar').getByText('Ln 8, Col 5'));
    await writeFile(file, WRONG.replace('v3kerberos', 'password'));
    await entry.waitFor({ state: 'detached' });
    await problems.getByRole('treeitem', { name: /verify/ }).waitFor();
  });
});
