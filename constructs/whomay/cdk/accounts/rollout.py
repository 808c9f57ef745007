"""One template for all accounts of some organizational units, deployed by CloudFormation StackSets."""

import json
from collections.abc import Sequence

import jsii
from aws_cdk import CfnStackSet, IStableStringProducer, Lazy, Stack, Stage
from constructs import Construct

from whomay.cdk.accounts.rollout_template import RolloutTemplate
from whomay.cdk.arguments import checks
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse, sequence


class OrganizationRollout(Construct):
    """A service-managed StackSet: its template goes to every account of the organizational units.

    Put constructs into `template`; it becomes part of the StackSet, inline, and all checks and
    contract statements see it as a stack of the app. The organization's management account is never
    among the targets, whatever the units (CloudFormation User Guide, "Create StackSets with
    service-managed permissions"). With `auto_deployment` an account that joins a unit gets the stack,
    and one that leaves loses it; `retain_stacks=True` leaves it there.

    An operation stops when more than `failure_tolerance_percent` of a Region's accounts have failed,
    0 by default. It works on up to `max_concurrent_percent` at once, 10 by default, and never on
    more than the tolerance plus one. `delegated_administrator=True` is for a stack in the account
    that administers StackSets for the management account.

    IAM is global, so a template with named roles goes to one Region: name one in `regions`.

    Raises ValueError for no unit, no Region, a Region that CDK does not know, and a percentage out
    of range. It refuses a unit or a Region that is named twice. The synth fails for an empty
    template, and for one of more than 51,200 bytes, the most that StackSets take inline.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        organizational_units: Sequence[str],
        regions: Sequence[str],
        stack_set_name: str | None = None,
        description: str | None = None,
        auto_deployment: bool = True,
        retain_stacks: bool = False,
        failure_tolerance_percent: int = 0,
        max_concurrent_percent: int = 10,
        delegated_administrator: bool = False,
    ) -> None:
        units = checks.texts("organizational_units", organizational_units, "a unit's id")
        for unit in sequence("organizational_units", units, "a unit's id"):
            checks.organizational_unit("organizational_units", unit)
        targets = checks.texts("regions", regions, "a Region")
        for region in sequence("regions", targets, "a Region"):
            checks.region("regions", region)
        checks.description(description)
        checks.flag("auto_deployment", auto_deployment)
        checks.flag("retain_stacks", retain_stacks)
        checks.flag("delegated_administrator", delegated_administrator)
        checks.whole_number("failure_tolerance_percent", failure_tolerance_percent, (0, 100))
        checks.whole_number("max_concurrent_percent", max_concurrent_percent, (1, 100))
        name = stack_set_name or f"{Stack.of(scope).stack_name}-{id}"
        allowed = "letters, digits and dashes"
        checks.text("stack_set_name", name, limits.STACK_NAME, allowed, length=128)
        super().__init__(scope, id)
        stage = Stage(self, "Accounts")
        self.template = RolloutTemplate(stage, "Template")
        self.stack_set = CfnStackSet(
            self,
            "Resource",
            auto_deployment=CfnStackSet.AutoDeploymentProperty(
                enabled=auto_deployment,
                # AWS takes this setting with auto-deployment alone
                retain_stacks_on_account_removal=retain_stacks if auto_deployment else None,
            ),
            call_as="DELEGATED_ADMIN" if delegated_administrator else "SELF",
            capabilities=["CAPABILITY_NAMED_IAM"],
            description=description,
            managed_execution={"Active": True},
            operation_preferences=CfnStackSet.OperationPreferencesProperty(
                failure_tolerance_percentage=failure_tolerance_percent,
                max_concurrent_percentage=max_concurrent_percent,
                region_concurrency_type="SEQUENTIAL",
            ),
            permission_model="SERVICE_MANAGED",
            stack_instances_group=[
                CfnStackSet.StackInstancesProperty(
                    deployment_targets=CfnStackSet.DeploymentTargetsProperty(
                        organizational_unit_ids=list(units)
                    ),
                    regions=list(targets),
                )
            ],
            stack_set_name=name,
            template_body=Lazy.string(_Body(stage, self.template)),
        )


@jsii.implements(IStableStringProducer)
class _Body:
    """The template's text, made when the app is synthesized: nested stages come before their parent."""

    def __init__(self, stage: Stage, template: Stack) -> None:
        self._stage, self._template = stage, template

    def produce(self) -> str:
        artifact = self._stage.synth().get_stack_artifact(self._template.artifact_id)
        text = json.dumps(artifact.template, separators=(",", ":"))
        size, most = len(text.encode()), limits.INLINE_TEMPLATE_BYTES
        if not artifact.template.get("Resources"):
            refuse("template", "no resource", "at least one", "add it to .template")
        if size > most:
            fix = "roll out fewer resources, or split them over several rollouts"
            refuse("template", f"{size} bytes", f"up to {most} bytes inline", fix)
        return text
