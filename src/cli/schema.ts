import type { Command } from 'commander';
import { editorSchema } from '../policy/index.ts';

const help = `
Example:
  $ sallyport schema > sallyport.schema.json
  then, in VS Code with the YAML extension:
  "yaml.schemas": { "./sallyport.schema.json": "policies/**/*.yaml" }`;

/** `sallyport schema`: the JSON Schema of the policy language, for editors. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .summary('print the JSON Schema of the policy language')
    .description('Prints one self-contained JSON Schema (draft 2020-12) for all kinds of policies.')
    .addHelpText('after', help)
    .action(() => {
      process.stdout.write(`${JSON.stringify(editorSchema(), null, 2)}\n`);
    });
}
