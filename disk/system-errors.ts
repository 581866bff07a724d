/** Describes errors of the operating system in words. */

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EFBIG: "it is larger than files may be here",
  EISDIR: "it is a directory",
  ELOOP: "its symbolic links form a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "there is no such file",
  ENOSPC: "there is no space left",
  ENOTDIR: "part of its path is not a directory",
  ENXIO: "it is not a file",
  EPERM: "it is not permitted",
  EROFS: "the file system is read-only",
  ERR_INVALID_ARG_VALUE: "no file can have that name",
  ERR_INVALID_URL_SCHEME: "only files on disk can be read",
};

/** The description, as the end of a sentence: "… can't be read: permission denied". */
export function describeSystemError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_ERRORS[code ?? ""] ?? code ?? message;
}
