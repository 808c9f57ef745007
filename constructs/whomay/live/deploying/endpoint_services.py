"""Whether the services that the endpoints of the app lead to are there, by these names.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html
In China some begin with `cn.com.amazonaws`, which CDK writes where it knows the Region.
"""

from collections import defaultdict
from collections.abc import Iterator

from whomay.iam.patterns.symbols import REGION, is_symbolic
from whomay.live.deploying.asking import Asking, DeployFinding, Findings, own
from whomay.live.deploying.planned import Plan


def endpoint_services(ask: Asking, plan: Plan) -> Findings:
    """Yield each endpoint whose service the Region does not have."""
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for region, name, path in _named(ask, plan):
        wanted[region].setdefault(name, path)
    for region, names in wanted.items():
        told = ask(
            "ec2:DescribeVpcEndpointServices",
            "describe_vpc_endpoint_services",
            region,
            Filters=[{"Name": "service-name", "Values": sorted(names)}],
        )
        for name in sorted({*names} - {*told["ServiceNames"]}):
            text = f"{region} has no endpoint service {name}, which {names[name]} leads to"
            fix = (
                f'env=Environment(region="{region}")   # of its stack, for the names of the Region'
            )
            yield DeployFinding(text, fix)


def _named(ask: Asking, plan: Plan) -> Iterator[tuple[str, str, str]]:
    for one in own(ask, plan, "AWS::EC2::VPCEndpoint"):
        name = str(one.values("ServiceName") or "").replace(REGION, one.region)
        offered_by_somebody = ".vpce." in name
        if name and not is_symbolic(name) and not offered_by_somebody:
            yield one.region, name, one.path
