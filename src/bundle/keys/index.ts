export { custodyOf, KeyFolder, type KeyRole, type Passphrases } from './key-folder.ts';
export { generateSigningKey, type SigningKey, signerOf } from './signing-key.ts';
