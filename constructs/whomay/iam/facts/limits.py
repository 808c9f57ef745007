"""AWS's limits and the shapes of its names, as constants. A test compares them with botocore's models.

Sources: the IAM quotas page (IAM User Guide, "IAM and AWS STS quotas"), the API models of IAM, STS
and Organizations, the S3 User Guide's bucket naming rules and object keys.
"""

import re
from typing import Final

# Names. `\w` alone would admit every letter of Unicode.
NAME: Final = re.compile(r"[\w+=,.@-]+", re.ASCII)
ROLE_NAME_LENGTH: Final = 64
USER_NAME_LENGTH: Final = 64
GROUP_NAME_LENGTH: Final = 128
POLICY_NAME_LENGTH: Final = 128
INSTANCE_PROFILE_NAME_LENGTH: Final = 128
# A path is AWS's own shape, and each part of it is a plain name: `/a/../b/` is no path.
PATH: Final = re.compile(r"/|(?:/[\x21-\x2e\x30-\x7e]+)+/")
PATH_LENGTH: Final = 512
DESCRIPTION: Final = re.compile(r"[\t\n\r\x20-\x7E\xA1-\xFF]*")
DESCRIPTION_LENGTH: Final = 1000
SID: Final = re.compile(r"[A-Za-z0-9]+")
# The characters of a policy document: the API's own shape of it (policyDocumentType).
POLICY_TEXT: Final = re.compile(r"[\t\n\r\x20-\xFF]+")

# Condition keys: the prefix of a service, of an identity provider or `aws`, and a name, which may
# hold a tag's key.
CONDITION_KEY: Final = re.compile(r"[A-Za-z0-9][\w./-]*:[\w.:/=+@${}-]+(?: [\w.:/=+@-]+)*")

# Who: accounts, organizations, external ids.
ACCOUNT_ID: Final = re.compile(r"[0-9]{12}")
ORGANIZATION_ID: Final = re.compile(r"o-[a-z0-9]{10,32}")
ORGANIZATION_PATH: Final = re.compile(r"o-[a-z0-9]{10,32}/.*")
# A root counts as a unit: what is rolled out to it reaches every account but the management account.
ORGANIZATIONAL_UNIT_ID: Final = re.compile(r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32}")
# Characters of an organization policy, how many of them one level has, and how deep units nest
# (Organizations User Guide, "Quotas for AWS Organizations").
SERVICE_CONTROL_POLICY_SIZE: Final = 10_240
SERVICE_CONTROL_POLICIES: Final = 10
RESOURCE_CONTROL_POLICY_SIZE: Final = 5120
RESOURCE_CONTROL_POLICIES: Final = 5  # RCPFullAWSAccess is one of them
UNITS_DEEP: Final = 5
EXTERNAL_ID: Final = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
EXTERNAL_ID_LENGTH: Final = (2, 1224)
PARTITIONS: Final = frozenset(
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"]
)
REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d")

# How long, in seconds.
MAX_SESSION_SECONDS: Final = (3600, 43200)
# A role's session that assumes a further role (IAM User Guide, "Terms and concepts for IAM roles").
CHAINED_SESSION_SECONDS: Final = 3600
MFA_AGE_SECONDS: Final = (900, 129600)

# How much: characters of policy documents, white space not counted.
INLINE_POLICIES_SIZE: Final = {"role": 10240, "user": 2048, "group": 5120}
TRUST_POLICY_SIZE: Final = 2048
MANAGED_POLICY_SIZE: Final = 6144
BUCKET_POLICY_SIZE: Final = 20 * 1024
KEY_POLICY_SIZE: Final = 32 * 1024
SECRET_POLICY_SIZE: Final = 20 * 1024
REPOSITORY_POLICY_SIZE: Final = 10 * 1024
ENDPOINT_POLICY_SIZE: Final = 20 * 1024
FUNCTION_POLICY_SIZE: Final = 20 * 1024
QUEUE_POLICY_SIZE: Final = 8192
QUEUE_POLICY_COUNTS: Final = {
    "statements": 20,
    "actions in a statement": 7,
    "principals in a statement": 50,
    "conditions in a statement": 10,
}
TOPIC_POLICY_SIZE: Final = 30 * 1024
TOPIC_POLICY_COUNTS: Final = {"statements": 100, "principals in a statement": 200}
COUNTS: Final = {"managed policies": 10, "groups": 10, "access keys": 2}
TAGS: Final = 50
TAG_KEY: Final = re.compile(r"(?!aws:)[\w\s.:/=+@-]{1,128}", re.IGNORECASE)
TAG_VALUE: Final = re.compile(r"[\w\s.:/=+@-]{0,256}")
# The Switch Role page of the console takes a role's path and name together up to this length.
SWITCH_ROLE_LENGTH: Final = 64

# Stacks and StackSets.
STACK_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
QUALIFIER: Final = re.compile(r"[A-Za-z0-9_-]+")
INLINE_TEMPLATE_BYTES: Final = 51_200

# Buckets and objects.
BUCKET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
BUCKET_NAME_LENGTH: Final = (3, 63)
BUCKET_NAME_RESERVED: Final = re.compile(
    r"(?:xn--|sthree-|amzn-s3-demo-).*"
    r"|.*(?:-s3alias|--ols?-s3|\.mrap|--x-s3|--table-s3)"
    r"|(?!.*-\d{12}-[a-z0-9-]+-\d-an$).*-an"  # the account's own namespace: NAME-ACCOUNT-REGION-an
    r"|.*\.\..*"
    r"|(?:\d{1,3}\.){3}\d{1,3}"
)
OBJECT_KEY_BYTES: Final = 1024

# EC2 takes 16 KB of user data (EC2 User Guide, "Run commands when you launch an EC2 instance"), of
# which a kilobyte is the script around the CLI's configuration.
CLI_CONFIG_BYTES: Final = 15 * 1024

# What a VPC endpoint's name ends in.
ENDPOINT: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")

# A long-lived key is replaced by raising this number.
ACCESS_KEY_SERIALS: Final = (0, 2**31 - 1)
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
SESSION_NAME_LENGTH: Final = (2, 64)
