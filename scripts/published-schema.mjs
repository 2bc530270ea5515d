// Writes the JSON Schema that the package ships for editors: npm run schema
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editorSchema } from '../src/policy/index.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../schema');
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'sallyport.schema.json'),
  `${JSON.stringify(editorSchema(), null, 2)}\n`,
);
