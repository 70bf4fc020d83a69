import { Language, LRLanguage } from '@codemirror/language'
import type { LRParser } from '@lezer/lr'
import { parser as aclGrammar } from './acl.grammar'
import { parser as commandGrammar } from './command.grammar'
import { parser as confGrammar } from './conf.grammar'
import { tokenTags } from './highlight'
import { WindowParser } from './window-parser'

const coloured = (grammar: LRParser): LRParser => grammar.configure({ props: [tokenTags] })

/** Parsers with colours, also for use outside an editor (tokensOf). */
export const aclParser = coloured(aclGrammar)
export const confParser = coloured(confGrammar)
export const commandParser = coloured(commandGrammar)

/** Returns a language with a statement a line, of which long files are parsed near the viewport. */
const lineLanguage = ({ data, parser, name }: LRLanguage): Language =>
  new Language(data, new WindowParser(parser), [], name)

/** The language of users.acl. */
export const aclLanguage = lineLanguage(LRLanguage.define({ name: 'users.acl', parser: aclParser }))

/** The language of redis.conf. */
export const confLanguage = lineLanguage(
  LRLanguage.define({
    name: 'redis.conf',
    parser: confParser,
    languageData: { commentTokens: { line: '#' } },
  }),
)

/** The language of the console's line. */
export const commandLanguage = LRLanguage.define({ name: 'command', parser: commandParser })
