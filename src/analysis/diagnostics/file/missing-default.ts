import type { FileCheck } from './acl-file'

/** A file without a line for `default`: servers then create that user without a password and with all permissions. */
export const missingDefault: FileCheck = {
  code: 'missing-default',
  severity: 'error',
  check: ({ text, lines }) => {
    if (text.trim() === '' || lines.some(({ checked }) => checked.name?.text === 'default')) return []
    const end = text.endsWith('\n') ? '' : '\n'
    const first = lines.find(({ checked }) => checked.name !== null) ?? lines[0]
    if (first === undefined) return []
    return [
      {
        message:
          'There is no line for default: the server leaves this user on, without a password, with every command and key, even where requirepass is set.',
        hint: null,
        line: first.number,
        from: first.from,
        to: first.from + first.checked.text.length,
        user: 'default',
        fixes: [
          {
            label: 'Turn default off',
            edits: [{ from: text.length, to: text.length, insert: `${end}user default off\n` }],
          },
        ],
      },
    ]
  },
}
