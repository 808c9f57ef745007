"""What was not checked, because its value is known at deployment only: recorded in the assembly."""

from aws_cdk import Annotations
from constructs import IConstruct

from whomay.metadata.records import UncheckedRecord, write
from whomay.metadata.tokens import unresolved


def record_unchecked(scope: IConstruct, **arguments: object) -> None:
    """Record in the assembly, and tell, which of these arguments hold a token."""
    for parameter, value in arguments.items():
        if unresolved(value):
            record_unchecked_value(scope, parameter)


def record_unchecked_value(scope: IConstruct, parameter: str) -> None:
    """Record in the assembly, and tell, that this was not checked."""
    scope.node.add_metadata(UncheckedRecord.KEY, write(UncheckedRecord(parameter)))
    text = f"{parameter} is known at deployment only, so it was not checked"
    Annotations.of(scope).add_info_v2(f"{UncheckedRecord.KEY}:{parameter}", text)
