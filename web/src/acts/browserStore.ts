/**
 * What the browser keeps between visits: named records in IndexedDB, or in memory where there is none (Node, tests).
 *
 * Not a cache: callers keep things here whose loss must be noticed. IndexedDB stores CryptoKeys without showing their bytes.
 * *Invariant*: a promise resolves only after the transaction has been committed, with strict durability.
 */

/** The shelves of the database; a new one needs a new [`DATABASE_VERSION`]. */
export type ShelfName = "device_keys" | "wrapping_keys" | "sealings" | "heads" | "drafts";

const SHELVES: readonly ShelfName[] = ["device_keys", "wrapping_keys", "sealings", "heads", "drafts"];
const DATABASE_NAME = "kaibiao";
const DATABASE_VERSION = 2;

/** Records of one kind under their names. */
export interface Shelf<Value> {
  read(name: string): Promise<Value | undefined>;
  write(name: string, value: Value): Promise<void>;
  /** Writes unless there is a record already; the record that stands afterwards. Two tabs get the same one. */
  writeIfAbsent(name: string, value: Value): Promise<Value>;
  erase(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

/** The shelf of this name in the browser's database of this origin. Rejects where IndexedDB is missing or refused. */
export async function openBrowserShelf<Value>(name: ShelfName): Promise<Shelf<Value>> {
  return new BrowserShelf<Value>(await openDatabase(), name);
}

/** A shelf that lasts as long as the page. */
export class MemoryShelf<Value> implements Shelf<Value> {
  private readonly records = new Map<string, Value>();

  async read(name: string): Promise<Value | undefined> {
    return this.records.get(name);
  }

  async write(name: string, value: Value): Promise<void> {
    this.records.set(name, structuredClone(value));
  }

  async writeIfAbsent(name: string, value: Value): Promise<Value> {
    const present = this.records.get(name);
    if (present === undefined) await this.write(name, value);
    return present ?? value;
  }

  async erase(name: string): Promise<void> {
    this.records.delete(name);
  }

  async names(): Promise<readonly string[]> {
    return [...this.records.keys()];
  }
}

class BrowserShelf<Value> implements Shelf<Value> {
  constructor(
    private readonly database: IDBDatabase,
    private readonly shelf: ShelfName,
  ) {}

  read(name: string): Promise<Value | undefined> {
    return this.transact("readonly", (store) => store.get(name) as IDBRequest<Value | undefined>);
  }

  async write(name: string, value: Value): Promise<void> {
    await this.transact("readwrite", (store) => store.put(value, name));
  }

  async writeIfAbsent(name: string, value: Value): Promise<Value> {
    // `add` aborts if the name is taken; then the record of whoever was first stands.
    await this.transact("readwrite", (store) => store.add(value, name)).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "ConstraintError")) throw error;
    });
    const standing = await this.read(name);
    if (standing === undefined) throw new Error(`the record ${name} was erased while it was written`);
    return standing;
  }

  async erase(name: string): Promise<void> {
    await this.transact("readwrite", (store) => store.delete(name));
  }

  async names(): Promise<readonly string[]> {
    const keys = await this.transact("readonly", (store) => store.getAllKeys());
    return keys.filter((key) => typeof key === "string");
  }

  private transact<Result>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(this.shelf, mode, { durability: "strict" });
      const request = ask(transaction.objectStore(this.shelf));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(request.error ?? transaction.error);
    });
  }
}

let opening: Promise<IDBDatabase> | undefined;

function openDatabase(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE_NAME, DATABASE_VERSION);
    request.onupgradeneeded = () => {
      for (const shelf of SHELVES) {
        if (!request.result.objectStoreNames.contains(shelf)) request.result.createObjectStore(shelf);
      }
    };
    request.onsuccess = () => {
      // A newer page in another tab may upgrade; this one then reopens on next use.
      request.result.onversionchange = () => {
        request.result.close();
        opening = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }).catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}
