import type { DroppedFile } from '../state/DroppedFiles'

/** The longest file that is read, in bytes. */
const most = 20_000_000

/** Hands a text to the browser as a file. */
export function download(fileName: string, text: string, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A file's text, or what is wrong with it. UTF-8, or UTF-16 where it starts with its mark, as what PowerShell's `>` writes. */
export async function readTextFile(file: File): Promise<DroppedFile> {
  const { name } = file
  const failed = (problem: string): DroppedFile => ({ name, text: '', problem })
  if (file.size > most) return failed(`${name} is too long: at most ${most / 1_000_000} million bytes are read.`)
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)
    const text = new TextDecoder(mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8').decode(bytes)
    if (text.includes('\0')) return failed(`${name} is no text: nothing was taken from it.`)
    return { name, text, problem: '' }
  } catch {
    return failed(`${name} could not be read. Try it again, or paste what is in it.`)
  }
}
