"""The packages of npm that a TypeScript app of CDK needs, out of the wheels that bring them to Python.

Each wheel of a jsii library holds the package as npm has it. So an app in TypeScript is synthesized by
the same version as those in Python, and nothing is downloaded.
"""

import sysconfig
import tarfile
from pathlib import Path

WHEELS = ("aws_cdk", "aws_cdk/cloud_assembly_schema", "aws_cdk/asset_awscli_v1", "constructs")


def node_modules(folder: Path) -> Path:
    """Unpack the packages into `folder/node_modules`, and return it."""
    for wheel in WHEELS:
        place = Path(sysconfig.get_path("purelib")) / wheel / "_jsii"
        for packed in place.glob("*.jsii.tgz"):
            name = packed.name.rpartition("@")[0]
            scope = "" if name in ("aws-cdk-lib", "constructs") else "@aws-cdk"
            target = folder / "node_modules" / scope / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with tarfile.open(packed) as archive:
                archive.extractall(target.parent / f"{name}.part", filter="data")
            (target.parent / f"{name}.part" / "package").rename(target)
    return folder / "node_modules"
