// The outside judge, as a process of its own: a case a line in, a verdict a line out.
// It is no part of whomay: `make fuzz` installs the judge, which has a licence of its own (AGPL).
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const { runSimulation } = createRequire(`${process.argv[2]}/`)("@cloud-copilot/iam-simulate");

const named = (policies) => (policies ?? []).map((policy, index) => ({ name: `policy${index}`, policy }));

function simulation({ policies, request }) {
  const levels = (policies.scp ?? []).map((level, index) => ({
    orgIdentifier: `level${index}`,
    policies: named([level].flat()),
  }));
  const boundary = policies.boundary ?? [];
  return {
    request: {
      principal: request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resource_account },
      contextVariables: request.context,
    },
    identityPolicies: named(policies.identity),
    permissionBoundaryPolicies: boundary.length ? named(boundary) : undefined,
    sessionPolicy: policies.session?.[0],
    serviceControlPolicies: levels,
    resourceControlPolicies: policies.rcp?.length
      ? [{ orgIdentifier: "root", policies: named(policies.rcp) }]
      : [],
    resourcePolicy: policies.trust ?? policies.resource?.[0],
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let verdict;
  try {
    const answer = await runSimulation(simulation(JSON.parse(line)), {});
    verdict = answer.overallResult ?? `error: ${JSON.stringify(answer.errors)}`;
  } catch (error) {
    verdict = `error: ${error.message}`;
  }
  console.log(verdict);
}
