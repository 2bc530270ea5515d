export { authorityCertificate } from './certificates.ts';
export { prepareServices } from './prepare.ts';
export { questionsLogged } from './query-log.ts';
export { agentToolPort, databasePorts, labServices, type Service } from './services.ts';
export { attackerZone, names } from './zones.ts';
