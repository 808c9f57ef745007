"""Programs that a deployment runs to make its assets: they have the rights of who deploys.

https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from whomay.engine.snapshot import Unseen
from whomay.iam.content import content_of


def asset_programs(name: str, manifest: Mapping[str, Any]) -> Iterator[Unseen]:
    """Yield the programs of an asset manifest: a comparison alone reads them."""
    for section in ("files", "dockerImages"):
        assets = manifest.get(section)
        for key, asset in assets.items() if isinstance(assets, dict) else ():
            source = asset.get("source") if isinstance(asset, dict) else None
            program = source.get("executable") if isinstance(source, dict) else None
            if program is not None:
                why = (
                    f"what the program does that makes asset {key}, with the rights of who deploys"
                )
                content = content_of(program)
                yield Unseen(name, why, principals=("who deploys",), content=content)
