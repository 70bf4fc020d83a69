import { LRLanguage } from '@codemirror/language'
import type { LRParser } from '@lezer/lr'
import { parser as aclGrammar } from './acl.grammar'
import { parser as commandGrammar } from './command.grammar'
import { parser as confGrammar } from './conf.grammar'
import { tokenTags } from './highlight'

const coloured = (grammar: LRParser): LRParser => grammar.configure({ props: [tokenTags] })

/** Parsers with colours, also for use outside an editor (tokensOf). */
export const aclParser = coloured(aclGrammar)
export const confParser = coloured(confGrammar)
export const commandParser = coloured(commandGrammar)

/** The language of users.acl. */
export const aclLanguage = LRLanguage.define({ name: 'users.acl', parser: aclParser })

/** The language of redis.conf. */
export const confLanguage = LRLanguage.define({
  name: 'redis.conf',
  parser: confParser,
  languageData: { commentTokens: { line: '#' } },
})

/** The language of the console's line. */
export const commandLanguage = LRLanguage.define({ name: 'command', parser: commandParser })
