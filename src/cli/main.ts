#!/usr/bin/env node
import { endQuietlyWithReader, runProgram } from './program.ts';

endQuietlyWithReader();
await runProgram(process.argv);
