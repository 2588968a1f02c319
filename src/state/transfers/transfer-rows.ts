import { definitionKey, type Definition } from '../../core/definition/definition.ts';
import type { Place } from '../../core/place.ts';
import type { Transfer } from '../../webview/transfers/protocol.ts';
import type { CloudsStore } from '../clouds/clouds.ts';
import type { Subscription } from '../observable.ts';
import type { TransferStore } from './transfers.ts';

/** Redraws rows of the Glance view during transfers: a row when its bytes change, a region when rows appear or disappear. */
export class TransferRows implements Subscription {
  readonly #clouds: CloudsStore;
  readonly #transfers: TransferStore;
  readonly #shown = new Map<string, Transfer>();
  readonly #listening: Subscription;

  constructor(transfers: TransferStore, clouds: CloudsStore) {
    this.#clouds = clouds;
    this.#transfers = transfers;
    this.#listening = transfers.onDidChange((change) => {
      if (change.type === 'changed') this.#changed(change.transfer);
      else this.#shown.delete(change.id);
    });
  }

  /** The running transfer that creates or changes an image. */
  of(place: Place, imageId: string): Transfer | undefined {
    return this.#transfers.running().find((each) => each.imageId === imageId && isAt(each, place));
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #changed(transfer: Transfer): void {
    const { id, status, imageId } = transfer;
    const before = this.#shown.get(id);
    if (status === 'running') this.#shown.set(id, transfer);
    else this.#shown.delete(id);
    if (before?.status === status && before.imageId === imageId) this.#clouds.redrawTransfer(transfer, id, imageId);
    else if (before !== undefined || status === 'running') this.#clouds.redrawRegion(transfer);
  }
}

/** The running transfers of a region. */
export function runningAt(transfers: TransferStore, place: Place): readonly Transfer[] {
  return transfers.running().filter((each) => isAt(each, place));
}

/** This window's transfers of a definition. */
export function transfersOf(definition: Definition, transfers: TransferStore): readonly Transfer[] {
  const key = definitionKey(definition);
  return transfers.all().filter((each) => each.elsewhere !== true && each.file === definition.file && each.key === key);
}

function isAt(transfer: Transfer, { cloud, region }: Place): boolean {
  return transfer.cloud === cloud && transfer.region === region;
}
