import type { Transfer } from '../../../../src/webview/transfers/protocol.ts';

const GIB = 1024 ** 3;
const MD5 = '0f0a5c4d2e1b6a7988776655443322ff';
const SHA512 = 'c'.repeat(64) + '0123456789abcdef'.repeat(4);

/** A running upload of 1 GiB at 40 %. */
export function sampleTransfer(changes: Partial<Transfer> = {}): Transfer {
  return {
    id: 'plan-1',
    name: 'Ubuntu 24.04',
    action: 'create',
    cloud: 'devcloud',
    region: 'RegionOne',
    origin: '/home/user/clouds.yaml',
    imageId: '7d0a8f5e-2c1b-5f0e-9a43-1f6f3c1f9b20',
    file: '/home/user/images/ubuntu.image.jsonc',
    key: 'Ubuntu 24.04',
    index: 0,
    status: 'running',
    cancelling: false,
    phase: 'uploading',
    phases: ['staging', 'uploading', 'verifying', 'publishing'],
    sent: 0.4 * GIB,
    total: GIB,
    cloudSize: null,
    startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    endedAt: null,
    throughput: [92, 98, 95, 101, 60, 99, 103, 100].map((mib) => mib * 1024 ** 2),
    digests: [],
    verified: { size: null, md5: null, multihash: null },
    error: null,
    ...changes,
  };
}

/** An upload that was verified. */
export function verifiedTransfer(changes: Partial<Transfer> = {}): Transfer {
  return sampleTransfer({
    status: 'done',
    phase: 'publishing',
    sent: GIB,
    cloudSize: GIB,
    endedAt: Date.UTC(2026, 0, 2, 3, 4, 16),
    digests: [
      { algorithm: 'md5', here: MD5, cloud: MD5 },
      { algorithm: 'sha512', here: SHA512, cloud: SHA512 },
    ],
    verified: { size: true, md5: true, multihash: true },
    ...changes,
  });
}

/** An upload whose bytes did not arrive as they were sent. */
export function differingTransfer(changes: Partial<Transfer> = {}): Transfer {
  return verifiedTransfer({
    status: 'failed',
    phase: 'verifying',
    digests: [
      { algorithm: 'md5', here: MD5, cloud: MD5.replace('0f', 'f0') },
      { algorithm: 'sha512', here: SHA512, cloud: SHA512.replace('cc', 'dd') },
    ],
    cloudSize: null,
    verified: { size: true, md5: false, multihash: false },
    error: {
      code: 'checksum-mismatch',
      message:
        'The data that RegionOne stored for "Ubuntu 24.04" is not what was sent (md5 differs). The partial image 7d0a8f5e-2c1b-5f0e-9a43-1f6f3c1f9b20 was deleted.',
      next: 'Apply again. If it happens again, the network or the storage of the cloud corrupts data.',
      status: null,
      requestId: 'req-5b1de0f2-8a4b-4e0b-9a2e-7d1a5c9e1f11',
    },
    ...changes,
  });
}

/** One of each kind that the panel shows, each of a definition of its own. */
export function sampleTransfers(): readonly Transfer[] {
  return kinds().map((transfer) => ({ ...transfer, key: transfer.id }));
}

