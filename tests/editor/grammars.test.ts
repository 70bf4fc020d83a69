import { expect, test } from 'vitest'
import { parser as acl } from '../../src/editor/acl.grammar'
import { parser as command } from '../../src/editor/command.grammar'
import { parser as conf } from '../../src/editor/conf.grammar'
import { grammarCases } from './cases'

grammarCases('acl.txt', acl)
grammarCases('conf.txt', conf)
grammarCases('command.txt', command)

test.each(Object.entries({ acl, conf, command }))('100,000 brackets are parsed without an error in %s', (_, parser) => {
  for (const brackets of ['(', ')', '( ', ') ', '()', '() ', '((', ')(', '(+get ', '(\n'])
    for (const start of ['', 'user a ', 'user a (']) {
      // A command is one line.
      if (parser === command && brackets.includes('\n')) continue
      const before = performance.now()
      const tree = parser.parse(start + brackets.repeat(100_000 / brackets.length))
      let errors = 0
      tree.iterate({ enter: ({ type }) => void (errors += Number(type.isError)) })
      // Errors take about a thousand times as long as words.
      expect({ start, brackets, errors }).toEqual({ start, brackets, errors: 0 })
      expect(performance.now() - before).toBeLessThan(5000)
    }
})
