import assert from 'node:assert/strict';
import { codes, HOME, named, read, USER } from '../read-files.ts';

/** Ten thousand million nodes, if somebody expanded them. */
function aliasBomb(open: string, close: string): string {
  const lines = Array.from({ length: 10 }, (_, level) => {
    const names = Array.from({ length: 10 }, () => `*a${level}`).join(', ');
    return `a${level + 1}: &a${level + 1} ${open}${names}${close}`;
  });
  return `a0: &a0 {x: 1}\n${lines.join('\n')}\nclouds: {c: {auth: *a10}}\n`;
}

describe('the search for clouds.yaml', () => {
  const orders: readonly (readonly [
    platform: string,
    environment: Record<string, string>,
    order: readonly string[],
  ])[] = [
    [
      'linux',
      { XDG_CONFIG_HOME: '/xdg', XDG_CONFIG_DIRS: '/site:/other' },
      ['/xdg/openstack', USER, '/site/openstack', '/etc/openstack'],
    ],
    ['linux', { SNAP_REAL_HOME: '/real' }, ['/real/.config/openstack', '/etc/xdg/openstack', '/etc/openstack']],
    ['darwin', {}, [`${HOME}/Library/Application Support/openstack`, USER, '/etc/openstack']],
    ['win32', { LOCALAPPDATA: '/local' }, ['/local/OpenStack/openstack', USER]],
  ];
  for (const [platform, environment, order] of orders) {
    it(`goes through the folders of ${platform} with ${JSON.stringify(environment)}`, async () => {
      const asked: string[] = [];
      const readFile = (path: string): Promise<undefined> => {
        asked.push(path);
        return Promise.resolve(undefined);
      };
      await read({}, { platform, environment, folders: ['/project/images', '/project'], readFile });
      const of = (name: string): readonly string[] =>
        ['/project/images', '/project', ...order].flatMap((folder) =>
          ['yaml', 'yml', 'json'].map((suffix) => `${folder}/${name}.${suffix}`),
        );
      assert.deepEqual(asked, [...of('clouds'), ...of('secure')]);
    });
  }

  it('ends at the first file that exists, and names it', async () => {
    const files = {
      '/project/clouds.yml': named('first'),
      [`${USER}/clouds.yaml`]: named('second'),
      '/given/mine.yaml': named('given'),
    };
    const found = await read(files, { folders: ['/project'] });
    assert.deepEqual([found.clouds.map(({ name }) => name), found.files], [['first'], ['/project/clouds.yml']]);
    assert.deepEqual(found.defaultCloud, { name: 'first', chosenBy: 'the only cloud in /project/clouds.yml' });
    const given = await read(files, {
      folders: ['/project'],
      environment: { OS_CLIENT_CONFIG_FILE: '/given/mine.yaml' },
    });
    assert.deepEqual(given.files, ['/given/mine.yaml']);
    const absent = await read(files, {
      folders: ['/project'],
      environment: { OS_CLIENT_CONFIG_FILE: '/given/no.yaml' },
    });
    assert.deepEqual(
      [absent.files, codes(absent.problems)],
      [['/project/clouds.yml'], ['warning configuration-absent']],
    );
  });

  it('never passes over a broken file', async () => {
    const broken: readonly (readonly [text: string, where: RegExp])[] = [
      ['clouds:\n  a: [\n', /^\/project\/clouds\.yaml:3: /],
      ['clouds:\n\ta: 1\n', /^\/project\/clouds\.yaml:2: /],
      ['- a\n- b\n', /^\/project\/clouds\.yaml:1: .*not a mapping/],
      ['just words', /^\/project\/clouds\.yaml:1: .*not a mapping/],
      [aliasBomb('[', ']'), /aliases/],
      [aliasBomb('{<<: [', ']}'), /aliases/],
      ['clouds: {a: *nothing}\n', /no anchor/],
      [`clouds: ${'['.repeat(20_000)}`, /nested too deeply/],
      ['clouds: {}\n---\nclouds: {}\n', /^\/project\/clouds\.yaml:2: A second document/],
      [Buffer.from('clouds:\n  a: {auth: {password: h\xfcsh}}\n', 'latin1').toString('utf8'), /yaml:2: .*UTF-8/],
      [`# ${'x'.repeat(1024 * 1024)}\nclouds: {}\n`, /larger than 1 MiB/],
    ];
    for (const [text, where] of broken) {
      const files = { '/project/clouds.yaml': text, [`${USER}/clouds.yaml`]: named('other') };
      const { clouds, problems } = await read(files, { folders: ['/project'] });
      assert.deepEqual([clouds, codes(problems)], [[], ['error configuration-unreadable']], text);
      assert.match(problems[0]?.message ?? '', where);
    }
    const json = await read({ '/project/clouds.json': '{"clouds": ' }, { folders: ['/project'] });
    assert.deepEqual(codes(json.problems), ['error configuration-unreadable']);
  });

  it('says what is broken without a word of the file, which may be a password', async () => {
    const values = ['*hush', '&hush *hush', '@hush', '`hush', '%hush', '"hush', "'hush", '"a" hush', '{hush', '|hush'];
    values.push('"\\hush"', 'hush: hush', '&a &hush x', '!!int hush', '{<<: hush}', '>hush', '!<hush', '*hush : x');
    for (const value of values) {
      const { problems } = await read({
        [`${USER}/clouds.yaml`]: `clouds:\n  a:\n    auth:\n      password: ${value}\n`,
      });
      assert.doesNotMatch(JSON.stringify(problems), /hush/, value);
    }
  });

  it('goes on past what is there but can not be read, and says so', async () => {
    const files: Readonly<Record<string, string>> = { [`${USER}/clouds.yaml`]: named('a') };
    const readFile = async (path: string): Promise<string | undefined> => {
      if (path === '/project/clouds.yaml') throw new Error('EISDIR: illegal operation on a directory, read');
      return Promise.resolve(files[path]);
    };
    const { clouds, problems } = await read({}, { folders: ['/project'], readFile });
    assert.equal(clouds[0]?.origin, `${USER}/clouds.yaml`);
    assert.deepEqual(codes(problems), ['warning configuration-unreadable']);
    assert.match(problems[0]?.message ?? '', /^\/project\/clouds\.yaml exists but.*EISDIR/);
  });

  it('lets many clouds share a base', async () => {
    const clouds = Array.from({ length: 300 }, (_, count) => `  c${count}: {auth: {<<: *base, username: u${count}}}`);
    const text = `base: &base {auth_url: "http://k"}\nclouds:\n${clouds.join('\n')}\n`;
    const found = await read({ [`${USER}/clouds.yaml`]: text });
    assert.deepEqual(found.problems, []);
    assert.deepEqual(found.clouds[299]?.auth, { auth_url: 'http://k', username: 'u299' });
  });

  it('reads what other programs write: a byte order mark, CRLF, JSON, nothing at all', async () => {
    const marked = await read({ [`${USER}/clouds.yaml`]: `\ufeff${named('a')}\r\n# é\r\n` });
    assert.deepEqual([marked.clouds.length, marked.problems], [1, []]);
    const json = await read({
      [`${USER}/clouds.json`]: '{"clouds": {"a": {"auth": {"password": 123, "username": "u"}}}}',
    });
    assert.deepEqual(json.clouds[0]?.auth, { password: '123', username: 'u' });
    for (const text of ['', '# nothing\n', 'clouds:\n', 'client: {}\n', 'clouds: []\n']) {
      const { clouds, problems } = await read({ [`${USER}/clouds.yaml`]: text });
      assert.deepEqual([clouds, codes(problems)], [[], ['warning configuration-empty']], text);
    }
  });

  it('says that a key is there twice; the last one counts', async () => {
    const text = 'clouds:\n  a:\n    auth: {username: x}\n  a:\n    auth: {username: y}\n';
    const { clouds, problems } = await read({ [`${USER}/clouds.yaml`]: text });
    assert.equal(clouds[0]?.auth.username, 'y');
    assert.deepEqual([codes(problems), problems[0]?.line], [['warning duplicate-key'], 4]);
  });

  it('knows anchors and merge keys, and makes nothing of tags', async () => {
    const text = [
      'base: &base {auth_url: "http://k", username: u}',
      'clouds:',
      '  a: {auth: {<<: *base, username: mine}}',
      '  b: {auth: {username: !!python/object/apply:os.system ["x"], password: !!str 0123}}',
    ].join('\n');
    const { clouds } = await read({ [`${USER}/clouds.yaml`]: text });
    assert.deepEqual(clouds[0]?.auth, { auth_url: 'http://k', username: 'mine' });
    assert.deepEqual(clouds[1]?.auth, { password: '0123' });
  });

  it('leaves the other clouds alone when one is no cloud', async () => {
    const text =
      'clouds:\n  a: words\n  b:\n  c: {auth: no}\n  d: {auth: {auth_url: "http://x"}}\n  __proto__: {auth: {}}\n';
    const { clouds } = await read({ [`${USER}/clouds.yaml`]: text });
    const found = clouds.map(({ name, problems }) => [name, ...codes(problems)]);
    assert.deepEqual(found, [
      ['a', 'error cloud-invalid'],
      ['b', 'error cloud-invalid'],
      ['c', 'error auth-invalid'],
      ['d'],
      ['__proto__'],
    ]);
  });
});

