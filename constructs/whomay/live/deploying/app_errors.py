"""What the app itself says must not be deployed: errors that `cdk synth` keeps in the assembly."""

from whomay.iam.patterns.symbols import printable
from whomay.live.deploying.asking import Asking, DeployFinding, Findings
from whomay.live.deploying.planned import Plan


def app_errors(ask: Asking, plan: Plan) -> Findings:
    """Yield each error; no call is made.

    `cdk synth` prints it and fails, and `cdk deploy` ends as well, but the assembly is
    there. https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.Annotations.html
    """
    del ask
    for path, text in plan.errors:
        what = f"the app has an error at {path}: {printable(text)}"
        yield DeployFinding(what, "cdk synth   # once the error is settled in the app")
