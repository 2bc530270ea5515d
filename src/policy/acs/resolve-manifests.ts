import type { Problem } from '../problem.ts';
import { makeProblem, type ProblemName } from '../problem-codes.ts';
import { type Path, type SourceDocument, valuePosition } from '../yaml/index.ts';
import { type Located, OffsetSpace } from './located.ts';
import { versionOf, versionProblem } from './manifest-version.ts';
import { type Conflict, mergeLocated } from './merge-located.ts';
import { type Parent, parentsOf } from './parents.ts';

/** The manifests of a file of the policy folder. */
export interface ManifestFile {
  readonly path: string;
  readonly manifests: readonly SourceDocument[];
  /** The file holds one document and no more, and nothing of it could not be read. */
  readonly whole: boolean;
}

/** A manifest with what it extends. */
export interface ResolvedManifest {
  readonly manifest: SourceDocument;
  /** Merged over all of them; absent if none has any. */
  readonly metadata: Located | undefined;
  /** The manifest itself, then what it extends, directly or not; each once. */
  readonly chain: readonly SourceDocument[];
  /** Of the whole chain. */
  readonly characters: number;
  /** Manifests on the longest way up, itself included. */
  readonly height: number;
}

export interface ResolvedManifests {
  /** Those that no other one extends and that could be resolved. The others are parts of these. */
  readonly manifests: readonly ResolvedManifest[];
  readonly problems: readonly Problem[];
  readonly position: OffsetSpace['position'];
}

// As ACS's own loader does unless it is told otherwise.
const longestChain = 16;
const mostCharacters = 1024 * 1024;
// Small manifests that all extend a large one are merged with it one by one.
const mostMerged = 32 * mostCharacters;

/** Follows `extends` between the manifests of a folder (rule A2) and merges their metadata as ACS does. */
export function resolveManifests(files: readonly ManifestFile[]): ResolvedManifests {
  const resolver = new ManifestResolver(files);
  const manifests = files
    .flatMap((file) => file.manifests)
    .map((manifest) => resolver.resolve(manifest));
  return {
    manifests: manifests
      .filter(isPresent)
      .filter(({ manifest }) => !resolver.extended.has(manifest)),
    problems: resolver.problems,
    position: resolver.space.position,
  };
}

class ManifestResolver {
  readonly space = new OffsetSpace();
  readonly problems: Problem[] = [];
  /** Manifests that another one extends. */
  readonly extended = new Set<SourceDocument>();
  readonly #files: ReadonlyMap<string, ManifestFile>;
  /** `undefined`: it cannot be resolved, and the problem has been told. */
  readonly #resolved = new Map<SourceDocument, ResolvedManifest | undefined>();
  readonly #open: SourceDocument[] = [];
  readonly #told = new Set<string>();
  /** Characters that have been merged from elsewhere. */
  #merging = 0;

  constructor(files: readonly ManifestFile[]) {
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  resolve(manifest: SourceDocument): ResolvedManifest | undefined {
    if (!this.#resolved.has(manifest)) {
      this.#open.push(manifest);
      this.#resolved.set(manifest, this.#resolveNew(manifest));
      this.#open.pop();
    }
    return this.#resolved.get(manifest);
  }

  #resolveNew(manifest: SourceDocument): ResolvedManifest | undefined {
    const wrongVersion = versionProblem(manifest);
    const { parents, problems } = parentsOf(manifest);
    if (wrongVersion) this.problems.push(wrongVersion);
    for (const problem of problems) this.problems.push(problem);
    let sound = !wrongVersion && problems.length === 0;
    const resolved = new Set<ResolvedManifest>();
    for (const parent of parents) {
      if (parent.kind === 'elsewhere') {
        this.#notFollowed(manifest, parent);
        continue;
      }
      const found = this.#parentManifest(manifest, parent);
      if (found) resolved.add(found);
      else sound = false;
    }
    return sound ? this.#merged(manifest, [...resolved]) : undefined;
  }

