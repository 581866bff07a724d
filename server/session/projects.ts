/** Finds the project of a document: the nearest `avmasm.config.json`, in its folder or one above. */

import type { Levels } from "../../diagnostics/policy.ts";
import { NO_PROJECT, readProject, type Project } from "../../project/config.ts";
import {
  findProject,
  includeFolders,
  outsideOf,
  outsideProblem,
  projectBounds,
  realConfiguration,
  type ProjectPlace,
} from "../../project/find-project.ts";
import type { IncludeLookup } from "../../project/include-lookup.ts";
import { isNamedInside, withReal } from "../../project/places.ts";
import type { IsLibrary } from "../../program/library-calls.ts";
import type { Settings } from "../documents/settings.ts";
import { uriPlaces } from "../documents/uri-places.ts";
import { resolveUri, shownUri } from "../documents/uris.ts";

/** The settings of one program: the editor's settings, overridden by its project's. */
export interface ProgramSettings extends Settings {
  readonly levels: Levels;
  /** URIs of further folders to search for included files, each with a slash at its end. */
  readonly folders: readonly string[];
  /** URIs of the folders outside of which no file may be included; see {@link IncludeLookup.roots}. */
  readonly roots: IncludeLookup["roots"];
  /** Whether a file belongs to the library or lies outside of the project. */
  readonly isOutside: IsLibrary;
  /** How many instructions the tests of one run may execute together. */
  readonly maxSteps?: number | undefined;
}

/** The part of a file provider that this module needs. */
interface Files {
  read(uri: string, real: string): { readonly text: string } | { readonly error: string };
  /** A value that changes when the file changes; undefined if it doesn't exist. */
  stamp(uri: string): string | undefined;
  /** The URI with all links resolved. Absent if the file system has no links. */
  real?(uri: string): string | undefined;
  /** The URI of the standard library's folder; absent if there is none. */
  readonly library?: string;
}

/** A project with the folders' URIs; the roots are its own folder and those, also with all links resolved. */
type Located = Pick<ProgramSettings, "levels" | "folders" | "roots"> &
  Pick<Project, "target" | "strict" | "maxSteps">;

/** The project of a file without a configuration, or with one that can't be read. */
const NO_LOCATED_PROJECT: Located = { levels: NO_PROJECT.levels, folders: [], roots: [] };

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
  /** The editor's settings that `merged` belongs to. */
  let mergedWith: Settings | undefined;

  function projectOf(uri: string, { foldersOutside }: Settings): Located {
    const place = findProject(uri, places, workspace);
    if (!place) return NO_LOCATED_PROJECT;
    const stamp = `${provider.stamp(place.file) ?? ""} ${foldersOutside}`;
    let found = known.get(place.file);
    if (found?.stamp !== stamp) {
      known.set(place.file, (found = { stamp, project: readAt(place, foldersOutside) }));
    }
    return found.project;
  }

  function readAt(place: ProjectPlace, foldersOutside: boolean): Located {
    const { file } = place;
    const found = realConfiguration(place, places);
    const read = "error" in found ? found : provider.read(file, found.real);
    const project = "error" in read ? { problems: [read.error] } : readProject(read.text);
    if ("problems" in project) {
      report(`${shownUri(file)}: ${project.problems.join("; ")}`);
      return { ...NO_LOCATED_PROJECT };
    }
    const { include, ...rest } = project;
    const { folders, roots, outside } = includeFolders(include, place, places, foldersOutside);
    if (outside.length > 0)
      report(`${shownUri(file)}: ${outsideProblem(outside, "the setting `avm.foldersOutside`")}`);
    return { ...rest, folders, roots };
  }

  return (uri, settings) => {
    if (mergedWith !== settings) {
      mergedWith = settings;
      merged = new WeakMap();
    }
    const project = projectOf(uri, settings);
    const home = resolveUri(uri, "./");
    let ofProject = merged.get(project);
    if (!ofProject) merged.set(project, (ofProject = new Map<string, ProgramSettings>()));
    let result = ofProject.get(home ?? "");
    if (!result) {
      const { levels, folders, target = settings.target, strict = false, maxSteps } = project;
      // The folder of a file in an open folder is one that may be replaced by a link.
      const isHomeOpen = home === undefined || isNamedInside(home, workspace, places);
      const opened = isHomeOpen ? workspace : [home, ...workspace];
      const roots = [...withReal(opened, places), ...project.roots];
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