describe('secure.yaml', () => {
  it('is searched on its own and merged over, with its place told', async () => {
    const files = {
      '/project/clouds.yaml': "clouds: {a: {auth: {auth_url: 'http://k', username: u}, verify: false}, b: {auth: {}}}",
      [`${USER}/secure.yaml`]: 'clouds: {a: {auth: {password: hush, username: v}}, c: {auth: {password: x}}}',
    };
    const { clouds, problems } = await read(files, { folders: ['/project'] });
    const [a, b] = clouds;
    assert.deepEqual(a?.auth, { auth_url: 'http://k', username: 'v', password: 'hush' });
    assert.deepEqual([a.origin, a.secureOrigin, a.tls.verify], ['/project/clouds.yaml', `${USER}/secure.yaml`, false]);
    assert.equal(b?.secureOrigin, undefined);
    assert.deepEqual(codes(problems), ['information secret-unused']);
    assert.equal(clouds.length, 2);
  });

  describe('of the user, in a workspace', () => {
    const CLOUDS = '/project/clouds.yaml';
    const SECURE = `${USER}/secure.yaml`;
    const consents = async (clouds: string, secure: string, environment = {}, place = SECURE): Promise<unknown> => {
      const read_ = await read(
        { [CLOUDS]: `clouds: {a: ${clouds}}`, [place]: `clouds: {a: ${secure}}` },
        { folders: ['/project'], environment },
      );
      return read_.clouds[0]?.consent;
    };
    const password = '{auth: {password: hush}}';

    it('needs consent for every address that the workspace names', async () => {
      assert.deepEqual(await consents("{auth: {auth_url: 'https://k'}}", password), {
        secureFile: SECURE,
        receivers: ['https://k'],
        ownCertificates: false,
      });
      const withOverride = "{auth: {auth_url: 'https://k'}, image_endpoint_override: 'https://evil'}";
      assert.deepEqual(await consents(withOverride, "{auth: {password: hush, auth_url: 'https://k'}}"), {
        secureFile: SECURE,
        receivers: ['https://evil'],
        ownCertificates: false,
      });
    });

    it('needs consent for an address however it is spelled, as servers are found by it all the same', async () => {
      for (const address of [' https://evil', 'https:evil', 'https:/evil', 'ht\\ttps://evil', 'HTTPS:\\\\evil']) {
        assert.equal(URL.parse(JSON.parse(`"${address}"`) as string)?.href, 'https://evil/', address);
        for (const key of ['auth_url', 'access_token_endpoint', 'discovery_endpoint']) {
          const asked = await consents(`{auth: {${key}: "${address}"}}`, password);
          assert.ok(asked !== undefined, `${key} ${address}`);
        }
        const overridden = `{image_endpoint_override: "${address}"}`;
        assert.ok(
          (await consents(overridden, "{auth: {password: hush, auth_url: 'https://k'}}")) !== undefined,
          address,
        );
      }
    });

    it('needs consent in a folder whose name ends with a slash, too', async () => {
      const { clouds } = await read(
        { [CLOUDS]: "clouds: {a: {auth: {auth_url: 'https://k'}}}", [SECURE]: `clouds: {a: ${password}}` },
        { folders: ['/project/'] },
      );
      assert.deepEqual(clouds[0]?.consent?.receivers, ['https://k']);
    });

    it('needs consent for certificates that the workspace does not have checked, or checks by its own', async () => {
      const own = "{auth: {password: hush, auth_url: 'https://k'}}";
      for (const tls of ['verify: false', 'insecure: true', 'cacert: ca.pem']) {
        const consent = { secureFile: SECURE, receivers: ['https://k'], ownCertificates: true };
        assert.deepEqual(await consents(`{${tls}}`, own), consent, tls);
      }
      assert.equal(
        await consents('{verify: false}', "{verify: false, auth: {password: x, auth_url: 'https://k'}}"),
        undefined,
      );
    });

    it('needs none where the user wrote both, or the workspace both', async () => {
      assert.equal(await consents('{}', "{auth: {password: hush, auth_url: 'https://k'}}"), undefined);
      assert.equal(
        await consents('{}', "{auth: {password: hush, auth_url: 'https://k'}}", { OS_CLIENT_CONFIG_FILE: CLOUDS }),
        undefined,
      );
      assert.equal(await consents("{auth: {auth_url: 'https://k'}}", password, {}, '/project/secure.yaml'), undefined);
    });

    it('needs consent for the address that a region has of its own', async () => {
      const regions = "[{name: R}, {name: S, values: {auth: {auth_url: 'https://other'}}}]";
      const { clouds } = await read(
        {
          [CLOUDS]: `clouds: {a: {auth: {auth_url: 'https://k'}, regions: ${regions}}}`,
          [SECURE]: `clouds: {a: ${password}}`,
        },
        { folders: ['/project'] },
      );
      assert.deepEqual(clouds[0]?.inRegions?.S?.consent?.receivers, ['https://other']);
    });
  });

  it('comes from OS_CLIENT_SECURE_FILE first', async () => {
    const files = {
      [`${USER}/clouds.yaml`]: named('a'),
      [`${USER}/secure.yaml`]: 'clouds: {a: {auth: {password: no}}}',
      '/run/secret.yaml': 'clouds: {a: {auth: {password: "yes"}}}',
    };
    const { clouds } = await read(files, { environment: { OS_CLIENT_SECURE_FILE: '/run/secret.yaml' } });
    assert.equal(clouds[0]?.auth.password, 'yes');
  });

  it('that is broken is an error, and leaves the clouds as they are', async () => {
    const files = { [`${USER}/clouds.yaml`]: named('a'), [`${USER}/secure.yaml`]: '{' };
    const { clouds, problems } = await read(files);
    assert.deepEqual([clouds.length, codes(problems)], [1, ['error configuration-unreadable']]);
  });
});

