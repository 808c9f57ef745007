"""The accounts, Regions and partitions that are deployed to, and the bootstrap of each."""

from whomay.live.deploying.asking import Asking, DeployFinding, Findings
from whomay.live.deploying.planned import Plan


def bootstraps(ask: Asking, plan: Plan) -> Findings:
    """Yield each environment without a bootstrap, and each with one that is too old."""
    for one in plan.bootstraps:
        if one.account != ask.account.id or not one.parameter:
            continue
        told = ask(
            "ssm:GetParameter",
            "get_parameter",
            one.region,
            absent="ParameterNotFound",
            Name=one.parameter,
        )
        version = told["Parameter"]["Value"] if told else ""
        where = f"aws://{one.account}/{one.region}"
        if not version:
            yield DeployFinding(f"{where} is not bootstrapped", f"cdk bootstrap {where}")
        elif not version.isdecimal() or int(version) < one.version:
            text = f"the bootstrap of {where} is version {version}, and {one.version} is needed"
            yield DeployFinding(text, f"cdk bootstrap {where}")


def other_accounts(ask: Asking, plan: Plan) -> Findings:
    """Yield each account that needs credentials of its own to be asked."""
    for account in plan.accounts():
        if account != ask.account.id:
            text = f"account {account} was not asked: these credentials are of {ask.account.id}"
            yield DeployFinding(text, "AWS_PROFILE=… whomay doctor --deploy", unknown=True)


def partitions(ask: Asking, plan: Plan) -> Findings:
    """Yield each Region that the credentials have nothing to do with."""
    for region in plan.regions():
        partition = ask.account.session.get_partition_for_region(region)
        if partition != ask.account.partition:
            text = f"{region} is of {partition}, these credentials of {ask.account.partition}"
            yield DeployFinding(text, "AWS_PROFILE=… whomay doctor --deploy")
