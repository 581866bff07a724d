/** Reads the files of `avmasm check`, checks them as parts of the programs that include them, and applies fixes. */

import path from "node:path";
import type { IncludeReader } from "../../assembler/expand/includes.ts";
import { fixTexts, type Diagnosed, type Texts } from "../../diagnostics/apply-fixes.ts";
import { SourceText, type SourceFile } from "../../grammar/source-file.ts";
import type { TargetName } from "../../isa/table.ts";
import { check, type Checked, type CheckOptions } from "../../project/check.ts";
import { includeLines } from "../../project/include-lines.ts";
import { mainFiles } from "../../project/main-files.ts";
import type { ProgramDiagnostics } from "../../project/shared-mistakes.ts";
import { CommandError } from "../command.ts";
import { isStandardInput } from "../files/input.ts";
import { printMessage } from "../files/output.ts";
import { printInternalError } from "../reports/internal-error.ts";
import type { InputFile } from "./input-file.ts";
import type { Projects } from "./project.ts";
import { sourceOptions } from "./source-options.ts";
import { readSource } from "./source.ts";

/** A file after its certain fixes were applied. */
export interface FixedFile {
  readonly name: string;
  /** The path to write it to; undefined for standard input. */
  readonly path: string | undefined;
  /** The path without links, if the file was found in a folder. */
  readonly real: string | undefined;
  readonly text: string;
  /** Number of fixes applied. */
  readonly count: number;
}

interface Choice {
  readonly target: TargetName | undefined;
  readonly strict: boolean;
}

interface ReadFile {
  readonly input: InputFile;
  source: SourceText;
}

export class CheckedFiles {
  /** True if some file couldn't be read. */
  unreadable = false;
  /** All files of all programs, by name. */
  readonly sources = new Map<string, SourceFile>();
  private readonly projects: Projects;
  private readonly choice: Choice;
  private readonly checkSource: typeof check;
  private readonly files: ReadFile[] = [];
  /** Names of the files that weren't checked because of a bug of the tool. */
  private readonly faults = new Set<string>();
  /** The diagnostics of the current texts; undefined until they are checked. */
  private programs: ProgramDiagnostics[] | undefined;

  /** @param checkSource replaces the checker in tests */
  constructor(projects: Projects, choice: Choice, checkSource = check) {
    this.projects = projects;
    this.choice = choice;
    this.checkSource = checkSource;
  }

  /** True if some file wasn't checked because of a bug of the tool. */
  get faulty(): boolean {
    return this.faults.size > 0;
  }

  /** Names of the files that could be read. */
  get names(): string[] {
    return this.files.map(({ source }) => source.name);
  }

  /** The number of characters in all of them. */
  get characters(): number {
    return this.files.reduce((sum, { source }) => sum + source.length, 0);
  }

  /** The text of a file, with its byte order mark; undefined if it couldn't be read. */
  textOf({ name }: InputFile): string | undefined {
    const source = this.files.find((file) => file.source.name === name)?.source;
    return source && source.mark + source.text;
  }

  async read(inputs: readonly InputFile[]): Promise<void> {
    for (const input of inputs) {
      const source = await readSource(input);
      if ("error" in source) {
        printMessage(`\`${input.name}\` can't be read: ${source.error}`);
        this.unreadable = true;
      } else this.files.push({ input, source });
    }
  }

  /** Checks each file as a program of its own. Throws {@link CommandError}. */
  async check(): Promise<readonly ProgramDiagnostics[]> {
    if (this.programs) return this.programs;
    const programs: ProgramDiagnostics[] = [];
    for (const file of this.files) {
      const { source } = file;
      const program = await this.guarded(source, async () => {
        const options = await this.optionsOf(file);
        const checked = this.checked(source, options, new Map());
        const { files } = checked.assembly;
        for (const file of files) this.sources.set(file.name, file);
        const program = programOf(checked);
        return this.files.length > 1 ? { ...program, files: filesFrom(files, options.read!) } : program;
      });
      if (program) programs.push(program);
    }
    return (this.programs = programs);
  }

  /**
   * Applies the certain fixes of whole programs to the named files. Writes nothing. Throws {@link CommandError}.
   */
  async fix(): Promise<FixedFile[]> {
    const whole = wholePrograms(await this.check()).map(({ files }) => files[0]);
    const mended: FixedFile[] = [];
    for (const file of this.files.filter(({ source }) => whole.includes(source.name))) {
      mended.push(...((await this.guarded(file.source, () => this.fixProgram(file))) ?? []));
    }
    return mended;
  }

