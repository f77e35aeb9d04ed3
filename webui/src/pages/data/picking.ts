/** Files out of a drop or a choice, folders opened, each with its path within the folder. */

export interface Picked {
  file: File
  path: string
}

/** Files chosen by the button; a chosen folder's files carry their paths. */
export const pickedOf = (list: FileList): Picked[] =>
  [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }))

/** Files dropped, with everything in the folders among them. */
export async function pickDropped(items: DataTransferItemList): Promise<Picked[]> {
  // The entries must be taken before the first await: the browser empties the list after the event.
  const taken = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  // What is dragged out of a mail or a browser is a file without an entry.
  const bare = ({ file }: { file: File | null }): Picked[] => (file ? [{ file, path: file.name }] : [])
  return (await Promise.all(taken.map((one) => (one.entry ? opened(one.entry) : bare(one))))).flat()
}

async function opened(entry: FileSystemEntry): Promise<Picked[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ file, path: entry.fullPath.replace(/^\//, '') }]
  }
  const inside = await readFolder((entry as FileSystemDirectoryEntry).createReader())
  return (await Promise.all(inside.map((one) => opened(one)))).flat()
}

/** A reader gives at most a hundred entries at a time, and none at the end. */
async function readFolder(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
