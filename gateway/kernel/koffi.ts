import { createRequire } from 'node:module';
import { KernelError } from './kernel-error.ts';

/** Loaded on first use: the package may be installed without its optional parts, and still explain itself. */
export function loadKoffi(): typeof import('koffi') {
  try {
    return createRequire(import.meta.url)('koffi');
  } catch (cause) {
    throw new KernelError(
      'no-library',
      'The npm package koffi, through which C libraries are called, is not installed: install sallyport without --omit=optional.',
      { cause },
    );
  }
}
