/** Semantic comparison of two versions of users.acl, or of one file on two servers. */
export type { Comparison, PatternChange, Relation, Side, Upgrade, UserChange } from './compare/types'
export { compareFiles } from './compare/files'
export { compareTargets } from './compare/upgrade'
export { describeUserChange } from './compare/describe'
export { groupChanges, namesOf, type ChangeGroup } from './compare/groups'
