import { isScalar, parseAllDocuments, visit } from 'yaml'
import { hole } from './holes'

/** The maximum length of a YAML text: larger ones take too long to parse. No chart or Secret is that long. */
const MAX_LENGTH = 3_000_000

/** Parses the documents of a YAML text to plain values, with the first error where there is one. Never throws. */
export function readYaml(text: string): { readonly values: readonly unknown[]; readonly problem: string | null } {
  if (text.length > MAX_LENGTH)
    return { values: [], problem: 'This is more YAML than is read at once. Take out the part that holds the users.' }
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' })
    if (!Array.isArray(documents)) return { values: [], problem: null }
    for (const document of documents)
      visit(document, {
        // !Ref, !GetAtt, !vault: the value is elsewhere. !Sub has templates, and !unsafe is a plain text.
        Node(_, node) {
          if (node.tag === undefined || !/^!(?!unsafe$|Sub$)\w/.test(node.tag)) return
          return document.createNode(hole(`${node.tag}${isScalar(node) ? ` ${String(node.value)}` : ''}`))
        },
      })
    const error = documents.flatMap((document) => document.errors)[0]
    const values = documents
      .filter((document) => document.errors.length === 0)
      .map((document): unknown => document.toJS({ maxAliasCount: 100 }))
    return { values, problem: error === undefined ? null : problemOf(error) }
  } catch (error) {
    return { values: [], problem: problemOf(error) }
  }
}

/** Returns the first line of an error: the message and the place. The rest shows the source. */
function problemOf(error: unknown): string {
  const words = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
  return `The YAML cannot be read: ${words.replace(/:$/, '.')}`
}
