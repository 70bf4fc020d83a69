export { arrayCommands } from './commands'