function kinds(): readonly Transfer[] {
  return [
    sampleTransfer(),
    sampleTransfer({
      id: 'plan-2',
      region: 'RegionTwo',
      action: 'replace',
      phase: 'verifying',
      phases: ['staging', 'uploading', 'verifying', 'publishing', 'retiring'],
      sent: GIB,
      digests: [
        { algorithm: 'md5', here: MD5, cloud: null },
        { algorithm: 'sha512', here: SHA512, cloud: null },
      ],
    }),
    sampleTransfer({ id: 'plan-3', name: 'Waiting', phase: 'waiting', sent: 0, throughput: [] }),
    verifiedTransfer({ id: 'plan-4', name: 'Debian 13' }),
    differingTransfer({ id: 'plan-5' }),
    verifiedTransfer({
      id: 'plan-6',
      name: 'Unproven',
      status: 'unverified',
      verified: { size: true, md5: null, multihash: null },
      digests: [
        { algorithm: 'md5', here: MD5, cloud: null },
        { algorithm: 'sha512', here: SHA512, cloud: null },
      ],
    }),
    sampleTransfer({ id: 'plan-7', name: 'Cut off', status: 'interrupted', endedAt: Date.UTC(2026, 0, 2, 3, 4, 10) }),
    sampleTransfer({
      id: 'plan-8',
      name: 'A name that nobody would call short, with <b>markup</b> & an_identifier_without_any_space_in_it_at_all',
      status: 'failed',
      phase: 'staging',
      sent: 0,
      throughput: [],
      imageId: null,
      endedAt: Date.UTC(2026, 0, 2, 3, 4, 6),
      error: {
        code: 'quota-exceeded',
        message: 'Glance refused the image: Request exceeded the quota for images.',
        next: 'Delete an image or ask for a higher quota.',
        status: 413,
        requestId: 'req-0c1de0f2-8a4b-4e0b-9a2e-7d1a5c9e1f22',
      },
    }),
    sampleTransfer({
      id: 'plan-9',
      name: 'Only tags',
      action: 'update',
      status: 'done',
      phase: 'updating',
      phases: ['updating'],
      sent: 0,
      total: 0,
      throughput: [],
      endedAt: Date.UTC(2026, 0, 2, 3, 4, 6),
    }),
    ...endings(),
    ...underWay(),
  ];
}

/** The ends that are neither a success nor a failure of the bytes. */
function endings(): readonly Transfer[] {
  const endedAt = Date.UTC(2026, 0, 2, 3, 4, 10);
  const error = (code: string, message: string): Transfer['error'] => ({
    code,
    message,
    next: null,
    status: null,
    requestId: null,
  });
  const nothingSent = { phase: 'waiting', sent: 0, throughput: [], endedAt } as const;
  return [
    sampleTransfer({
      id: 'plan-10',
      name: 'Cancelled',
      status: 'cancelled',
      endedAt,
      error: error('cancelled', 'Cancelled while its bytes were sent. The partial image was deleted.'),
    }),
    sampleTransfer({
      ...nothingSent,
      id: 'plan-11',
      name: 'Declined',
      status: 'declined',
      error: error('declined', 'The image changed since, and the new plan was declined.'),
    }),
    sampleTransfer({
      ...nothingSent,
      id: 'plan-12',
      name: 'أوبونتو 24.04 (صورة الخادم)',
      status: 'blocked',
      error: error('apply-running', 'Another apply on this machine has been at work on this image since 03:00.'),
    }),
    verifiedTransfer({
      id: 'plan-13',
      name: '👩‍👩‍👧‍👦 Ubuntu 🇩🇪',
      status: 'partial',
      error: error('member-refused', 'The image is active, but was not shared with one project.'),
    }),
    sampleTransfer({ ...nothingSent, id: 'plan-14', status: 'unchanged', action: 'none', phases: [], total: 0 }),
    sampleTransfer({
      id: 'plan-15',
      name: 'x'.repeat(255),
      status: 'failed',
      endedAt,
      error: error('http-error', 'Glance answered 500: the store refused chunk 0x1f3 of the object. '.repeat(12)),
    }),
  ];
}

/** What runs without sending bytes from here. */
function underWay(): readonly Transfer[] {
  return [
    downloadingTransfer({ id: 'plan-16' }),
    sourceTransfer({ id: 'plan-17' }),
    sampleTransfer({
      id: 'plan-18',
      phases: ['staging', 'importing', 'verifying', 'copying', 'sharing', 'publishing'],
      phase: 'importing',
      sent: 0,
      total: 0,
      throughput: [],
      task: { status: 'processing', message: 'Copied 120 MiB', elapsed: 83_000 },
    }),
    sampleTransfer({ id: 'plan-19', cancelling: true }),
  ];
}

/** A running download of an image of 1 GiB at 40 %. */
export function downloadingTransfer(changes: Partial<Transfer> = {}): Transfer {
  return sampleTransfer({
    action: 'download',
    phase: 'downloading',
    phases: ['downloading', 'verifying'],
    key: '',
    index: -1,
    ...changes,
  });
}

/** An apply that is at its source, which it downloads and decompresses. */
export function sourceTransfer(changes: Partial<Transfer> = {}): Transfer {
  return sampleTransfer({
    action: 'replace',
    phase: 'downloading',
    phases: ['downloading', 'decompressing', 'staging', 'uploading', 'verifying', 'publishing', 'retiring'],
    ...changes,
  });
}
