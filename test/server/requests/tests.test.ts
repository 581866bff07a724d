import assert from "node:assert/strict";
import { profileGas } from "../../../server/requests/profile.ts";
import { runTests, testsOf, type RanTests, type RunTestsParams } from "../../../server/requests/tests.ts";
import { open, MAIN, uriOf, type FixtureOptions } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

const PROGRAM = `        SET [1], u32, #1
        SET [2], ff, #7
        RETURN [1], [2]
`;
const SOURCE = `${PROGRAM}.test "seven"
        .call
        .returns 7
.endtest
.test "eight"
        .call
        .returns 8
.endtest
`;

async function run(
  text: string,
  params: Omit<RunTestsParams, "textDocument"> = {},
  options: FixtureOptions & { uri?: string; most?: number } = {},
) {
  const { session } = open(text, options);
  const { uri = MAIN, most = Infinity } = options;
  let asked = 0;
  const ran = await runTests(session.snapshot(uri)!, params, {
    readDeployed: (path, from) => session.readDeployed(uri, "v6", from, path),
    pause: () => Promise.resolve(++asked < most),
  });
  return ran as RanTests & { readonly error?: string };
}

describe("the gas profile of a program", () => {
  const uri = { textDocument: { uri: MAIN } };

  it("has its routines, with the gas of each", () => {
    const text =
      " INTERNALCALL twice\n SET [1], u32, #0\n RETURN [1], [1]\ntwice: SET [2], u32, #1\n INTERNALRETURN\n";
    const answer = toItsEnd(profileGas(open(text).snapshot, uri));
    assert.ok("profile" in answer);
    assert.equal(answer.outcome, "return");
    const { nodes, endTime } = JSON.parse(answer.profile);
    assert.equal(endTime, answer.gas.l2);
    const names = nodes.map(
      ({ callFrame }: { callFrame: { functionName: string } }) => callFrame.functionName,
    );
    assert.ok(names.includes("twice"), names.join());
  });

  it("isn't made for programs that can't run, or with invalid calldata", () => {
    for (const [text, calldata] of [
      [" ADDD", ""],
      [".target v3\n RETURN [1], [1]", ""],
      [PROGRAM, "1, x"],
    ])
      assert.ok("errors" in toItsEnd(profileGas(open(text).snapshot, { ...uri, calldata })), text);
  });
});

describe("the tests of a document", () => {
  it("are found, whether they can be run or not", () => {
    const { snapshot } = open(`${SOURCE}.test "open\\"ed"\n ADD\n`);
    const found = testsOf(snapshot.document)!;
    assert.equal(found.uri, MAIN);
    assert.deepEqual(
      found.tests.map(({ name, range }) => [name, range.start.line, range.end.line]),
      [
        ["seven", 3, 6],
        ["eight", 7, 10],
        ['open"ed', 11, 13],
      ],
    );
    assert.equal(testsOf(open(PROGRAM).snapshot.document), undefined);
  });

  it("are run, with what was expected and found, and the gas", async () => {
    const { tests } = await run(SOURCE);
    const [seven, eight] = tests;
    assert.deepEqual([seven.name, seven.failures.length, seven.steps], ["seven", 0, 3]);
    assert.ok(seven.gas.l2 > 0);
    const [failure] = eight.failures;
    assert.deepEqual([failure.expected, failure.found], ["returned 8", "returned 7"]);
    assert.deepEqual(failure.place, {
      uri: MAIN,
      range: { start: { line: 9, character: 8 }, end: { line: 9, character: 18 } },
    });
    assert.deepEqual(
      failure.related.map(({ message, place }) => [message, place.range.start.line]),
      [["it returned here", 2]],
    );
  });

  it("can be run one by one", async () => {
    assert.deepEqual(
      (await run(SOURCE, { names: ["eight"] })).tests.map(({ name }) => name),
      ["eight"],
    );
    assert.deepEqual((await run(SOURCE, { names: ["nine"] })).tests, []);
    assert.equal((await run(SOURCE, {}, { most: 1 })).tests.length, 1);
  });

  it("tell which writes break the tag of a declared cell", async () => {
    const text = `.cell n = [1] : u32
.cell one = [2] : u32
        SET n, u32, #1
        SET one, u32, #1
        CAST n, n, u8
        RETURN one, n
.test "it returns"
        .call
        .returns 1
.endtest
`;
    const { brokenTags } = await run(text);
    assert.equal(brokenTags?.length, 1);
    assert.match(brokenTags[0].message, /`n`|\bn\b/);
    assert.equal(brokenTags[0].place.uri, MAIN);
    assert.equal(brokenTags[0].place.range.start.line, 4);
    assert.equal((await run(SOURCE)).brokenTags, undefined);
  });

  it("report which lines were run", async () => {
    const text = `        JUMP end
skip:   SET [1], u32, #1
end:    SET [1], u32, #0
        RETURN [1], [1]
.test "it ends"
        .call
.endtest
`;
    const { coverage } = await run(text, { coverage: true });
    assert.deepEqual(coverage, [
      {
        uri: MAIN,
        lines: [
          [0, 1],
          [1, 0],
          [2, 1],
          [3, 1],
        ],
        routines: [
          { name: "skip", line: 1, hits: 0 },
          { name: "end", line: 2, hits: 1 },
        ],
      },
    ]);
    assert.equal((await run(text)).coverage, undefined);
  });

  it("in a file of their own are run with the program that the file includes", async () => {
    const uri = uriOf("program.test.avm");
    const { session } = open("", { files: { "program.avm": PROGRAM } });
    session.openDocument(uri, 1, `.include "program.avm"\n.test "seven"\n .call\n .returns 7\n.endtest\n`);
    const ran = await runTests(
      session.snapshot(uri)!,
      {},
      { readDeployed: () => assert.fail(), pause: () => Promise.resolve(true) },
    );
    assert.deepEqual("tests" in ran && ran.tests.map(({ failures }) => failures.length), [0]);
  });

  it("deploy other contracts, and say why a contract can't be deployed", async () => {
    const text = `${PROGRAM}.test "other"
        .deploy 5, "other.avm"
        .at 5
        .call
        .returns 9
.endtest
`;
    const files = { "other.avm": PROGRAM.replace("#7", "#9") };
    assert.deepEqual((await run(text, {}, { files })).tests[0].failures, []);
    const [failure] = (await run(text)).tests[0].failures;
    assert.match(failure.message, /`other.avm` can't be deployed: /);
    const outside = text.replace("other.avm", "../../other.avm");
    assert.match((await run(outside)).tests[0].failures[0].message, /outside of the project/);
  });

  it("aren't run if there is no program", async () => {
    assert.match((await run(`${SOURCE} ADDD`)).error!, /^it can't be assembled: /);
    assert.match((await run(`.target v3\n${SOURCE}`)).error!, /v3/);
  });
});
