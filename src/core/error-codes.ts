/** What to do about the errors of one part of the product. Codes that ask for the same thing share a row. */
interface ErrorSection {
  readonly title: string;
  readonly rows: readonly (readonly [codes: readonly string[], advice: string])[];
}

/**
 * Every code of an error or a problem, with what to do about it. `docs/errors.md` is written from this table, and a code
 * without a row does not compile.
 */
export const ERRORS = [
  {
    title: 'Clouds and logins',
    rows: [
      [
        ['no-clouds', 'cloud-not-chosen', 'cloud-not-found'],
        'Choose a cloud with `cloud` in the definition, `--cloud`, the setting or `OS_CLOUD`. The message lists the clouds that were found.',
      ],
      [
        ['configuration-unreadable', 'cloud-invalid', 'auth-invalid', 'region-invalid', 'duplicate-key'],
        'Correct `clouds.yaml`. The message names file, line and column. No other file is read instead of a broken one.',
      ],
      [
        ['configuration-absent', 'configuration-empty'],
        'A variable names a file that is not there, or a file describes no cloud. The usual places are searched instead.',
      ],
      [['cloud-name-taken'], 'Set `OS_CLOUD_NAME` to another name, or unset the `OS_*` variables.'],
      [
        ['cloud-not-as-environment'],
        'The setting and `OS_CLOUD` name different clouds. Write `cloud` into the definition.',
      ],
      [
        ['value-not-quoted', 'value-not-boolean'],
        'YAML does not read the value as it looks. Quote it, or write `true` or `false`.',
      ],
      [
        ['key-unknown', 'value-padded'],
        'Use the key that the message names, or remove the space or line break at the end of the value.',
      ],
      [['scope-ignored'], 'A login has one scope. Remove the keys that the message names.'],
      [['image-api-version'], 'Version 2 is used. Remove `image_api_version`.'],
      [['profile-deprecated'], 'The profile still works, but its vendor has a newer one.'],
      [
        ['profile-remote', 'profile-unknown', 'profile-shutdown'],
        'Set `auth_url` and `regions` in the cloud instead of its `profile`.',
      ],
      [
        ['secure-not-confirmed'],
        "The workspace's `clouds.yaml` names the address that the secrets of your `secure.yaml` would go to. Confirm it, or put the address into your own file.",
      ],
      [['secret-unused'], '`secure.yaml` has secrets for a cloud that no `clouds.yaml` describes.'],
      [
        ['auth-incomplete', 'auth-ambiguous', 'auth-type-unknown', 'login-refused'],
        'Check the `auth` section of the cloud.',
      ],
      [['signed-out'], 'Sign in to the cloud, or add what is missing to `auth`.'],
      [
        ['identity-provider-unusable'],
        'Check `discovery_endpoint`, `access_token_endpoint` and `protocol` of the cloud.',
      ],
      [
        ['keystone-failed', 'keystone-unusable'],
        'Check `auth_url`. If it is right, give the operator of the cloud the request id.',
      ],
      [
        ['access-rules'],
        'The access rules of the application credential do not allow what the plan needs. Use a credential with a rule for each request in the message, or without rules.',
      ],
      [['token-refused'], 'The service does not accept a token that Keystone issued. Try again later.'],
      [
        ['project-required'],
        'The login has no project. Glance 26 and later requires a project; older releases would create an image without an owner that everybody sees. Log in with a project, or, on an older Glance, name an existing image with `image_id`.',
      ],
      [
        ['no-image-service', 'glance-wrong-address', 'redirected'],
        "The catalog has no image service there. Check the region's name, or set `image_endpoint_override`.",
      ],
      [
        ['endpoint-not-encrypted'],
        'The catalog names an `http` endpoint although `auth_url` is `https`. Ask the operator for an `https` endpoint, or write `image_endpoint_override` into the cloud.',
      ],
      [['region-not-found'], 'The message lists the regions that the cloud has.'],
      [['no-region'], "Open the definition's folder, so that its `clouds.yaml` is found."],
      [
        ['region-not-used', 'cloud-not-used', 'key-not-used'],
        'No definition uses the region or cloud that `--region` or `--cloud` names.',
      ],
    ],
  },
  {
    title: 'Connections',
    rows: [
      [
        ['connection-refused', 'host-not-found', 'timeout', 'connection-lost', 'proxy'],
        "Check address and network. The editor uses VS Code's proxy settings and certificates. The command line honours `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS`.",
      ],
      [
        ['tls', 'tls-file-unreadable', 'certificate-not-checked'],
        'Set `cacert` to the file of the certificate authority. `verify: false` turns the check off.',
      ],
      [
        ['address-invalid', 'header-invalid'],
        'Correct the address, or the value that the message names, in `clouds.yaml`.',
      ],
      [
        ['answer-too-large', 'glance-unusable', 'answered-early', 'body-size'],
        'The server did not answer like the Image API. Check the endpoint and any proxy in between. Give the operator the request id.',
      ],
      [
        ['server-error', 'service-unavailable'],
        'The cloud has a problem. Try again later, and give its operator the request id.',
      ],
      [['cancelled'], 'It was cancelled.'],
      [['unexpected'], 'This is a bug in Glance Images. Please report it with the log.'],
    ],
  },
  {
    title: 'Definitions',
    rows: [
      [
        ['syntax-error', 'too-many-problems', 'definition-has-errors'],
        'Correct the file at the place in the message. Only a file without errors is applied.',
      ],
      [
        [
          'unknown-argument',
          'exported-attribute',
          'missing-argument',
          'conflicting-arguments',
          'duplicate-argument',
          'duplicate-property',
          'repeated-item',
          'ignored-property',
        ],
        'Correct the argument. Most problems have a quick fix.',
      ],
      [
        [
          'wrong-type',
          'unknown-value',
          'unknown-format',
          'empty-value',
          'too-long',
          'not-in-range',
          'not-a-uuid',
          'not-a-url',
          'not-a-path',
          'bad-path',
          'bad-checksum',
          'bad-duration',
          'bad-reference',
          'four-byte-character',
          'bad-property-name',
          'reserved-property',
        ],
        'Correct the value. The message says what the argument accepts.',
      ],
      [
        ['literal-secret'],
        'Keep the password out of the file. The quick fix moves it to secret storage and writes `${secret:NAME}`.',
      ],
      [
        ['property-spelling', 'property-value-unlisted'],
        'Glance accepts any property. The message names the one that Nova or Glance reads, or the values that the cloud lists.',
      ],
      [
        ['too-many-members', 'too-many-properties', 'too-many-tags', 'property-quota'],
        "Glance's default quota is smaller. The cloud may allow more.",
      ],
      [
        ['duplicate-definition', 'region-shares-endpoint'],
        'Two definitions mean the same image, maybe in two regions with one endpoint. Remove one, or give it a `key`.',
      ],
      [
        ['environment-not-allowed', 'environment-not-set'],
        'Only the variables that [definitions](definitions.md) lists can be used. Set the one that the message names.',
      ],
      [
        ['secret-not-set', 'secret-not-bound', 'no-secret'],
        'Set the variable that the message names. `…_ORIGIN` lists the servers that the secret is for.',
      ],
      [['no-workspace-folder'], '`${workspaceFolder}` needs a folder that is open. Write a relative path.'],
      [['not-utf-8'], 'Save the file as UTF-8.'],
      [
        ['no-definition', 'definition-not-found', 'not-a-file', 'file-not-found', 'file-unreadable'],
        'Use an existing `*.image.jsonc` file that contains the definition.',
      ],
      [
        ['file-not-written', 'not-saved', 'not-edited', 'not-renamed'],
        'The file was not changed. The message says why.',
      ],
      [['untrusted-workspace'], 'Trust the workspace first. Until then nothing is sent.'],
      [
        ['path-outside', 'path-is-link', 'source-not-public'],
        'The definition uses something outside its folder: a file, a checksum file, a cache, this machine or a private network. Check it before you apply.',
      ],
    ],
  },
  {
    title: 'Sources',
    rows: [
      [
        ['source-required', 'source-missing', 'source-empty', 'source-not-a-file', 'source-unreadable'],
        'Set `local_file_path` to a readable file, or `image_source_url` to a URL.',
      ],
      [
        ['source-not-found', 'source-denied', 'source-failed', 'too-many-redirects', 'range-refused'],
        "Check `image_source_url`. The message has the server's answer.",
      ],
      [
        ['source-address-refused'],
        'The URL, or a redirect, leads to a link-local or metadata address, or away from `http` and `https`.',
      ],
      [
        ['source-not-confirmed'],
        'A chat tool asks before it fetches from a host that no applied definition uses. Confirm it.',
      ],
      [['source-not-reached'], "This machine can't check whether the source that Glance fetches has changed."],
      [['upstream-moved'], 'The source has changed. Preview the changes, or set the new checksum.'],
      [['source-checksum-mismatch'], 'The download does not match `image_source_checksum`. It was not kept.'],
      [
        ['checksum-not-found', 'checksum-ambiguous', 'checksum-file-too-large', 'checksum-file-unreadable'],
        'Correct `image_source_checksum`. It is a digest, or a file that has one for the source.',
      ],
      [
        ['format-mismatch', 'format-ambiguous', 'format-not-offered', 'format-refused'],
        'The source is not what `disk_format` says, or the cloud does not accept that format. Correct it, or use the right file.',
      ],
      [
        [
          'source-backing-file',
          'source-data-file',
          'source-outside-extents',
          'source-subformat',
          'source-unknown-features',
        ],
        'The source needs another file, or is a variant of its format that clouds refuse. Convert it with `qemu-img convert`.',
      ],
      [
        ['source-encrypted', 'source-damaged', 'source-truncated'],
        "The source can't be used as it is. Decrypt it, or download it again.",
      ],
      [
        ['source-not-a-disk'],
        'The source is text or far too small, such as a Git LFS pointer or the error page of a server. Use the right source, or set `"inspect": false`.',
      ],
      [['source-compressed', 'source-archive'], 'Set `"decompress": true`, or unpack the source.'],
      [
        ['source-corrupt', 'decompression-bomb'],
        'The compressed source is damaged, truncated, or expands too much. Nothing was sent.',
      ],
      [
        ['compression-unsupported'],
        'The file may be whole, but uses an option that is not supported, such as a filter or a very large window.',
      ],
      [['decompression-failed'], 'The decompressor failed for a reason that says nothing about the file. Try again.'],
      [
        ['partition-table-invalid', 'vhd-fixed', 'iso-hybrid', 'min-disk-too-small'],
        'Newer releases of Glance, or servers that boot the image, may object. Nothing is refused here.',
      ],
      [
        ['source-changed', 'nobody-left'],
        'The source changed, or every upload ended, before all of it was read. Apply again.',
      ],
      [
        ['cache-folder-is-link'],
        '`image_cache_path` leads through a link that may have come with the folder. Use the folder itself, or remove the link.',
      ],
      [
        ['cache-full', 'cache-not-writable', 'cache-unreadable'],
        "The cache folder can't be used. Free some space, fix its permissions, or choose another with `image_cache_path`.",
      ],
    ],
  },
  {
    title: 'Plans',
    rows: [
      [
        ['unmarked-image'],
        'An image of that name exists and is not managed by Glance Images. Adopt it, or give the definition another name.',
      ],
      [['ambiguous-image', 'foreign-image'], 'Name the image with `image_id`.'],
      [
        ['not-shared'],
        'Only an image that another project shares with yours can be accepted or rejected: `list --shared-with-me` shows them.',
      ],
      [['image-ambiguous'], 'The image exists in several regions. Choose one with `--region`.'],
      [
        ['image-not-found', 'image-gone', 'no-image', 'image-id-invalid', 'name-unusable'],
        'The image does not exist, or no longer does. Refresh, or correct the id.',
      ],
      [
        ['rename-instead'],
        'An image of yours with the same bytes has no definition. If this is that image under a new name, add its `key`.',
      ],
      [
        ['property-of-old-bytes'],
        'The definition sets a property that describes the replaced bytes, such as a digest or a signature. Remove it, or set the value for the new bytes.',
      ],
      [['replace-without-source'], 'Add a source for the new image, or use the live value.'],
      [['marks-refused'], 'The cloud refuses the properties in which Glance Images stores its state. Set `image_id`.'],
      [['unknown-store', 'single-store-cloud'], 'The message lists the stores of the region.'],
      [
        ['public-needs-right', 'forbidden'],
        'The cloud\'s policy forbids it, most often `"visibility": "public"`, or the login has no project or only the role `reader`. The message says what to do.',
      ],
      [['member-is-owner'], 'The project owns the image. Remove it from `members`.'],
      [
        ['nothing-to-roll-back', 'rollback-unverified'],
        'There is no replaced image to bring back, or its data is not what was verified.',
      ],
      [
        ['saved-plan-invalid', 'saved-plan-blocked'],
        'Save the plan again with `plan --out`. A blocked plan is not saved, and a changed file is not applied.',
      ],
      [
        ['plan-stale', 'plan-outdated', 'changed-meanwhile', 'conflict', 'other-region', 'plan-blocked'],
        'Something changed after the plan was made. Plan again.',
      ],
      [
        ['web-download-not-offered'],
        'Glance does not fetch from the web in this region. Remove `web_download` to send the bytes through this machine.',
      ],
      [
        ['web-download-refused', 'web-download-port'],
        "Glance's filter refuses the address. It usually accepts public addresses on port 80 or 443. Ask the operator of the cloud, or remove `web_download`.",
      ],
      [['web-download-not-fetched'], '`plan --fetch` does not fetch what Glance fetches itself. Apply to find out.'],
    ],
  },
  {
    title: 'Applies',
    rows: [
      [
        ['invalid-request', 'not-applied', 'id-taken', 'ids-exhausted'],
        'Glance refused the request or a part of it. The message quotes Glance.',
      ],
      [
        ['quota-exceeded'],
        'The project has no space left, or the image exceeds a limit of the cloud. The message says which.',
      ],
      [
        ['checksum-mismatch'],
        'The cloud did not store the bytes that were sent. The partial image was deleted, and the old one is untouched. Apply again.',
      ],
      [
        ['not-verified', 'web-download-unverified'],
        'The image is usable, but its bytes could not be compared. The message says why.',
      ],
      [
        ['image-not-active'],
        'Glance did not make the image active after its upload. Give the operator the request id.',
      ],
      [
        ['apply-in-progress', 'apply-running', 'image-busy'],
        'Another apply is using the image. Wait for it to finish.',
      ],
      [['transfer-host'], 'The process that carries out applies ended or does not answer. Apply again to resume.'],
      [
        ['apply-stuck', 'recovers-stuck-image'],
        'The image of an earlier apply may still be in use, or Glance has not released it. `--recover-stuck` takes it over, or deletes it and creates another one.',
      ],
      [['resumes-staged-image'], 'An earlier apply stopped before it finished. This one resumes it.'],
      [['staged-leftover'], 'An earlier apply left an image that is no longer needed. Delete it by its id.'],
      [['create-timeout'], 'The apply took longer than `timeouts.create`. Raise it, and apply again.'],
      [
        ['import-failed', 'import-not-started'],
        'Glance could not fetch the source, or has not started. Its task says little; the operator can find more by the request id.',
      ],
      [
        ['regions-differ'],
        'The regions fetched different bytes. Images that are not proven right were deleted. Set `image_source_checksum`, and apply again.',
      ],
      [
        ['predecessor-protected', 'predecessor-kept', 'successor-unverified'],
        'The replaced image is hidden, and could not be deleted or deactivated. The message says why.',
      ],
      [
        ['predecessor-awaits-members'],
        'The replaced image stays visible until the members that use it accept the new one. Then apply again.',
      ],
      [
        ['accept-failed', 'accept-with-other-project'],
        'The image is shared, but could not be accepted for a member. Set `accept_with` to the entry of `clouds.yaml` for that project, or accept it there.',
      ],
      [
        ['copy-failed'],
        'Glance could not copy the data to a store. The image is usable from its other stores. Apply again, or ask the operator.',
      ],
      [
        ['image-protected', 'image-in-use'],
        'Set `"protected": false` and apply first, or delete the servers that use the image.',
      ],
    ],
  },
  {
    title: 'Downloads',
    rows: [
      [
        ['image-has-no-data', 'image-deactivated'],
        'There is nothing to download. Wait until the image is active, or reactivate it.',
      ],
      [
        [
          'target-exists',
          'target-is-folder',
          'target-not-a-file',
          'target-not-folder',
          'target-not-writable',
          'disk-full',
        ],
        "The download can't be written there. Existing files are unchanged, and the received data is kept. Choose another file, use `--force`, or free some space.",
      ],
      [['download-in-progress'], 'Another window or terminal downloads this image to this file.'],
    ],
  },
  {
    title: 'Terraform',
    rows: [
      [['no-terraform-resource'], 'The file has no resource `openstack_images_image_v2`.'],
      [
        ['terraform-expression'],
        'The value is not in the file itself. Write the literal value, or import the output of `terraform show -json`.',
      ],
      [['terraform-old-syntax'], 'Terraform 0.12 and later take this argument as a map: `properties = { … }`.'],
      [
        ['left-out', 'password-left-out'],
        'The definition has no such argument, or must not hold a password. The rest was converted.',
      ],
    ],
  },
  {
    title: 'Editor and sandbox',
    rows: [
      [['tool-input'], 'The chat model called the tool with an argument of the wrong type.'],
      [['sandbox-failed'], 'The sandbox did not start. The message has its last output.'],
    ],
  },
] as const satisfies readonly ErrorSection[];

/** Stable, lower case with hyphens, e.g. `image-not-found`. Scripts and quick fixes rely on it. `http-418`: an answer that has no code of its own. */
export type ErrorCode = (typeof ERRORS)[number]['rows'][number][0][number] | `http-${number}`;
