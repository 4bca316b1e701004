/** Instructions are told by whose they are; what a function calls isn't its own. */
import { expect, test } from "vitest";
import { groups, instructionsBy } from "../../../../scripts/bench/callgrind.ts";

// The form of valgrind 3.19, shortened.
const dump = `# callgrind format
version: 1
events: Ir

fl=(1) ???
fn=(1) workerd::IoContext::runImpl(workerd::IoContext::Runnable&)
+3 40
cfn=(2) v8::internal::Scavenger::Process(v8::JobDelegate*)
calls=1 0
* 500
+2 2

fn=(2)
0 480
cfn=(3) operator new(unsigned long)
calls=2 0
* 20
* 3

fn=(3)
0 20
fn=(4) 0x0000000064513080
0 7
fn=(5) Builtins_RegExpPrototypeTest
0 5
fn=(6) v8::internal::String::WriteUtf8(char*)
0 11
fn=(1)
0 1
totals: 569
`;

test("each function's own instructions are counted in its group", () => {
  const counted = instructionsBy(dump);
  expect(counted).toEqual({
    "compiled JavaScript": 7,
    "V8's builtins": 5,
    "V8, collecting": 483,
    "V8, the rest": 11,
    allocator: 20,
    workerd: 43,
    kj: 0,
    "HTTP (hyper, tokio)": 0,
    "the rest": 0,
  });
  expect(groups.reduce((sum, group) => sum + counted[group], 0)).toBe(569);
});
