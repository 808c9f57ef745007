"""What constructs tell the engine through the metadata of `cdk.out`."""

from typing import Final

STATEMENT: Final = "whomay:statement"
ACKNOWLEDGED: Final = "whomay:acknowledged"
BOUNDARY: Final = "whomay:boundary"  # the ARN of the boundary of all that is in there
UNCHECKED: Final = "whomay:unchecked"
