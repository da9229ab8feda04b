"""The security headers of the portal's responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracemark_groundtruth.rendering.browser_scripts import SCRIPTS_PATH
from tracemark_groundtruth.rendering.crowd_elements import CrowdElements
from tracemark_groundtruth.rendering.grants import OBJECTS_PATH

AWS_ELEMENTS_ORIGIN = "https://assets.crowd.aws"

# Without allow-same-origin a template cannot reach the session; pop-ups inherit the sandbox; confirm() needs modals.
SANDBOX = "allow-scripts allow-forms allow-modals allow-popups allow-downloads"

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    # With no-referrer a browser would send its forms with the origin "null", like the frame of a task.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

PAGE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            # Applies to every address that the task's frame navigates to, not only to the first.
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    ),
}

# A stored object is shown or saved, never executed, even when it is opened on its own.
OBJECT = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox"
    ),
    # The frame of a task has an opaque origin: to read objects it needs both.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # A signal view reads parts of a file and must see which part it was given.
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
}

# What a browser asks before it sends a range that counts from the end of a file.
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range",
    "Access-Control-Max-Age": "86400",
}

ASSET = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}


def frame_headers(origin: str, elements: CrowdElements, sources: Sequence[str]) -> Mapping[str, str]:
    """Return the headers of a task's frame: the sandbox, and what a template may load.

    `origin` is the portal's own (`http://127.0.0.1:8000`), `sources` are further origins that the operator allows.
    """
    allowed = " ".join([*sources, *([AWS_ELEMENTS_ORIGIN] if elements is CrowdElements.AWS else [])])
    objects = f"{origin}{OBJECTS_PATH}"
    policy = (
        f"sandbox {SANDBOX}",
        "default-src 'none'",
        f"script-src 'unsafe-inline' {origin}{SCRIPTS_PATH}/ {allowed}",
        f"style-src 'unsafe-inline' {allowed}",
        f"font-src data: {allowed}",
        f"img-src data: blob: {objects} {allowed}",
        f"media-src data: blob: {objects} {allowed}",
        f"connect-src {objects} {allowed}",
        f"frame-src {objects} {allowed}",
        "form-action 'none'",
        "base-uri 'none'",
        "webrtc 'block'",
        f"frame-ancestors {origin}",
    )
    return {"Cache-Control": "no-store", "Content-Security-Policy": "; ".join(part.strip() for part in policy)}