  #merged(
    manifest: SourceDocument,
    parents: readonly ResolvedManifest[],
  ): ResolvedManifest | undefined {
    const height = 1 + parents.reduce((most, parent) => Math.max(most, parent.height), 0);
    if (height > longestChain) return this.#tooMuch(manifest, tooLong);
    this.#merging += parents.reduce((sum, parent) => sum + parent.characters, 0);
    if (this.#merging > mostMerged) {
      return this.#tooMuch(
        manifest,
        `the manifests of the folder extend more than ${mostMerged} characters together`,
      );
    }
    const chain = new Set([manifest, ...parents.flatMap((parent) => parent.chain)]);
    const characters = [...chain].reduce((sum, one) => sum + one.characters, 0);
    if (characters > mostCharacters) {
      return this.#tooMuch(
        manifest,
        `with what it extends, the manifest has ${characters} characters; the limit is ${mostCharacters}`,
      );
    }
    const conflicts: Conflict[] = [];
    const own = this.space.field(manifest, 'metadata');
    const said = [...parents.map(({ metadata }) => metadata), own].filter(isPresent);
    const metadata = mergeLocated(said, (conflict) => conflicts.push(conflict));
    for (const conflict of conflicts) this.#conflict(conflict);
    if (conflicts.length > 0) return undefined;
    return { manifest, metadata, chain: [...chain], characters, height };
  }

  #parentManifest(
    child: SourceDocument,
    { path, at }: Extract<Parent, { kind: 'file' }>,
  ): ResolvedManifest | undefined {
    const fail = (message: string, remedy: string): undefined => {
      this.#report('manifestExtends', child, at, message, remedy);
    };
    const file = this.#files.get(path);
    if (!file) {
      return fail(
        `\`${path || '.'}\` is not among the policy files`,
        'correct the path: it is relative to this file, and only *.yaml and *.yml are read',
      );
    }
    const [parent] = file.manifests;
    if (!parent || !file.whole) {
      return fail(
        `\`${path}\` cannot be read as one Agent Control Specification manifest`,
        'mend that file; a manifest that is extended stands alone in its file',
      );
    }
    this.extended.add(parent);
    if (this.#open.includes(parent)) {
      const names = [...this.#open.slice(this.#open.indexOf(parent)), parent].map(fileOf);
      return fail(
        `the manifests extend each other in a circle: ${names.join(' → ')}`,
        'remove one of these entries',
      );
    }
    if (this.#open.length >= longestChain) return fail(tooLong, 'extend fewer manifests');
    const childVersion = versionOf(child);
    if (versionOf(parent) !== childVersion) {
      return fail(
        `\`${path}\` has version \`${versionOf(parent)}\` and this manifest \`${childVersion}\`; they must be equal`,
        'write the same `agent_control_specification_version` into both',
      );
    }
    return this.resolve(parent);
  }

  #tooMuch(manifest: SourceDocument, message: string): undefined {
    this.#report('manifestExtends', manifest, ['extends'], message, 'extend fewer manifests');
  }

  #notFollowed(
    manifest: SourceDocument,
    { reference, why, at }: Extract<Parent, { kind: 'elsewhere' }>,
  ) {
    this.#report(
      'manifestNotFollowed',
      manifest,
      at,
      `\`${reference}\` ${why} and is not followed; what it may say about the network is not enforced`,
      'keep the manifest in the policy folder, or write its `metadata.sallyport` here',
    );
  }

  #conflict({ path, first, second }: Conflict) {
    const { file, line } = this.space.position(first.mark.key ?? first.mark.value);
    const name = ['metadata', ...path].join('.');
    const problem = makeProblem(
      'manifestConflict',
      this.space.position(second.mark.key ?? second.mark.value),
      `\`${name}\` is not what ${file}:${line} says; manifests that extend each other must agree`,
      'remove one of them; only mappings are merged, key by key',
    );
    // Several manifests may extend the same two that disagree.
    const key = JSON.stringify(problem);
    if (!this.#told.has(key)) this.problems.push(problem);
    this.#told.add(key);
  }

  #report(name: ProblemName, manifest: SourceDocument, at: Path, message: string, remedy: string) {
    this.problems.push(makeProblem(name, valuePosition(manifest, at), message, remedy));
  }
}

const tooLong = `more than ${longestChain} manifests extend one another`;

function isPresent<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

function fileOf(manifest: SourceDocument): string {
  return manifest.position(0).file;
}
