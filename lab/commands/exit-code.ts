/** What the lab's commands tell a script that runs them. */
export const exitCode = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
