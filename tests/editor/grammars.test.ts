import { parser as acl } from '../../src/editor/acl.grammar'
import { parser as command } from '../../src/editor/command.grammar'
import { parser as conf } from '../../src/editor/conf.grammar'
import { grammarCases } from './cases'

grammarCases('acl.txt', acl)
grammarCases('conf.txt', conf)
grammarCases('command.txt', command)
