/** Registers the requests beyond the protocol, which our own clients send: bytecode, listings, graphs, profiles and tests. */

import {
  RequestType,
  type CancellationToken,
  type Connection,
  type TextDocumentIdentifier,
} from "vscode-languageserver";
import { assembleProgram, type Bytecode } from "../requests/assemble.ts";
import type { NotAssembled } from "../requests/assembled.ts";
import { flowGraph, type FlowGraph } from "../requests/graph.ts";
import { profileGas, type Profile, type ProfileParams } from "../requests/profile.ts";
import { listing, type Listing } from "../requests/listing.ts";
import { summary, type Summary } from "../requests/summary.ts";
import {
  runTests,
  testsOf,
  type NotRun,
  type RanTests,
  type RunTestsParams,
  type TestsOfFile,
} from "../requests/tests.ts";
import {
  disassembleContract,
  type DisassembleParams,
  type DisassembleResult,
} from "../requests/disassemble.ts";
import { nextTurn } from "../session/event-loop.ts";
import type { Answering } from "./answering.ts";
import type { ServedClient } from "./served-client.ts";

const DISASSEMBLE = new RequestType<DisassembleParams, DisassembleResult, void>("avm/disassemble");
const ASSEMBLE = new RequestType<AboutDocument, Bytecode | NotAssembled | null, void>("avm/assemble");
const LISTING = new RequestType<AboutDocument, Listing | NotAssembled | null, void>("avm/listing");
const GRAPH = new RequestType<AboutDocument, FlowGraph | NotAssembled | null, void>("avm/graph");
const SUMMARY = new RequestType<AboutDocument, Summary | null, void>("avm/summary");
const PROFILE = new RequestType<ProfileParams, Profile | NotAssembled | null, void>("avm/profile");
const RUN_TESTS = new RequestType<RunTestsParams, RanTests | NotRun | null, void>("avm/runTests");

interface AboutDocument {
  readonly textDocument: TextDocumentIdentifier;
}

export function serveOwnRequests(
  connection: Connection,
  client: ServedClient,
  { answer, about, checked, inPieces }: Answering,
): void {
  connection.onRequest(DISASSEMBLE, (params, token) => answer(token, () => disassembleContract(params)));
  connection.onRequest(ASSEMBLE, (params, token) => checked(params, token, assembleProgram));
  connection.onRequest(LISTING, (params, token) => inPieces(params, token, listing, "checked"));
  connection.onRequest(GRAPH, (params, token) => inPieces(params, token, flowGraph, "checked"));
  connection.onRequest(SUMMARY, (params, token) => about(params, token, summary));
  connection.onRequest(PROFILE, (params, token) =>
    inPieces(params, token, (snapshot) => profileGas(snapshot, params), "checked"),
  );
  // Registered by name, because clients send null, an empty list or nothing for a request without parameters.
  connection.onRequest("avm/tests", async (...received: unknown[]) => {
    await client.session?.whenIndexed();
    return answer<readonly TestsOfFile[]>(received.at(-1) as CancellationToken, (current) => {
      const open = new Map(current.programs().flatMap(({ files }) => files.map((file) => [file.uri, file])));
      return [...[...open.values()].map(testsOf), ...current.inClosedFiles(testsOf)].filter(
        (found) => found !== undefined,
      );
    });
  });
  connection.onRequest(RUN_TESTS, async (params, token) => {
    const running = await checked(params, token, (snapshot) => {
      const { target } = snapshot.set;
      return runTests(snapshot, params, {
        readDeployed: (path, from) =>
          client.session?.readDeployed(params.textDocument.uri, target, from, path) ?? {
            error: "the server has ended",
          },
        maxSteps: client.session?.maxStepsOf(params.textDocument.uri),
        pause: async () => {
          await nextTurn();
          return !token.isCancellationRequested;
        },
      });
    });
    return running;
  });
}
