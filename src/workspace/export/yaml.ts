import { Document, type Scalar } from 'yaml'
import type { Target } from '../../targets/target'

const toString = (document: Document): string => document.toString({ lineWidth: 0, blockQuote: 'literal' })

/** Writes a Kubernetes Secret with users.acl. */
export function secretYaml(aclFile: string, { product }: Target): string {
  const document = new Document({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${product}-acl` },
    type: 'Opaque',
    stringData: { 'users.acl': aclFile },
  })
  document.commentBefore = ` Mount it where aclfile in ${product}.conf points to.`
  return toString(document)
}

/** Writes Ansible tasks that copy users.acl and reload it where it changed. */
export function ansibleYaml(aclFile: string, { product }: Target): string {
  const document = new Document([
    {
      name: `Write the users of ${product}`,
      'ansible.builtin.copy': {
        dest: `/etc/${product}/users.acl`,
        content: aclFile,
        owner: product,
        group: product,
        mode: '0640',
      },
      register: 'acl_file',
      no_log: true,
    },
    { name: 'Load the users', 'ansible.builtin.command': `${product}-cli ACL LOAD`, when: 'acl_file is changed' },
  ])
  // Keep Ansible from expanding braces in a pattern as a template.
  const content = document.getIn([0, 'ansible.builtin.copy', 'content'], true) as Scalar
  if (/\{[{%#]/.test(aclFile)) content.tag = '!unsafe'
  return toString(document)
}
