"""What is audited, as the section `audit` of cdk.json's context describes it."""

from dataclasses import dataclass
from typing import Self

from aws_cdk.region_info import RegionInfo
from constructs import IConstruct

from whomay.cdk.arguments import checks
from whomay.cdk.arguments.context_section import Section, context_value, parsed
from whomay.cdk.audit.alerts import HOME, SIGN_IN_REGIONS
from whomay.metadata.refusals import refuse


@dataclass(frozen=True)
class Audit:
    """Whom alerts are mailed to, and the Regions they are forwarded from. Make it with `Audit.of(app)`.

    With `access_analyzer` IAM Access Analyzer lists what can be reached from outside the account.
    With `athena` the trail can be asked in Athena.
    """

    notify: tuple[str, ...]
    regions: tuple[str, ...]
    access_analyzer: bool
    athena: bool = False

    @property
    def all_regions(self) -> tuple[str, ...]:
        """The Regions, beside the app's own, that an audit deploys to: each needs the bootstrap."""
        return (HOME, *self.regions)

    @classmethod
    def of(cls, scope: IConstruct, *, partition: str = "aws") -> Self | None:
        """Return what the context describes, or None where it has no such section.

        `regions` are by default those to which the global sign-in endpoint may send people. The
        section may be JSON text too, as `cdk -c audit='{…}'` gives it. Raises ValueError, in one
        line, for an unknown key, and for a Region that does not exist or needs no forwarder. It refuses
        an app of another `partition`, such as aws-cn: its IAM has no events in us-east-1.
        """
        value = context_value(scope, "audit")
        if value is None:
            return None
        if partition != "aws":
            fix = f"leave it out: the alerts are in {HOME}, where no event of {partition} arrives"
            refuse("audit", f"an app in {partition}", "an app in the partition aws", fix)
        with Section("audit", parsed("audit", value)) as section:
            regions = section.strings("regions") or SIGN_IN_REGIONS
            known = [one.name for one in RegionInfo.regions if one.partition == "aws"]
            for region in regions:
                if region not in known or region == HOME or regions.count(region) > 1:
                    allowed = f"Regions other than {HOME}, each once"
                    near = checks.nearest(region, known)
                    refuse(section.at("regions"), region, allowed, near)
            notify = section.strings("notify")
            asked = section.boolean("access_analyzer"), section.boolean("athena")
            return cls(notify, regions, *asked)
