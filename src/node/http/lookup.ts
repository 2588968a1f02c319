import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';

type Callback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** The system's DNS lookup, which fails with what `check` throws for an address. */
export function lookupChecked(check: (address: string) => void) {
  return (name: string, options: LookupOptions | Callback, callback?: Callback): void => {
    const done = callback ?? (options as Callback);
    const asked = typeof options === 'object' ? options : {};
    lookup(name, { ...asked, all: true }, (error, addresses) => {
      if (error !== null) {
        done(error, []);
        return;
      }
      try {
        for (const { address } of addresses) check(address);
      } catch (refused) {
        done(refused as NodeJS.ErrnoException, []);
        return;
      }
      const [first] = addresses;
      if (asked.all === true || first === undefined) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