describe('clouds-public.yaml', () => {
  const PROFILE = "public-clouds: {lab: {auth: {auth_url: 'https://lab'}, cacert: lab.pem}}";

  it('is looked for only where a cloud names a profile', async () => {
    const asked: string[] = [];
    const readFile = (path: string): Promise<string | undefined> => {
      asked.push(path);
      return Promise.resolve(path === `${USER}/clouds.yaml` ? 'clouds: {a: {profile: ovh, auth: {}}}' : undefined);
    };
    const { clouds } = await read({}, { readFile });
    assert.equal(clouds[0]?.auth.auth_url, 'https://auth.cloud.ovh.net/');
    assert.ok(asked.includes(`${USER}/clouds-public.yaml`));
    asked.length = 0;
    await read({}, { readFile: () => Promise.resolve(undefined) });
    assert.deepEqual(asked, []);
  });

  it('names its certificates from its own folder', async () => {
    const files = {
      [`${USER}/clouds.yaml`]: 'clouds: {a: {profile: lab, auth: {}}}',
      '/etc/openstack/clouds-public.yaml': PROFILE,
    };
    const [a] = (await read(files)).clouds;
    assert.deepEqual([a?.auth, a?.tls.caFile], [{ auth_url: 'https://lab' }, '/etc/openstack/lab.pem']);
  });

  it("of a workspace counts for that workspace's clouds alone", async () => {
    const evil = "public-clouds: {lab: {auth: {auth_url: 'https://evil'}}}";
    const own = 'clouds: {a: {profile: lab, auth: {username: u, password: hush}}}';
    const files = { '/project/clouds-public.yaml': evil, '/etc/openstack/clouds-public.yaml': PROFILE };
    const folders = ['/project'];
    const ofUser = await read({ ...files, [`${USER}/clouds.yaml`]: own }, { folders });
    assert.equal(ofUser.clouds[0]?.auth.auth_url, 'https://lab');
    const ofVariables = await read(files, { folders, environment: { OS_PROFILE: 'lab', OS_PASSWORD: 'hush' } });
    assert.equal(ofVariables.clouds[0]?.auth.auth_url, 'https://lab');
    const ofWorkspace = await read({ ...files, '/project/clouds.yaml': own }, { folders });
    assert.equal(ofWorkspace.clouds[0]?.auth.auth_url, 'https://evil');
  });

  it('says that a cloud is gone, or will be', async () => {
    const files = {
      [`${USER}/clouds.yaml`]: 'clouds: {a: {profile: a, auth: {}}, b: {profile: b, auth: {}}}',
      [`${USER}/clouds-public.yaml`]:
        'public-clouds: {a: {status: shutdown, message: Gone.}, b: {status: deprecated, message: Soon gone.}}',
    };
    const found = (await read(files)).clouds.map(({ problems }) => [...codes(problems), problems[0]?.message]);
    assert.deepEqual(found, [
      ['error profile-shutdown', 'The profile "a" of the cloud "a" belongs to a cloud that no longer exists: Gone.'],
      ['warning profile-deprecated', 'The profile "b" of the cloud "b" is deprecated: Soon gone.'],
    ]);
  });
});

