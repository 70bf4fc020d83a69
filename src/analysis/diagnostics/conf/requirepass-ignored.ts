import { all, without, type ConfCheck } from './conf-file'

/** requirepass together with an ACL file: the file defines the password of the default user. */
export const requirepassIgnored: ConfCheck = {
  code: 'requirepass-ignored',
  severity: 'error',
  check: (conf) =>
    conf.acl === null
      ? []
      : all(conf, 'requirepass').map((one) => ({
          message: conf.defaultIsOpen
            ? 'The ACL file overrides requirepass: default is open to everybody, without this password.'
            : 'The ACL file overrides requirepass: this password is not in effect.',
          hint: 'Give default its password in users.acl.',
          span: one.line.span,
          fixes: [{ label: 'Remove requirepass', edits: [without(conf, one)], safe: true as const }],
        })),
}
