"""Quotas of an account that Service Quotas tells, and that it may raise.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
https://docs.aws.amazon.com/general/latest/gr/iam-service.html
"""

from dataclasses import dataclass
from typing import Final

from whomay.iam.facts.limits import COUNTS, TRUST_POLICY_SIZE

# The Region in which Service Quotas tells the quotas of IAM, which are of the whole account.
IAM_REGION: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


@dataclass(frozen=True, slots=True)
class ServiceQuota:
    """A quota: the codes that Service Quotas knows it by, its name, and what it is by default."""

    service: str
    code: str
    name: str
    default: int

    def region(self, partition: str, region: str) -> str:
        """Return the Region to ask in."""
        return IAM_REGION.get(partition, "us-east-1") if self.service == "iam" else region


VPCS: Final = ServiceQuota("vpc", "L-F678F1CE", "VPCs per Region", 5)
INTERFACE_ENDPOINTS: Final = ServiceQuota(
    "vpc", "L-29B6F2EB", "Interface VPC endpoints per VPC", 50
)
GATEWAY_ENDPOINTS: Final = ServiceQuota("vpc", "L-1B52E74A", "Gateway VPC endpoints per Region", 20)
TRUST_LENGTH: Final = ServiceQuota(
    "iam", "L-C07B4B0D", "Role trust policy length", TRUST_POLICY_SIZE
)
POLICIES_OF_ROLE: Final = ServiceQuota(
    "iam", "L-0DA4ABF3", "Managed policies per role", COUNTS["managed policies"]
)
POLICIES_OF_USER: Final = ServiceQuota(
    "iam", "L-4019AD8B", "Managed policies per user", COUNTS["managed policies"]
)

ALL: Final = (
    *(VPCS, INTERFACE_ENDPOINTS, GATEWAY_ENDPOINTS),
    *(TRUST_LENGTH, POLICIES_OF_ROLE, POLICIES_OF_USER),
)
