/** Two versions of users.acl, or one file read by two servers, compared by what they mean. */
export type {
  CommandChange,
  Comparison,
  Gains,
  LoginChange,
  PatternChange,
  RefusedSide,
  Relation,
  SelectorChange,
  Side,
  Upgrade,
  UserChange,
} from './compare/types'
export { compareFiles } from './compare/files'
export { compareTargets } from './compare/upgrade'
export { describeUserChange, mostNamed } from './compare/describe'
