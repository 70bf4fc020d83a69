/** Error messages of the C library, by Node's codes. */
const messages: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
}

/** Returns the C library's message for the code of a Node error; undefined for a code that has none here. */
export function systemMessage(code: string | undefined): string | undefined {
  return code === undefined ? undefined : messages[code]
}
