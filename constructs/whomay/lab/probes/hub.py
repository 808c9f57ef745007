"""The hub and its two spokes: who may work where, with the profiles that whomay has written."""

from functools import partial
from typing import Final

from whomay.lab.deploy import HUB_STACK
from whomay.lab.probe import IDENTITY, Probe, command, denied

probe = partial(Probe, HUB_STACK)

ASSUME: Final = "sts assume-role --role-session-name probe --role-arn"
WITH_CODE: Final = "--serial-number $alice_serial --token-code"

# Each of a person's first two calls asks for a code: AWS takes no code twice.
DEV: Final = command(
    "alice", f"aws --profile $dev_writer_profile {IDENTITY}", stdin="$alice_code\n"
)
PROD: Final = command(
    "alice", f"aws --profile $prod_reader_profile {IDENTITY}", stdin="$alice_code\n"
)
BOB: Final = command("bob", f"aws --profile $dev_reader_profile {IDENTITY}", stdin="$bob_code\n")
UPLOAD: Final = command(
    "alice", "aws --profile $dev_writer_profile s3 cp $report s3://$dev_bucket/$run/report.csv"
)
LIST: Final = command(
    "alice", "aws --profile $prod_reader_profile s3api list-objects-v2 --bucket $prod_bucket"
)

PROBES: Final = (
    probe(
        "assume Writer in dev, typing the code",
        DEV,
        shows="arn:aws:sts::$dev_account:assumed-role/Writer/alice",
    ),
    probe("upload there", UPLOAD, control=DEV),
    probe(
        "assume Writer in dev without a code",
        command("alice", f"aws --profile alice {ASSUME} $dev_writer"),
        denied("AssumeRole"),
        control=DEV,
    ),
    probe(
        "assume it with a wrong code",
        command("alice", f"aws --profile alice {ASSUME} $dev_writer {WITH_CODE} $alice_wrong_code"),
        denied("AssumeRole"),
        control=DEV,
    ),
    probe(
        "assume Reader in prod, typing the code",
        PROD,
        control=DEV,  # so that the codes are typed one after the other
        shows="arn:aws:sts::$prod_account:assumed-role/Reader/alice",
    ),
    probe("list the bucket of prod", LIST, control=PROD),
    probe(
        "upload into it as Reader",
        command(
            "alice",
            "aws --profile $prod_reader_profile s3 cp $report s3://$prod_bucket/$run/report.csv",
        ),
        denied("PutObject"),
        control=LIST,
    ),
    probe(
        "assume prod's Reader from dev (chaining)",
        command("alice", f"aws --profile $dev_writer_profile {ASSUME} $prod_reader"),
        denied("AssumeRole"),
        control=PROD,
    ),
    probe(
        "list the bucket of prod from dev",
        command(
            "alice", "aws --profile $dev_writer_profile s3api list-objects-v2 --bucket $prod_bucket"
        ),
        denied("ListObjectsV2"),
        control=LIST,
    ),
    probe(
        "read a bucket of the hub from dev",
        command(
            "alice",
            "aws --profile $dev_writer_profile s3api get-object --bucket $user_bucket"
            " --key $run/seed.csv /dev/null",
        ),
        denied("GetObject"),
        control=UPLOAD,
    ),
    probe(
        "work without assuming a role",
        command("alice", "aws --profile alice s3api list-objects-v2 --bucket $dev_bucket"),
        denied("ListObjectsV2"),
        control=UPLOAD,
    ),
    probe(
        "assume Reader in dev, typing the code",
        BOB,
        shows="arn:aws:sts::$dev_account:assumed-role/Reader/bob",
    ),
    probe(
        "assume Writer there, with a code but not in its group",
        command(
            "bob",
            f"aws --profile bob {ASSUME} $dev_writer --serial-number $bob_serial"
            " --token-code $bob_code",
        ),
        denied("AssumeRole"),
        control=BOB,
    ),
    probe(
        "assume Writer in dev as the hub's administrator",
        command("admin", f"aws {ASSUME} $dev_writer"),
        denied("AssumeRole"),
        control=DEV,
    ),
    probe(
        "assume Writer in dev from another spoke",
        command("prod-admin", f"aws {ASSUME} $dev_writer"),
        denied("AssumeRole"),
        control=DEV,
    ),
    probe(
        "assume a role of the hub",
        command("dev-admin", f"aws {ASSUME} $hub_lookup_role"),
        denied("AssumeRole"),
        control=command("admin", f"aws {ASSUME} $hub_lookup_role"),
    ),
)
