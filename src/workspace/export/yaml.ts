import { Document } from 'yaml'
import type { Target } from '../../targets/target'

/** Characters that YAML wants escaped, that some of its readers take for a line's end, or that are not seen; and not line feeds. */
const ESCAPED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu

/**
 * Writes a document whose text at a path is a file: as a block, or in quotes where characters of it need escapes, which the
 * library leaves as they are.
 */
function withFile(document: Document, path: readonly (string | number)[], file: string): string {
  const content = document.createNode(file)
  if (file.search(ESCAPED) >= 0) content.type = 'QUOTE_DOUBLE'
  // Keep Ansible from expanding braces in a pattern as a template.
  if (path.includes('ansible.builtin.copy') && /\{[{%#]/.test(file)) content.tag = '!unsafe'
  document.setIn(path, content)
  return document
    .toString({ lineWidth: 0, blockQuote: 'literal' })
    .replace(ESCAPED, (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`)
}

/** Writes a Kubernetes Secret with users.acl. */
export function secretYaml(aclFile: string, { product }: Pick<Target, 'product'>): string {
  const document = new Document({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${product}-acl` },
    type: 'Opaque',
    stringData: { 'users.acl': '' },
  })
  document.commentBefore = ` Mount it where aclfile in ${product}.conf points to.`
  return withFile(document, ['stringData', 'users.acl'], aclFile)
}

/** Writes Ansible tasks that copy users.acl and reload it where it changed. */
export function ansibleYaml(aclFile: string, { product }: Pick<Target, 'product'>): string {
  const document = new Document([
    {
      name: `Write the users of ${product}`,
      'ansible.builtin.copy': {
        dest: `/etc/${product}/users.acl`,
        content: '',
        owner: product,
        group: product,
        mode: '0640',
      },
      register: 'acl_file',
      no_log: true,
    },
    { name: 'Load the users', 'ansible.builtin.command': `${product}-cli ACL LOAD`, when: 'acl_file is changed' },
  ])
  return withFile(document, [0, 'ansible.builtin.copy', 'content'], aclFile)
}
