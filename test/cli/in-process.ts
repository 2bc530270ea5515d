import { vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs `sallyport` as a user does, but without a process of its own, which most of what it tells does not need.
 * @param cwd the folder to stand in
 */
export async function sallyport(args: readonly string[], cwd?: string): Promise<Outcome> {
  const outputs = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      outputs[name] += text;
      return true;
    }),
  );
  const home = process.cwd();
  process.exitCode = undefined;
  try {
    if (cwd !== undefined) process.chdir(cwd);
    await runProgram([process.execPath, 'sallyport', ...args]);
    return { ...outputs, exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.chdir(home);
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
