import { expect, test } from 'vitest'
import { readTextFile } from '../../../src/app/exchange/files'

const read = (name: string, content: BlobPart) => readTextFile(new File([content], name))

test('a file is read as UTF-8, its mark left out', async () => {
  expect(await read('users.acl', 'user é on\n')).toEqual({ name: 'users.acl', text: 'user é on\n', problem: '' })
  expect(await read('users.acl', '\ufeffuser app on\n')).toMatchObject({ text: 'user app on\n', problem: '' })
})

test('what PowerShell redirects to a file is UTF-16, and is read too', async () => {
  const words = Uint16Array.from('\ufeff1) "user app on"\r\n', (letter) => letter.charCodeAt(0))
  expect(await read('list.txt', words)).toMatchObject({ text: '1) "user app on"\r\n', problem: '' })
  expect(await read('list.txt', Uint8Array.from([0xfe, 0xff, 0, 0x61]))).toMatchObject({ text: 'a', problem: '' })
})

test('what is no text is refused', async () => {
  expect(await read('dump.rdb', Uint8Array.from([0x52, 0x45, 0, 0xff]))).toEqual({
    name: 'dump.rdb',
    text: '',
    problem: 'dump.rdb is no text: nothing was taken from it.',
  })
})

test('a file that is too long is not read', async () => {
  const file = new File(['a'], 'huge.acl')
  Object.defineProperty(file, 'size', { value: 20_000_001 })
  expect(await readTextFile(file)).toEqual({
    name: 'huge.acl',
    text: '',
    problem: 'huge.acl is too long: at most 20 million bytes are read.',
  })
})
