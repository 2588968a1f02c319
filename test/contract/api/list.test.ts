import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { imagesOf, useSessions } from './session.ts';

describe('Glance: listing images', () => {
  const users = useSessions();
  /** A property that only the images of one test have. */
  let mine: string;
  let query: string;

  beforeEach(() => {
    mine = randomUUID();
    query = `contract_run=${mine}`;
  });

  function create(name: string, fields: Record<string, unknown> = {}): Promise<string> {
    return users.demo.create({ name, contract_run: mine, ...fields });
  }

  async function createAll(names: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const name of names) ids.push(await create(name));
    return ids;
  }

  it('has the newest first, each as a GET shows it', async () => {
    const ids = await createAll(['one', 'two', 'three']);
    const answer = await users.demo.list(query);
    assert.deepEqual(
      imagesOf(answer).map(({ id }) => id),
      ids.toReversed(),
    );
    assert.deepEqual(imagesOf(answer)[0], await users.demo.show(ids[2] ?? ''));
    assert.equal(answer.json.first, `/v2/images?${query}`);
    assert.equal(answer.json.schema, '/v2/schemas/images');
    assert.equal('next' in answer.json, false);
  });

  it('has 25 on a page, and says where the next one is', async () => {
    const ids = await createAll(Array.from({ length: 26 }, (_, index) => `n${index}`));
    const first = await users.demo.list(query);
    assert.equal(imagesOf(first).length, 25);
    assert.equal(first.json.next, `/v2/images?${query}&marker=${ids[1] ?? ''}`);
    const last = await users.demo.send('GET', first.json.next);
    assert.deepEqual(
      imagesOf(last).map(({ id }) => id),
      [ids[0]],
    );
    assert.equal('next' in last.json, false);
  });

  it('pages with limit and marker through all of them, each once', async () => {
    const ids = await createAll(['a', 'b', 'c', 'd', 'e']);
    const seen: string[] = [];
    for (let marker = ''; ;) {
      const page = await users.demo.ids(`${query}&limit=2${marker && `&marker=${marker}`}`);
      if (page.length === 0) break;
      seen.push(...page);
      marker = page.at(-1) ?? '';
    }
    assert.deepEqual(seen, ids.toReversed());
  });

  it('offers a next page where the last one was just full', async () => {
    await createAll(['a', 'b']);
    assert.ok((await users.demo.list(`${query}&limit=2`)).json.next);
  });

  it('loses the first of two tags in next', async () => {
    await create('a', { tags: ['one', 'two'] });
    const answer = await users.demo.list(`${query}&tag=one&tag=two&limit=1`);
    assert.equal(imagesOf(answer).length, 1);
    const next = new URLSearchParams(String(answer.json.next).split('?')[1]);
    assert.deepEqual(next.getAll('tag'), ['two']);
  });

  it('answers nothing to limit 0, and caps a huge one', async () => {
    await create('a');
    assert.deepEqual(await users.demo.ids(`${query}&limit=0`), []);
    assert.equal((await users.demo.ids(`${query}&limit=100000`)).length, 1);
  });

  it('refuses a marker that is unknown or was deleted', async () => {
    const id = await create('a');
    await users.demo.send('DELETE', `/v2/images/${id}`);
    for (const marker of ['unknown', id]) {
      const answer = await users.demo.list(`marker=${marker}`);
      assert.equal(answer.status, 400);
      assert.equal(answer.message.split('<')[0], `No image found with ID ${marker}`);
    }
  });

  it('finds by name: exactly, with eq: and in:', async () => {
    const [colon = '', small = '', large = ''] = await createAll(['a:1', 'name', 'Name']);
    assert.deepEqual(await users.demo.ids(`${query}&name=name`), [small]);
    assert.deepEqual(await users.demo.ids(`${query}&name=eq:a:1`), [colon]);
    assert.deepEqual(await users.demo.ids(`${query}&name=in:name,Name`), [large, small]);
    assert.deepEqual(await users.demo.ids(`${query}&name=${encodeURIComponent('in:"a:1",Name')}`), [large, colon]);
  });

  const invalid: [string, string][] = [
    ['name=foo:bar', "Unable to filter by unknown operator 'foo'."],
    ['name=in:%22a', 'Invalid filter value "a. The quote is not closed.'],
    ['name=in:a%22b%22', 'Invalid filter value a"b". There is no comma before opening quotation mark.'],
    ['limit=-1', 'limit param must be positive'],
    ['limit=x', 'limit param must be an integer'],
    [
      'sort=nothing',
      'Invalid sort key: nothing. It must be one of the following: name, status, container_format, disk_format, size, id, created_at, updated_at.',
    ],
    ['sort=name:up', 'Invalid sort direction: up'],
    ['sort=name&sort_key=name', 'Old and new sorting syntax cannot be combined'],
    ['sort_key=name&sort_dir=asc&sort_dir=desc', 'Number of sort dirs does not match the number of sort keys'],
    ['visibility=hidden', 'Invalid visibility value: hidden'],
    ['member_status=maybe', 'Invalid status: maybe'],
    ['os_hidden=yes', "Invalid value 'yes' for 'os_hidden' filter. Valid values are 'true' or 'false'."],
    ['protected=True', "Invalid value 'True' for 'protected' filter. Valid values are 'true' or 'false'."],
    ['size_min=big', 'Unable to filter on a range with a non-numeric value.'],
    ['created_at=yesterday', 'Bad "created_at" query filter format. Use ISO 8601 DateTime notation.'],
    ['changes-since=1', 'The "changes-since" filter is no longer available on v2.'],
  ];
  for (const [parameters, message] of invalid) {
    it(`refuses ${decodeURIComponent(parameters)}`, async () => {
      const answer = await users.demo.list(parameters);
      assert.equal(answer.status, 400);
      assert.equal(answer.message.split('<br />')[0], message);
    });
  }

  it('shows hidden images only where they are asked for', async () => {
    const shown = await create('a');
    const hidden = await create('b', { os_hidden: true });
    assert.deepEqual(await users.demo.ids(query), [shown]);
    assert.deepEqual(await users.demo.ids(`${query}&os_hidden=true`), [hidden]);
    assert.deepEqual(await users.demo.ids(`${query}&os_hidden=TRUE`), [hidden]);
  });

  it('wants all of several tags', async () => {
    const both = await create('a', { tags: ['one', 'two'] });
    const one = await create('b', { tags: ['one'] });
    assert.deepEqual(await users.demo.ids(`${query}&tag=one`), [one, both]);
    assert.deepEqual(await users.demo.ids(`${query}&tag=one&tag=two`), [both]);
  });

  it('filters on owner, status, formats, protection and numbers', async () => {
    const id = await create('a', { protected: true, min_disk: 4 });
    await create('b', { disk_format: 'qcow2' });
    for (const filter of ['disk_format=raw', 'protected=true', 'min_disk=4', 'disk_format=in:raw,iso']) {
      assert.deepEqual(await users.demo.ids(`${query}&${filter}`), [id], filter);
    }
    for (const filter of [
      `owner=${users.demo.projectId}`,
      'status=queued',
      'status=in:queued,active',
      'container_format=bare',
    ]) {
      assert.equal((await users.demo.ids(`${query}&${filter}`)).length, 2, filter);
    }
    for (const filter of ['owner=nobody', 'status=active', 'min_disk=x', 'a_typo=1', 'size_min=1', 'name=']) {
      assert.deepEqual(await users.demo.ids(`${query}&${filter}`), [], filter);
    }
  });

  it('filters on size, checksum and multihash of stored bytes', async () => {
    const id = await users.demo.createActive('hello', { contract_run: mine });
    const { checksum, os_hash_value } = await users.demo.show(id);
    for (const filter of [
      'size_min=5',
      'size_max=5',
      'size=5',
      `checksum=${String(checksum)}`,
      `os_hash_value=${String(os_hash_value)}`,
    ]) {
      assert.deepEqual(await users.demo.ids(`${query}&${filter}`), [id], filter);
    }
    assert.deepEqual(await users.demo.ids(`${query}&size_min=6`), []);
  });

  it('filters on times', async () => {
    const id = await create('a');
    assert.deepEqual(await users.demo.ids(`${query}&created_at=gt:2020-01-01T00:00:00Z`), [id]);
    assert.deepEqual(await users.demo.ids(`${query}&created_at=lt:2020-01-01T00:00:00Z`), []);
  });

  it('sorts by one key or several, either way it is said', async () => {
    const [b1 = '', a = '', b2 = ''] = await createAll(['b', 'a', 'b']);
    assert.deepEqual(await users.demo.ids(`${query}&sort=name:asc,created_at:desc`), [a, b2, b1]);
    assert.deepEqual(await users.demo.ids(`${query}&sort=name:asc`), [a, b1, b2]);
    assert.deepEqual(await users.demo.ids(`${query}&sort_key=name&sort_key=created_at&sort_dir=asc`), [a, b1, b2]);
    assert.deepEqual(await users.demo.ids(`${query}&sort_key=name&sort_dir=desc`), [b2, b1, a]);
    assert.deepEqual(await users.demo.ids(`${query}&sort=name:asc&limit=1&marker=${a}`), [b1]);
  });
});
