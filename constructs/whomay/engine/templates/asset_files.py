"""Which file of an assembly lies at an address of S3 once the assembly is deployed.

CloudFormation is given an address, never a file. So an app could write one template into the
assembly, and have another one deployed: what is read must be what lies there.
https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from whomay.engine.templates.resolver import Resolver
from whomay.engine.templates.template import Template
from whomay.files import FileError, read_text

_HTTPS: Final = "https://s3.${AWS::Region}.${AWS::URLSuffix}"


class AssetFiles:
    """The files that the asset manifests of an assembly put into S3."""

    def __init__(self) -> None:
        """Begin with none."""
        self._at: defaultdict[str, set[Path | None]] = defaultdict(set)
        self._of: defaultdict[Path | None, set[str]] = defaultdict(set)

    def add(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        """Add the files of an asset manifest, whose paths begin at the folder."""
        for asset in _objects(manifest.get("files")):
            source = asset.get("source")
            path = source.get("path") if isinstance(source, dict) else None
            file = (folder / path).resolve() if isinstance(path, str) else None
            for place in _objects(asset.get("destinations")):
                address = f"{place.get('bucketName')}/{place.get('objectKey')}"
                self._at[address].add(file)
                self._of[file].add(address)

    def are_at(self, address: object, file: Path) -> bool:
        """Tell whether the file, and no other text, is put at an address `s3://BUCKET/KEY`."""
        found = self._at.get(str(address).removeprefix("s3://"), set())
        return file.resolve() in found and all(_same(file.resolve(), each) for each in found)

    def are_nested(self, resolver: Resolver, template: Template, id: str, file: Path) -> bool:
        """Tell whether a nested stack takes its template from where the file, and no other, is put.

        A stack without an address is none that CloudFormation takes, so any file will do.
        """
        properties = template.section("Resources")[id].get("Properties")
        if not isinstance(properties, dict) or "TemplateURL" not in properties:
            return True
        url = resolver.text(template, properties["TemplateURL"])
        return any(
            self.are_at(address, file)
            and resolver.text(template, {"Fn::Sub": f"{_HTTPS}/{address}"}) == url
            for address in self._of.get(file.resolve(), ())
        )


def _same(file: Path, other: Path | None) -> bool:
    if other is None or other == file:
        return other is not None
    try:
        return read_text(other) == read_text(file)
    except (FileError, OSError):
        return False


def _objects(section: object) -> Iterator[Mapping[str, Any]]:
    values = section.values() if isinstance(section, dict) else ()
    return (value for value in values if isinstance(value, dict))
