import { readFileSync } from 'node:fs';

/** ELF-64 section header: type of program bits, and the flag of what is executed. */
const SHT_PROGBITS = 1;
const SHF_EXECINSTR = 4n;

/** All instructions of a compiled object, without what a debugger reads: equal where a change of C meant nothing. */
export function instructionsOf(object: string): Buffer {
  const file = readFileSync(object);
  const table = Number(file.readBigUInt64LE(0x28));
  const [size, count] = [file.readUInt16LE(0x3a), file.readUInt16LE(0x3c)];
  const sections = Array.from({ length: count }, (_, at) => file.subarray(table + at * size));
  return Buffer.concat(
    sections
      .filter((section) => section.readUInt32LE(4) === SHT_PROGBITS)
      .filter((section) => (section.readBigUInt64LE(8) & SHF_EXECINSTR) !== 0n)
      .map((section) => {
        const start = Number(section.readBigUInt64LE(0x18));
        return file.subarray(start, start + Number(section.readBigUInt64LE(0x20)));
      }),
  );
}
