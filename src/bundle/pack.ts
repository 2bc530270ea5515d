import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { parseRuleSet, type RuleSet, serialiseRuleSet } from '../rules/index.ts';
import { BundleError } from './bundle-error.ts';

/** Canonical JSON, compressed with zstd (RFC 8878). */
export function packRules(ruleSet: RuleSet): Buffer {
  return zstdCompressSync(serialiseRuleSet(ruleSet));
}

/**
 * Reads what {@link packRules} wrote, and nothing else.
 * @param maxBytes what the rules may come to when decompressed
 * @param known rules that were read before; see {@link parseRuleSet}
 * @throws {BundleError} `malformed`, or `too-large`
 */
export function unpackRules(packed: Uint8Array, maxBytes: number, known?: RuleSet): RuleSet {
  try {
    const bytes = zstdDecompressSync(packed, { maxOutputLength: maxBytes });
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return parseRuleSet(text, known);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new BundleError('too-large', `The rules exceed ${maxBytes} bytes.`, error);
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new BundleError('malformed', `The bundle holds no rules: ${why}`, error);
  }
}
