import { expect, test } from 'vitest'
import { pastedLines } from '../../src/editor/pasted-lines'

test.each([
  ['one line', '', 'GET a', '', null],
  ['several lines', '', 'SET a 1\nGET a\n', '', { lines: ['SET a 1', 'GET a'], rest: '' }],
  ['a last line without a line break', '', 'SET a 1\nGET a', '', { lines: ['SET a 1'], rest: 'GET a' }],
  [
    'line breaks of Windows and of old Macs',
    '',
    'PING\r\nPING 2\rPING 3',
    '',
    { lines: ['PING', 'PING 2'], rest: 'PING 3' },
  ],
  ['a prompt that was begun', 'SET ', 'a\nGET a', ' 1', { lines: ['SET a 1'], rest: 'GET a' }],
  ['blank lines', '', '\n\nPING\n', '', { lines: ['', '', 'PING'], rest: '' }],
])('%s', (_, before, text, after, expected) => {
  expect(pastedLines(before, text, after)).toEqual(expected)
})
