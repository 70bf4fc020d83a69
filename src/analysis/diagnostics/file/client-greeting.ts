import { toText } from '../../../acl/bytes'
import { commandTitle } from '../../command-title'
import { plural } from '../../numbers'
import { listSome } from '../facts'
import type { FileCheck, PlacedLine } from './acl-file'

/** Formats the subject of the sentence: `app is`, `app and 3 more users are`. */
function subject(name: string, others: number): string {
  return others === 0 ? `${name} is` : `${name} and ${plural(others, 'more user')} are`
}

/** Commands that many libraries send by themselves: reported once per file, unless a library is selected. */
export const clientGreeting: FileCheck = {
  code: 'client-handshake',
  severity: 'info',
  check: ({ lines, client, isSilenced }) => {
    if (client !== null) return []
    const greeted = lines.filter(
      ({ checked }) => checked.greeting.length > 0 && !isSilenced('client-handshake', checked.name?.text ?? null),
    )
    const [first] = greeted
    const name = first?.checked.name
    if (first === undefined || !name) return []
    const { greeting } = first.checked
    const rules = greeting.map((one) => `+${one}`).join(' ')
    const edit = ({ checked, from }: PlacedLine): { from: number; to: number; insert: string } => ({
      from: from + checked.end,
      to: from + checked.end,
      insert: ` ${rules}`,
    })
    return [
      {
        message: `Many client libraries send ${listSome(greeting.map(commandTitle))} when they connect: ${subject(toText(name.text), greeted.length - 1)} denied that, and each denial is an entry in ACL LOG.`,
        hint: 'Choose the client library, in the page’s list of all diagnostics or with --client on the command line, to see exactly what it sends.',
        line: first.number,
        from: first.from + name.from,
        to: first.from + name.to,
        user: name.text,
        fixes: [
          { label: `Add ${rules}`, edits: [edit(first)] },
          ...(greeted.length > 1 ? [{ label: `Add ${rules} to all ${greeted.length}`, edits: greeted.map(edit) }] : []),
        ],
      },
    ]
  },
}
