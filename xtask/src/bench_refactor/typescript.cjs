// Asks TypeScript's own service what a rename touches: TYPESCRIPT FOLDER; questions on stdin, one JSON object a line.
// Each answer is a line: [[path, byte], ...] of all places, or null.
const fs = require('fs')
const path = require('path')
const ts = require(path.resolve(process.argv[2]))
const root = path.resolve(process.argv[3])

const files = []
const walk = (folder) => {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) walk(file)
    else if (/\.tsx?$/.test(entry.name)) files.push(file)
  }
}
walk(root)
const options = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
}
const host = {
  getScriptFileNames: () => files,
  getScriptVersion: () => '1',
  getScriptSnapshot: (file) => (fs.existsSync(file) ? ts.ScriptSnapshot.fromString(fs.readFileSync(file, 'utf8')) : undefined),
  getCurrentDirectory: () => root,
  getCompilationSettings: () => options,
  getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
}
const service = ts.createLanguageService(host)
const texts = new Map()
const text = (file) => {
  if (!texts.has(file)) texts.set(file, fs.readFileSync(file, 'utf8'))
  return texts.get(file)
}
for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const question = JSON.parse(line)
  const file = path.join(root, question.path)
  const at = Buffer.from(text(file)).subarray(0, question.offset).toString().length
  const found = service.findRenameLocations(file, at, false, false, { providePrefixAndSuffixTextForRename: true })
  const places = (found ?? [])
    .filter((one) => one.fileName.startsWith(root + path.sep))
    .map((one) => [path.relative(root, one.fileName), Buffer.byteLength(text(one.fileName).slice(0, one.textSpan.start))])
  console.log(JSON.stringify(places.length > 0 ? places : null))
}
