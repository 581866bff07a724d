/** Finds the project of a document: the nearest `avmasm.config.json`, in its folder or one above. */

import type { Levels } from "../../diagnostics/policy.ts";
import { NO_PROJECT, readProject, type Project } from "../../project/config.ts";
import {
  findProject,
  includeFolders,
  linkProblem,
  outsideOf,
  outsideProblem,
  projectBounds,
  type ProjectPlace,
} from "../../project/find-project.ts";
import type { IsLibrary } from "../../program/library-calls.ts";
import type { Settings } from "../documents/settings.ts";
import { uriPlaces } from "../documents/uri-places.ts";
import { resolveUri, shownUri } from "../documents/uris.ts";

/** The settings of one program: the editor's settings, overridden by its project's. */
export interface ProgramSettings extends Settings {
  readonly levels: Levels;
  /** URIs of further folders to search for included files, each with a slash at its end. */
  readonly folders: readonly string[];
  /** URIs of the folders outside of which no file may be included, each with a slash at its end. */
  readonly roots: readonly string[];
  /** Whether a file belongs to the library or lies outside of the project. */
  readonly isOutside: IsLibrary;
  /** How many instructions the tests of one run may execute together. */
  readonly maxSteps?: number | undefined;
}

/** The part of a file provider that this module needs. */
interface Files {
  read(uri: string): { readonly text: string } | { readonly error: string };
  /** A value that changes when the file changes; undefined if it doesn't exist. */
  stamp(uri: string): string | undefined;
  /** The URI with all links resolved. Absent if the file system has no links. */
  real?(uri: string): string | undefined;
  /** The URI of the standard library's folder; absent if there is none. */
  readonly library?: string;
}

/** A project with the folders' URIs; the roots are its own folder and those. */
type Located = Pick<ProgramSettings, "levels" | "folders" | "roots"> &
  Pick<Project, "target" | "strict" | "maxSteps">;

const NOWHERE: Located = { levels: NO_PROJECT.levels, folders: [], roots: [] };

/**
 * Finds the settings of a program by the URI of its main file. Returns the same object as long as neither the editor's
 * settings nor the project's file change.
 *
 * @param workspace URIs of the open folders, each with a slash at its end
 * @param report receives the errors of a project's file, once; such a file is ignored
 */
export function programSettings(
  provider: Files,
  workspace: readonly string[],
  report: (message: string) => void,
): (uri: string, settings: Settings) => ProgramSettings {
  const places = uriPlaces(provider);
  const known = new Map<string, { stamp: string; project: Located }>();
  /** Merged settings by project and by the folder of the main file. */
  let merged = new WeakMap<Located, Map<string, ProgramSettings>>();
  let of: Settings | undefined;

  function projectOf(uri: string, { foldersOutside }: Settings): Located {
    const place = findProject(uri, places, workspace);
    if (!place) return NOWHERE;
    const stamp = `${provider.stamp(place.file) ?? ""} ${foldersOutside}`;
    let found = known.get(place.file);
    if (found?.stamp !== stamp) {
      known.set(place.file, (found = { stamp, project: readAt(place, foldersOutside) }));
    }
    return found.project;
  }

  function readAt(place: ProjectPlace, foldersOutside: boolean): Located {
    const { file, folder } = place;
    const link = linkProblem(place, places);
    const read = link === undefined ? provider.read(file) : { error: link };
    const project = "error" in read ? { problems: [read.error] } : readProject(read.text);
    if ("problems" in project) {
      report(`${shownUri(file)}: ${project.problems.join("; ")}`);
      return { ...NOWHERE };
    }
    const { include, ...rest } = project;
    const folders = foldersOutside
      ? include.flatMap((written) => resolveUri(file, `${written}/`) ?? [])
      : foldersInside(include, place);
    return { ...rest, folders, roots: [folder, ...folders] };
  }

  function foldersInside(include: readonly string[], place: ProjectPlace): readonly string[] {
    const { folders, outside } = includeFolders(include, place, places);
    if (outside.length > 0) {
      report(`${shownUri(place.file)}: ${outsideProblem(outside, "the setting `avm.foldersOutside`")}`);
    }
    return folders;
  }

  return (uri, settings) => {
    if (of !== settings) {
      of = settings;
      merged = new WeakMap();
    }
    const project = projectOf(uri, settings);
    const home = resolveUri(uri, "./");
    let ofProject = merged.get(project);
    if (!ofProject) merged.set(project, (ofProject = new Map<string, ProgramSettings>()));
    let result = ofProject.get(home ?? "");
    if (!result) {
      const { levels, folders, target = settings.target, strict = false, maxSteps } = project;
      const roots = [...(home === undefined ? [] : [home]), ...project.roots, ...workspace];
      const bounds = projectBounds(uri, findProject(uri, places, workspace), places, workspace);
      result = {
        ...settings,
        levels: { ...settings.severity, ...levels },
        folders,
        roots,
        target,
        strict: settings.strict || strict,
        maxSteps,
        isOutside: outsideOf(bounds, provider.library, places),
      };
      ofProject.set(home ?? "", result);
    }
    return result;
  };
}
