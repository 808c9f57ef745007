"""What a validation plugin reads: the whole assembly of the app that is being synthesized."""

from pathlib import Path

from aws_cdk import IPolicyValidationContext

from whomay.engine.assembly import Assembly, load


def app_assembly(context: IPolicyValidationContext) -> Assembly | None:
    """Return the app's assembly; None where there is no template to look at.

    CDK validates an app with Stages once a Stage, whose assembly lies in a folder of the app's.
    Raises AssemblyError when it cannot be read.
    """
    if not context.template_paths:
        return None
    folder = Path(context.template_paths[0]).parent
    while (folder.parent / "manifest.json").is_file():
        folder = folder.parent
    return load(folder)
