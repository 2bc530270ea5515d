import { missingRequirements } from '../../lab/instance/index.ts';

/** Whether end-to-end tests are to be skipped on this machine; says why. Where CI=true they run, and fail. */
export async function isSkipped(): Promise<boolean> {
  const missing = await missingRequirements();
  const required = process.env.CI === 'true';
  if (missing.length > 0) {
    const fate = required ? 'cannot run' : 'are skipped';
    console.warn(`end-to-end tests ${fate}: ${missing.join('; ')}`);
  }
  return missing.length > 0 && !required;
}
