import type { TargetFile } from '@tufjs/models';
import { Updater, type UpdaterOptions } from 'tuf-js';
import type { CappedFetcher } from './capped-fetcher.ts';
import { metadataLimits } from './limits.ts';
import { type MetadataFiles, rootName, versionOf } from './metadata-files.ts';

/** The parts of tuf-js's Updater that are private in its types, but made to be overridden by its design. */
interface Overridable {
  trustedSet: object;
  refresh(): Promise<void>;
  getTargetInfo(path: string): Promise<TargetFile | undefined>;
}

const Base = Updater as unknown as new (options: UpdaterOptions) => Overridable;

interface Source {
  /** The enrolled root: where trust begins. */
  readonly root: Uint8Array;
  /** What earlier refreshes have verified; what this one verifies is added. */
  readonly files: MetadataFiles;
  readonly url: string;
  readonly fetcher: CappedFetcher;
}

/** One run of the TUF client workflow. */
export interface MetadataUpdate {
  /** Verifies everything that leads to a target. @throws what was refused, of many kinds */
  run(targetPath: string): Promise<TargetFile | undefined>;
}

/**
 * tuf-js's client workflow (TUF 5) over metadata in memory. tuf-js itself writes files in place, and after a torn write
 * trusts whatever the server offers. Should it ever stop calling the two methods below, it fails for want of a folder,
 * and does not silently use a disk.
 */
export function metadataUpdate({ root, files, url, fetcher }: Source): MetadataUpdate {
  // tuf-js wraps some errors into mere text; what was thrown last is why it gave up.
  let refusal: unknown;
  const note = (error: unknown) => {
    refusal = error;
    throw error;
  };

  class MemoryUpdater extends Base {
    loadLocalMetadata(role: string): Buffer {
      const bytes = role === 'root' ? Buffer.from(root) : files.get(role);
      if (!bytes) throw new Error(`no ${role} yet`);
      return bytes;
    }

    persistMetadata(role: string, bytes: Buffer): void {
      files.set(role === 'root' ? rootName(versionOf(bytes)) : role, bytes);
    }
  }

  const updater = new MemoryUpdater({
    metadataDir: '/nonexistent',
    metadataBaseUrl: `${url}/metadata`,
    config: metadataLimits,
    fetcher: {
      downloadFile: () => fetcher.downloadFile(),
      downloadBytes: async (fileUrl, maxBytes) => {
        // The chain of roots is verified from the enrolled one each time, but fetched once.
        const [name = ''] = /[^/]+$/.exec(fileUrl) ?? [];
        const known = /^\d+\.root\.json$/.test(name) && files.get(name.replace('.json', ''));
        const held = name === 'timestamp.json' ? files.get('timestamp') : undefined;
        return known || fetcher.downloadBytes(fileUrl, maxBytes, held).catch(note);
      },
    },
  });
  updater.trustedSet = noting(updater.trustedSet, note);

  return {
    async run(targetPath) {
      try {
        await updater.refresh();
        return await updater.getTargetInfo(targetPath);
      } catch (error) {
        throw refusal ?? error;
      }
    },
  };
}

/** The same object, whose methods report what they throw. */
function noting(target: object, note: (error: unknown) => never): object {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        try {
          return value.apply(object, parameters);
        } catch (error) {
          return note(error);
        }
      };
    },
  });
}
