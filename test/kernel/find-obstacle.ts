import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { interfacePrograms, loadObject, objectPath } from '../../gateway/kernel/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Why this machine cannot run eBPF programs; `null` where it can. */
    kernelObstacle: string | null;
  }
}

/** Found out once for all test files: the kernel takes most of a second to verify the programs. */
export default function setup(project: TestProject): void {
  project.provide('kernelObstacle', findObstacle());
}

function findObstacle(): string | null {
  if (process.platform !== 'linux') return `eBPF needs Linux, this is ${process.platform}`;
  if (!existsSync(objectPath())) return `${objectPath()} is not built; run: npm run build:bpf`;
  try {
    loadObject({ leaveOut: interfacePrograms }).close();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
