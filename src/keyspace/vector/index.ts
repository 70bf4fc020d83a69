export { vectorCommands } from './commands'