describe('a file of ours', () => {
  it('adds its clouds, except of a name that is there', async () => {
    const files = {
      [`${USER}/clouds.yaml`]: named('a'),
      [`${USER}/secure.yaml`]: 'clouds: {sandbox: {auth: {password: no}}}',
      '/sandbox/clouds.yaml': 'clouds: {a: {auth: {auth_url: other}}, sandbox: {auth: {password: own}}}',
    };
    const found = await read(files, { extraFiles: ['/sandbox/clouds.yaml', '/gone.yaml'] });
    assert.deepEqual(
      found.clouds.map(({ name, origin, auth }) => [name, origin, auth]),
      [
        ['a', `${USER}/clouds.yaml`, { auth_url: 'http://a' }],
        ['sandbox', '/sandbox/clouds.yaml', { password: 'own' }],
      ],
    );
    assert.deepEqual(found.files, [`${USER}/clouds.yaml`, '/sandbox/clouds.yaml']);
    assert.equal(found.defaultCloud?.name, 'a');
  });

  it('has the default cloud where the user has none', async () => {
    const found = await read({ '/s.yaml': named('sandbox') }, { extraFiles: ['/s.yaml'] });
    assert.deepEqual(found.defaultCloud, { name: 'sandbox', chosenBy: 'the only cloud in /s.yaml' });
  });
});

