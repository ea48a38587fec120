import { readFileSync, statSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Module, SourceTextModule, SyntheticModule } from 'node:vm';

type Exports = Readonly<Record<string, unknown>>;

interface Program {
  readonly text: string;
  readonly modifiedMs: number;
}

/** The programs of this project without their types, for all graphs of the process. */
const programs = new Map<string, Program>();
/** Packages and the modules of Node, evaluated once for all graphs of the process. */
const packages = new Map<string, Promise<Module>>();

const isOfProject = (specifier: string): boolean => /^(?:\.{0,2}\/|file:)/.test(specifier);
const isProgram = (path: string): boolean => /\.(?:ts|m?js)$/.test(path);

function exporting(exported: Exports, identifier: string): Module {
  const module = new SyntheticModule(
    Object.keys(exported),
    () => {
      for (const [name, value] of Object.entries(exported)) module.setExport(name, value);
    },
    { identifier },
  );
  return module;
}

function importPackage(specifier: string): Promise<Module> {
  const attributes = specifier.endsWith('.json') ? { with: { type: 'json' } } : {};
  const module =
    packages.get(specifier) ?? import(specifier, attributes).then((exported) => exporting(exported, specifier));
  packages.set(specifier, module);
  return module;
}

/** A module of JSON, or of the text of a guide. */
function readData(path: string): Module {
  const text = readFileSync(path, 'utf8');
  return exporting({ default: path.endsWith('.json') ? JSON.parse(text) : text }, path);
}

/** Blanks take the place of types, so that lines and columns stay what they are. */
function readProgram(path: string): string {
  const modifiedMs = statSync(path).mtimeMs;
  const known = programs.get(path);
  if (known?.modifiedMs === modifiedMs) return known.text;
  const text = stripTypeScriptTypes(readFileSync(path, 'utf8'));
  programs.set(path, { text, modifiedMs });
  return text;
}

/**
 * The modules of one test file. Those of this project are its own and go with it; those of packages are of the whole
 * process. So a module of this project may keep what it likes, and a package must keep nothing that matters to another
 * file.
 */
export class ModuleGraph {
  readonly #root: string;
  readonly #modules = new Map<string, Module>();
  readonly #replaced = new Map<string, Module>();
  /** What each module imports, in the order of its requests. */
  readonly #imported = new Map<Module, (Module | Promise<Module>)[]>();

  /** @param root the file that relative specifiers belong to */
  constructor(root: string) {
    this.#root = root;
  }

  /** Lets modules that are loaded from now on import this in place of `specifier`. */
  replace(specifier: string, exported: Exports): void {
    this.#replaced.set(this.#pathOf(specifier, this.#root), exporting(exported, specifier));
  }

  /** Lets go of all modules: whatever a package keeps of one of them must not keep all of them. */
  forget(): void {
    for (const kept of [this.#modules, this.#replaced, this.#imported]) kept.clear();
  }

  /** Loads, links and evaluates a module, with all that it imports. */
  async import(specifier: string, importer = this.#root): Promise<Module> {
    const module = await this.#find(specifier, importer);
    // A module that is linked has all that it imports. Tests import functions again with each request.
    if (module.status === 'unlinked') await this.#link(module);
    if (module.status !== 'evaluated') await module.evaluate();
    return module;
  }

  /** Its path, or the specifier of a package. */
  #pathOf(specifier: string, importer: string): string {
    return isOfProject(specifier) ? fileURLToPath(new URL(specifier, pathToFileURL(importer))) : specifier;
  }

  #find(specifier: string, importer: string): Module | Promise<Module> {
    const path = this.#pathOf(specifier, importer);
    return this.#replaced.get(path) ?? (isOfProject(specifier) ? this.#load(path) : importPackage(path));
  }

  #load(path: string): Module {
    const known = this.#modules.get(path);
    if (known) return known;
    if (!isProgram(path)) {
      const data = readData(path);
      this.#modules.set(path, data);
      return data;
    }
    const module = this.#compile(path);
    this.#modules.set(path, module);
    this.#imported.set(
      module,
      module.moduleRequests.map(({ specifier }) => this.#find(specifier, path)),
    );
    return module;
  }

  #compile(path: string): SourceTextModule {
    const url = pathToFileURL(path).href;
    return new SourceTextModule(readProgram(path), {
      identifier: path,
      importModuleDynamically: (specifier) => this.import(specifier, path),
      initializeImportMeta(meta) {
        Object.assign(meta, { url, filename: path, dirname: dirname(path) });
      },
    });
  }

  async #link(root: Module): Promise<void> {
    const reached = new Map<Module, Module[]>([[root, []]]);
    for (const [module, dependencies] of reached) {
      for (const imported of this.#imported.get(module) ?? []) {
        const dependency = await imported;
        dependencies.push(dependency);
        if (!reached.has(dependency)) reached.set(dependency, []);
      }
    }
    // From here on nothing is awaited: two imports at a time may reach the same modules.
    for (const [module, dependencies] of reached) {
      if (module instanceof SourceTextModule && module.status === 'unlinked') module.linkRequests(dependencies);
    }
    if (root instanceof SourceTextModule && root.status === 'unlinked') root.instantiate();
  }
}
