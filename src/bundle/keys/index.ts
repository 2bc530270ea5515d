export { custodyOf, KeyFolder, type KeyRole, type Passphrases } from './key-folder.ts';
export { type SigningKey, signerOf } from './signing-key.ts';
