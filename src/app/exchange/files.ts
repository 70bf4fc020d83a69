import type { DroppedFile } from '../state/App.svelte'

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

/** A file's text, or what is wrong with it. */
export async function readTextFile(file: File): Promise<DroppedFile> {
  const { name } = file
  if (file.size > most) return { name, text: '', problem: `${name} is too long: at most ${most / 1_000_000} million bytes are read.` }
  try {
    return { name, text: new TextDecoder('utf-8').decode(await file.arrayBuffer()), problem: '' }
  } catch {
    return { name, text: '', problem: `${name} could not be read. Try it again, or paste what is in it.` }
  }
}
