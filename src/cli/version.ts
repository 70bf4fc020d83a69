import { version as packageVersion } from '../../package.json'

/** This program's version, as package.json has it. */
export const version: string = packageVersion
