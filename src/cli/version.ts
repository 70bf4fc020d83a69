import { version as packageVersion } from '../../package.json'

/** The version in package.json. */
export const version: string = packageVersion