describe('the environment', () => {
  const ENVIRONMENT = {
    OS_AUTH_URL: 'http://k/v3',
    OS_USERNAME: 'u',
    OS_TENANT_NAME: 'p',
    OS_REGION_NAME: 'R',
    OS_CACERT: '/ca',
  };

  it('makes a cloud of its own, which is the default', async () => {
    const found = await read({ [`${USER}/clouds.yaml`]: named('a') }, { environment: ENVIRONMENT });
    const made = found.clouds.find(({ name }) => name === 'envvars');
    assert.deepEqual(made?.auth, { auth_url: 'http://k/v3', username: 'u', project_name: 'p' });
    assert.deepEqual([made.origin, made.regions, made.tls.caFile], ['environment', ['R'], '/ca']);
    assert.equal(found.defaultCloud?.name, 'envvars');
  });

  it('chooses by OS_CLOUD first', async () => {
    const environment = { ...ENVIRONMENT, OS_CLOUD: 'a' };
    const found = await read({ [`${USER}/clouds.yaml`]: named('a') }, { environment });
    assert.deepEqual(found.defaultCloud, { name: 'a', chosenBy: 'OS_CLOUD' });
    assert.equal(found.clouds.length, 2);
  });

  it('names its cloud by OS_CLOUD_NAME, and says when that name is taken', async () => {
    const environment = { ...ENVIRONMENT, OS_CLOUD_NAME: 'a' };
    assert.equal((await read({}, { environment })).clouds[0]?.name, 'a');
    const clash = await read({ [`${USER}/clouds.yaml`]: named('a') }, { environment });
    assert.deepEqual([clash.clouds.length, codes(clash.problems)], [1, ['error cloud-name-taken']]);
  });

  it('describes no cloud with variables that choose, test or belong to others', async () => {
    const environment = {
      OS_CLOUD: 'a',
      OS_REGION_NAME: 'R',
      OS_TEST_PATH: 'x',
      OS_STDOUT_CAPTURE: '1',
      OS_LOG_CAPTURE: '1',
      OS_ACTIVITY_MODE: 'disable',
      OS_IMAGE_API_VERSION: '2',
      OS_PASSWORD: '',
    };
    assert.deepEqual((await read({}, { environment })).clouds, []);
  });

  it('has no default where there are several clouds', async () => {
    const text = 'clouds: {a: {}, b: {}}';
    assert.equal((await read({ [`${USER}/clouds.yaml`]: text })).defaultCloud, undefined);
  });
});
