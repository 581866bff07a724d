/** Writes the tables of docs/json.md: every field of every schema in docs/schema/. */

import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { between, cell, plain } from "./between.ts";

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** A field of a schema: its path from the top, its type and its description. */
export interface Field {
  readonly path: string;
  readonly type: string;
  readonly description: string;
}

const FOLDER = path.join(import.meta.dirname, "../../docs/schema");

export function jsonReference(page: string): string {
  return between(between(page, "fields", outputs()), "requests", requests());
}

export function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(path.join(FOLDER, `${name}.schema.json`), "utf8")) as Schema;
}

/** The names of the schemas, such as `check`. */
export function schemaNames(): string[] {
  return readdirSync(FOLDER)
    .map((file) => file.replace(".schema.json", ""))
    .sort();
}

/** A section for the schema of each output. */
function outputs(): string {
  return schemaNames()
    .filter((name) => name !== "requests")
    .map((name) => {
      const schema = readSchema(name);
      const about = schema.description === undefined ? "" : ` ${plain(schema.description)}`;
      return [
        `### ${name}`,
        `${schema.title!}. Schema: [${name}.schema.json](schema/${name}.schema.json).${about}`,
        table(fieldsOf(schema, schema)),
      ].join("\n\n");
    })
    .join("\n\n");
}

/** A section for each definition in the schema of the server's own requests. */
function requests(): string {
  const root = readSchema("requests");
  return Object.entries(root.definitions!)
    .map(([name, schema]) => {
      const fields = fieldsOf(schema, root);
      const rows = fields.length > 0 ? `\n\n${table(fields)}` : "";
      return `### ${name}\n\n${schema.description ?? "A document that is open."}${rows}`;
    })
    .join("\n\n");
}

/** All fields of a schema, including the fields of nested objects. */
export function fieldsOf(schema: Schema, root: Schema, at = ""): Field[] {
  const resolved = resolve(schema, root);
  if (resolved.anyOf) return resolved.anyOf.flatMap((one) => fieldsOf(one, root, at));
  if (resolved.items) return fieldsOf(resolved.items, root, `${at}[]`);
  const { properties = {}, required = [], additionalProperties: values } = resolved;
  const named = Object.entries(properties).flatMap(([name, property]) => {
    const place = at === "" ? name : `${at}.${name}`;
    const optional = required.includes(name) ? "" : ", may be absent";
    const { description = "" } = { ...resolve(property, root), ...property };
    return [
      { path: place, type: `${typeOf(property, root)}${optional}`, description },
      ...fieldsOf(property, root, place),
    ];
  });
  const open = typeof values === "object" ? fieldsOf(values, root, at === "" ? "*" : `${at}.*`) : [];
  return [...named, ...open];
}

function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : resolve(root.definitions![name], root);
}

function typeOf(schema: Schema, root: Schema): string {
  const { type, enum: values, anyOf, items, additionalProperties } = resolve(schema, root);
  if (anyOf) return [...new Set(anyOf.map((one) => typeOf(one, root)))].join(" or ");
  if (values) return values.length > 6 ? "string" : values.map((value) => `\`${String(value)}\``).join(", ");
  if (items) return `list of ${typeOf(items, root)}`;
  if (typeof additionalProperties === "object") return `object of ${typeOf(additionalProperties, root)}`;
  if (type === undefined) return "any";
  return typeof type === "string" ? type : type.join(" or ");
}

function table(fields: readonly Field[]): string {
  const rows = fields.map((field) => {
    return `| \`${field.path}\` | ${cell(field.type)} | ${cell(plain(field.description))} |`;
  });
  return ["| field | type | says |", "| --- | --- | --- |", ...rows].join("\n");
}
