"""A promise of the contract that the network of a machine does not let it keep."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from whomay.engine.decisions.decide import Decision, decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import LayerName
from whomay.engine.decisions.through import SOURCE_ENDPOINT
from whomay.engine.names import PrincipalNames
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import SnapshotView
from whomay.engine.proof.prove import all_allowed, callers, some_allowed
from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.snapshot import Endpoint, Principal
from whomay.engine.templates.networks import Machine, Networks
from whomay.engine.templates.records import records
from whomay.engine.templates.resources import Item
from whomay.iam.arn import parse_arn
from whomay.iam.patterns.overlap import overlap
from whomay.iam.patterns.symbols import display
from whomay.iam.policy_variables import Value
from whomay.metadata.records import StatementKind, StatementRecord
from whomay.metadata.statements import check_statement


@dataclass(frozen=True, slots=True)
class _Refused:
    """A request that an endpoint refuses to a machine."""

    machine: Machine
    item: Item
    decision: Decision


def endpoint_refuses(app: App) -> Iterator[Finding]:
    """Yield each must_allow of which every machine of the principal is refused a request."""
    if any(each.policy and each.service for each in app.snapshot.endpoints):
        names, ways = PrincipalNames(app.snapshot), _Ways(app)
        own = [record for _, record in records(app.assembly, StatementRecord)]
        for record in (*own, *app.promised):
            if record.kind is StatementKind.MUST_ALLOW:
                with suppress(ValueError):  # the contract's own check says what is wrong with it
                    check_statement(record)
                    for who in names.find(record.principal):
                        yield from (_finding(who, record, one) for one in ways.refused(who, record))


class _Ways:
    """The ways by which the machines of an app reach the services."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._networks = Networks(app.items, app.snapshot)
        self._endpoints = {each.path: each for each in app.snapshot.endpoints}
        self._indexes: dict[str, Index] = {}

    def refused(self, who: Principal, record: StatementRecord) -> list[_Refused]:
        """Return a refused request for each machine; nothing where one of them gets through."""
        found = []
        for machine in self._networks.machines_of(who) or ():
            refused = next(self._at_services(machine, who, record), None)
            if refused is None:
                return []
            found.append(refused)
        return found

    def _at_services(
        self, machine: Machine, who: Principal, record: StatementRecord
    ) -> Iterator[_Refused]:
        """Yield what all endpoints of one service on the machine's way refuse."""
        on_the_way = sorted(self._networks.endpoints_from(machine), key=self._service)
        for service, items in groupby(on_the_way, key=self._service):
            actions = [each for each in record.actions if overlap(each.lower(), f"{service}:*")]
            decisions = [
                (item, self._decision(self._endpoints[item.path], item, who, record, actions))
                for item in (items if service and actions else ())
            ]
            refusing = [_Refused(machine, item, each) for item, each in decisions if each]
            if decisions and len(refusing) == len(decisions):
                yield refusing[0]

    def _service(self, item: Item) -> str:
        return self._endpoints[item.path].service

    def _decision(
        self,
        endpoint: Endpoint,
        item: Item,
        who: Principal,
        record: StatementRecord,
        actions: list[str],
    ) -> Decision | None:
        """Return how an endpoint refuses what the statement demands; None where it does not."""
        given = {key.lower(): _value(values) for key, values in record.given.items()}
        if endpoint.policy is None or SOURCE_ENDPOINT in given:
            return None
        index = self._index(endpoint)
        given |= {SOURCE_ENDPOINT: endpoint.id}
        pattern = Pattern(tuple(actions), tuple(record.resources), given, ordinary=True)
        view, whom = SnapshotView(index), callers(index, who.arn)
        answer = all_allowed(view, whom, pattern)
        if answer.holds is not False or answer.witness is None:
            return None
        decision = decide_in(answer.witness, index)
        one = replace(
            pattern, actions=(decision.request.action,), resources=(decision.request.resource,)
        )
        if some_allowed(view, whom, one).holds is not False:
            return None  # it hangs on a key that is not known, such as the caller's organization
        by_endpoint = any(each.source.path == endpoint.path for each in decision.statements)
        here = self._region(decision.request.resource) in ("", item.region)
        return decision if here and (by_endpoint or decision.layer is LayerName.ENDPOINT) else None

    def _index(self, endpoint: Endpoint) -> Index:
        if endpoint.path not in self._indexes:
            self._indexes[endpoint.path] = Index(replace(self._app.snapshot, through=endpoint))
        return self._indexes[endpoint.path]

    def _region(self, resource: str) -> str:
        """Return the Region of a resource: requests to another one do not take this way."""
        found, arn = self._app.index.resource(resource), parse_arn(resource)
        return found.region if found else arn.region if arn else ""


def _value(values: object) -> Value | None:
    texts = tuple(map(str, values)) if isinstance(values, list | tuple) else ()
    return None if not texts else texts[0] if len(texts) == 1 else texts


def _finding(who: Principal, record: StatementRecord, refused: _Refused) -> Finding:
    decision = refused.decision
    request = decision.request
    asked = f"{request.action} on {request.resource}"
    message = (
        f"{who.path} must be allowed {asked} ({record.at}), and {refused.machine.path}, which acts "
        f"as it, has no way there but this endpoint, which refuses: {decision.reason}"
    )
    source = decision.statements[0].source if decision.statements else None
    value = f"{who.path} {request.action}"
    return Finding(RULE, refused.item, value, display(message), source)


_APP: Final = """\
        Metadata:
          whomay:statement:
            Version: 2
            Statement: must_allow
            At: app.py:12
            Principal: S/Role
            Actions: ["s3:PutObject"]
            Resources: ["arn:aws:s3:::reports/a.csv"]
            Given: {}
        Resources:
          Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1a2b3c4d}}
          Routes:
            Type: AWS::EC2::SubnetRouteTableAssociation
            Properties: {SubnetId: {Ref: Subnet}, RouteTableId: rtb-1a2b3c4d}
          Function:
            Type: AWS::Lambda::Function
            Properties:
              Role: {"Fn::GetAtt": [Role, Arn]}
              VpcConfig: {SubnetIds: [{Ref: Subnet}], SecurityGroupIds: [sg-1a2b3c4d]}
              Code: {ZipFile: x}
          Role:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
              Policies:
                - PolicyName: Reports
                  PolicyDocument:
                    Version: "2012-10-17"
                    Statement:
                      - {Effect: Allow, Action: "s3:PutObject", Resource: "arn:aws:s3:::reports/*"}
          Endpoint:
            Type: AWS::EC2::VPCEndpoint
            Properties:
              VpcId: vpc-1a2b3c4d
              ServiceName: com.amazonaws.eu-west-1.s3
              RouteTableIds: [rtb-1a2b3c4d]
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Principal: "*", Action: ACTION, Resource: "arn:aws:s3:::reports/*"}
"""

RULE = Rule(
    id="endpoint-refuses",
    severity=Severity.WARNING,
    title="a must_allow that the VPC endpoint on the way of the principal's own machines refuses",
    why=(
        "A request from a function, an instance or a task passes the endpoint that its subnets lead "
        "to, and the endpoint's policy must allow it too. The contract is kept, for who uses the "
        "principal from elsewhere; the machine itself is refused."
    ),
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    fix="Allow it in the endpoint's policy, or give the machine another way.",
    bad=resources(_APP.replace("ACTION", '"s3:GetObject"')),
    good=resources(_APP.replace("ACTION", '["s3:GetObject", "s3:PutObject"]')),
    find=endpoint_refuses,
)
