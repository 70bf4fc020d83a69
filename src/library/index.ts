/**
 * The package's functions for tests: `loadPolicy` answers questions about users.acl, `startServer` runs a simulated server
 * that clients connect to.
 */
import { unsupported } from '../cli/node-version'

const problem = unsupported(process.versions.node)
if (problem !== null) throw new Error(problem)

export { InputError, RefusedError, type RefusedPlace } from './errors'
export { loadPolicy } from './policy'
export { startServer } from './server'
export type * from './types'
