/** Why the host refused a file, in words; its own message names system calls and is worded by the runtime. */

import { toMessage } from '#core/errors.ts'

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EEXIST: 'there is a file of that name',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
}

export function toReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return WORDS[code] ?? toMessage(error)
}
