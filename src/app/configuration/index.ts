export {
  type BundleConfiguration,
  type Configuration,
  ConfigurationError,
  type GatewayConfiguration,
  type GitHubConfiguration,
  type RepositoryConfiguration,
} from './configuration.ts';
export { readConfiguration } from './read-configuration.ts';
export { configurationSchema } from './schema.ts';
