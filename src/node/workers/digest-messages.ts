/** To a digest worker: a piece of shared memory to take, or the end. */
export type ToDigestWorker = { readonly type: 'piece'; readonly piece: Uint8Array } | { readonly type: 'end' };

/** From a digest worker: one `taken` for each piece, in order; `digest` is null where the algorithm is unknown here. */
export type FromDigestWorker = { readonly type: 'taken' } | { readonly type: 'digest'; readonly hex: string | null };
