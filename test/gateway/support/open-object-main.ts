import { Gateway } from '../../../gateway/agent/gateway.ts';

// Takes over a gateway with the programs of some other object file.
const [name = '', path = ''] = process.argv.slice(2);
Gateway.open(name, { path }).close();
