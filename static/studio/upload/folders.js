// Files out of what was dropped or chosen, folders within folders too, each with the path of the folder it lay in.

const PICTURE = /\.(jpe?g|png|webp|tiff?|avif|hei[cf])$/i
const { compare } = new Intl.Collator(undefined, { numeric: true })

// Loose files come in the order of selection; what lies in a folder is sorted by name, as the folder shows it.
// Something in a folder that is no picture has no `file`. Call it while the drop is being handled.
export async function dropped(transfer) {
  const files = [...transfer.items].filter((item) => item.kind === "file")
  const entries = files.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean)
  return (await Promise.all(entries.map((entry) => within(entry)))).flat()
}

export function chosen(files) {
  const found = [...files].map((file) => {
    const path = file.webkitRelativePath.split("/").slice(0, -1).join("/")
    return path ? inFolder(file, path) : { file, path }
  })
  return found.some(({ path }) => path) ? found.sort(byPlace) : found
}

async function within(entry, path = "") {
  if (entry instanceof File) return [{ file: entry, path }]
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)))
    return [path ? inFolder(file, path) : { file, path }]
  }
  const inside = (await entriesOf(entry)).sort((one, other) => one.isDirectory - other.isDirectory || compare(one.name, other.name))
  const below = path ? `${path}/${entry.name}` : entry.name
  return (await Promise.all(inside.map((each) => within(each, below)))).flat()
}

// A reader tells of some at a time, until it tells of none.
async function entriesOf(folder) {
  const reader = folder.createReader()
  const found = []
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])))
    if (!some.length) return found.filter((entry) => !entry.name.startsWith("."))
    found.push(...some)
  }
}

function inFolder(file, path) {
  const picture = file && !file.name.startsWith(".") && (PICTURE.test(file.name) || file.type.startsWith("image/"))
  return { file: picture ? file : null, path }
}

function byPlace(one, other) {
  return compare(one.path, other.path) || compare(one.file?.name ?? "", other.file?.name ?? "")
}
