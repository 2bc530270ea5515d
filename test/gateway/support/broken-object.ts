/** A compiled object whose first tc program begins with an instruction that no kernel knows (ELF-64, little-endian). */
export function brokenObject(object: Buffer): Buffer {
  const broken = Buffer.from(object);
  const sections = Number(object.readBigUInt64LE(0x28));
  const [size, count, names] = [0x3a, 0x3c, 0x3e].map((at) => object.readUInt16LE(at));
  const header = (index: number) => sections + index * (size ?? 0);
  const offset = (index: number) => Number(object.readBigUInt64LE(header(index) + 0x18));
  const table = offset(names ?? 0);
  for (let i = 0; i < (count ?? 0); i++) {
    const name = table + object.readUInt32LE(header(i));
    if (object.toString('latin1', name, name + 3) !== 'tc\0') continue;
    broken.fill(0xff, offset(i), offset(i) + 8);
    return broken;
  }
  throw new Error('there is no section "tc"');
}