  private async fixProgram(file: ReadFile): Promise<FixedFile[]> {
    const { source } = file;
    const options = await this.optionsOf(file);
    const { texts, counts } = fixTexts((changed): Diagnosed => {
      const text = changed.get(source.name);
      const main = text === undefined ? source : new SourceText(source.name, text);
      const checked = this.checked(main, options, changed);
      const { files } = checked.assembly;
      const editable = files.filter(
        (file) => file instanceof SourceText && this.named(file.name),
      ) as SourceText[];
      const texts = new Map(editable.map(({ name, text }) => [name, text]));
      return { diagnostics: programOf(checked).diagnostics, texts };
    });
    return [...texts].map(([name, text]) => this.replaceText(this.named(name)!, text, counts.get(name) ?? 0));
  }

  /** Replaces the text of a file. */
  private replaceText(file: ReadFile, text: string, count: number): FixedFile {
    this.programs = undefined;
    const { input, source } = file;
    file.source = new SourceText(source.name, text, source.mark);
    const path = isStandardInput(input.argument) ? undefined : input.argument;
    return { name: source.name, path, real: input.real, text: source.mark + text, count };
  }

  /** The file on the command line that has this name. */
  private named(name: string): ReadFile | undefined {
    return this.files.find(
      ({ source }) => source.name === name || path.resolve(source.name) === path.resolve(name),
    );
  }

  private async optionsOf({ input, source: { name } }: ReadFile): Promise<CheckOptions> {
    const options = await sourceOptions({ ...input, name }, this.projects, this.choice);
    return { ...options, libraries: true };
  }

  /** Checks the program of a file. Its includes read changed texts and standard input in place of the files on disk. */
  private checked(source: SourceText, options: CheckOptions, changed: Texts): Checked {
    const read = options.read!;
    const typed = this.files.find(({ input }) => isStandardInput(input.argument));
    const overlaid: IncludeReader = (request) => {
      const found = read(request);
      if ("error" in found) return found;
      const { name } = found;
      const text = changed.get(name) ?? (typed && this.named(name) === typed ? typed.source.text : undefined);
      return text === undefined ? found : { name, text };
    };
    return this.checkSource(source, { ...options, read: overlaid });
  }

  /**
   * Returns the result of `work`. If it throws, reports a bug of the tool and returns undefined, so that the other files are
   * still checked.
   */
  private async guarded<Result>(
    { name }: SourceText,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CommandError) throw error;
      if (!this.faults.has(name)) printInternalError(error, name);
      this.faults.add(name);
      return undefined;
    }
  }
}

/** Selects the programs whose main file no other program includes: an included file is checked as part of its includers. */
export function wholePrograms(programs: readonly ProgramDiagnostics[]): ProgramDiagnostics[] {
  const includes = new Map(
    programs.map(({ files }) => {
      const [main, ...others] = files.map((name) => path.resolve(name));
      return [main, others.filter((other) => other !== main)];
    }),
  );
  const mains = mainFiles([...includes.keys()], includes);
  return programs.filter(({ files }) => mains.has(path.resolve(files[0])));
}

/** Names of the files of a program, with those that it would include if a condition were another one. */
function filesFrom(files: readonly SourceFile[], read: IncludeReader): string[] {
  const found = new Map(files.map((file) => [file.name, file]));
  for (const [from, file] of found) {
    // Most files include nothing: their lines needn't be parsed.
    if (file instanceof SourceText && !/\.include/i.test(file.text)) continue;
    for (const { path, standard } of includeLines(file)) {
      const other = path === undefined || standard ? undefined : read({ path, standard, from });
      if (!other || "error" in other || found.has(other.name)) continue;
      found.set(other.name, "lines" in other ? other : new SourceText(other.name, other.text));
    }
  }
  return [...found.keys()];
}

function programOf({ assembly, diagnostics, isLibrary = false }: Checked): ProgramDiagnostics {
  return {
    isLibrary,
    files: assembly.files.map(({ name }) => name),
    diagnostics: diagnostics.filter(({ severity }) => severity !== "hint"),
  };
}
