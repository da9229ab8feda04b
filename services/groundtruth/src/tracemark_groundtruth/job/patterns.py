"""The names and ARNs of a job, each as a regular expression and in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracemark.document import Node

MAX_JOB_NAME = 63
MAX_TEAM_NAME = 63
MAX_ATTRIBUTE_NAME = 127
MAX_KEYWORD = 30
MAX_ARN = 2_048


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression for a whole text, and the same in words."""

    regex: re.Pattern[str]
    words: str
    most: int

    def read(self, node: Node) -> str:
        """Return the text of `node`.

        Raises:
            InvalidDocument: it is no string, too long, or does not match.
        """
        text = node.text()
        if len(text) > self.most or not self.regex.fullmatch(text):
            node.refuse(f"{self.words}, at most {self.most:,} characters")
        return text


def _pattern(regex: str, words: str, most: int) -> Pattern:
    return Pattern(re.compile(regex, re.ASCII), words, most)


_NAME = r"[a-zA-Z0-9](?:-*[a-zA-Z0-9])*"
_NAME_WORDS = "letters and digits, with hyphens only between them"
JOB_NAME = _pattern(_NAME, _NAME_WORDS, MAX_JOB_NAME)
TEAM_NAME = _pattern(_NAME, _NAME_WORDS, MAX_TEAM_NAME)
ATTRIBUTE_NAME = _pattern(_NAME, _NAME_WORDS, MAX_ATTRIBUTE_NAME)
KEYWORD = _pattern(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*", "words of letters and digits, one space between", MAX_KEYWORD)
ROLE = _pattern(
    r"arn:aws[a-z-]*:iam::[0-9]{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+", "arn:aws:iam::<12 digits>:role/<name>", MAX_ARN
)
WORKTEAM = _pattern(
    r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:workteam/.*",
    "arn:aws:sagemaker:<region>:<12 digits>:workteam/private-crowd/<name>",
    256,
)
LAMBDA_ARN = _pattern(
    r"arn:aws[a-z-]*:lambda:[a-z0-9-]*:[0-9]{12}:function:.*",
    "arn:aws:lambda:<region>:<12 digits>:function:<name>",
    MAX_ARN,
)
TOPIC_ARN = _pattern(
    r"arn:aws[a-z-]*:sns:[a-z0-9-]*:[0-9]{12}:[a-zA-Z0-9_.-]+", "arn:aws:sns:<region>:<12 digits>:<name>", MAX_ARN
)
TAGGED_ARN = _pattern(
    r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+", "arn:aws:sagemaker:<region>:<12 digits>:<resource>", 256
)
