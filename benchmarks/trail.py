"""How fast `whomay trail` reads, and how much memory it needs, on a generated trail.

    python benchmarks/trail.py            # 1000 MB of JSON
    python benchmarks/trail.py 100        # less of it

Each question is asked twice, of a tenth of the trail and of all of it, in a process of its own.
Flat memory shows as the same peak in both rows. MB/s is JSON read for each second of one core.
"""

import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FILE_MEGABYTES = 50  # of JSON: CloudTrail's own files are smaller, these are the hard case
CALLS = ("s3:GetObject", "s3:PutObject", "kms:Decrypt", "ec2:DescribeInstances", "iam:ListUsers")
QUESTIONS = (("who-assumed",), ("denied",), ("used-by", "Role7"))


def record(number: int) -> dict[str, object]:
    """Return a data event of ordinary size, 1.7 kB; each twentieth is refused."""
    role, person = f"Role{number % 40}", f"person{number % 50}"
    service, event = CALLS[number % len(CALLS)].split(":")
    if number % 100 == 0:
        service, event = "sts", "AssumeRole"
    issuer = {
        "type": "Role",
        "principalId": f"AROAEXAMPLE{role}",
        "arn": f"arn:aws:iam::111111111111:role/{role}",
        "accountId": "111111111111",
        "userName": role,
    }
    attributes = {"creationDate": "2026-11-01T00:00:00Z", "mfaAuthenticated": "false"}
    key = f"incoming/2026/11/{number}.csv"
    refused = {
        "errorCode": "AccessDenied",
        "errorMessage": f"User: {person} is not authorized to perform: {service}:{event}",
    }
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROAEXAMPLE{role}:{person}",
            "arn": f"arn:aws:sts::111111111111:assumed-role/{role}/{person}",
            "accountId": "111111111111",
            "accessKeyId": f"ASIAEXAMPLE{number:08}",
            "sessionContext": {"sessionIssuer": issuer, "attributes": attributes},
        },
        "eventTime": f"2026-11-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": event,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "[aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.1.0 lang/python#3.13.7]",
        **(refused if number % 20 == 0 else {}),
        "requestParameters": {
            "bucketName": "shared",
            "Host": "shared.s3.us-east-1.amazonaws.com",
            "key": key,
            "roleArn": issuer["arn"],
            "roleSessionName": person,
        },
        "responseElements": None,
        "additionalEventData": {
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "AuthenticationMethod": "AuthHeader",
            "bytesTransferredIn": 0,
            "bytesTransferredOut": number,
        },
        "requestID": f"9d478fc1-4f10-490f-a26b-{number:012}",
        "eventID": f"eae87c48-d421-4626-94f5-{number:012}",
        "readOnly": True,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::shared/{key}"},
            {
                "accountId": "111111111111",
                "type": "AWS::S3::Bucket",
                "ARN": "arn:aws:s3:::shared",
            },
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": "111111111111",
        "eventCategory": "Data",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "shared.s3.us-east-1.amazonaws.com",
        },
    }


def generate(folder: Path, megabytes: int) -> list[Path]:
    """Write a trail of that much JSON, and return its files."""
    numbers = itertools.count()
    return [write(folder, part, numbers) for part in range(max(1, megabytes // FILE_MEGABYTES))]


def write(folder: Path, part: int, numbers: Iterator[int]) -> Path:
    """Write one file, as CloudTrail does: one line of gzipped JSON."""
    file = folder / f"111111111111_CloudTrail_us-east-1_{part:04}.json.gz"
    left = FILE_MEGABYTES * 1_000_000
    with gzip.open(file, "wb", compresslevel=1) as out:
        out.write(b'{"Records":[')
        while left > 0:
            number = next(numbers)
            text = json.dumps(record(number), separators=(",", ":")).encode()
            left -= out.write(text if left == FILE_MEGABYTES * 1_000_000 else b"," + text)
        out.write(b"]}")
    return file


def measure(question: tuple[str, ...], files: list[Path]) -> None:
    """Ask in a child process, and print what it took."""
    command = [
        sys.executable,
        "-c",
        "from whomay.cli import main; main()",
        "trail",
        *question,
        *map(str, files),
    ]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    size = len(files) * FILE_MEGABYTES
    seconds = used.ru_utime + used.ru_stime
    print(
        f"{question[0]:12} {size:6} MB {seconds:7.1f} s {size / seconds:6.0f} MB/s "
        f"{used.ru_maxrss / 1024:6.0f} MiB peak  exit {child.returncode}"
    )


def main() -> None:
    """Generate, measure, print."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        files = generate(Path(folder), megabytes)
        for question in QUESTIONS:
            for some in (files[: max(1, len(files) // 10)], files):
                measure(question, some)


if __name__ == "__main__":
    main()
