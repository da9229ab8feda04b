"""Start-up settings of the web pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracemark_groundtruth.rendering.crowd_elements import CrowdElements

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`secret` is 32 random bytes that outlive restarts: what signs cookies and links is derived from it.

    `hosts` are the values of the Host header that are answered, without a port. `secure_cookies` is for a service
    that workers reach by https. `buckets` are those whose objects a template may show, None allows all.
    `template_sources` are origins (`https://cdn.example.org`) from which a template may load scripts, styles and
    pictures; without any it loads nothing from another host.
    """

    secret: bytes = field(repr=False)
    hosts: tuple[str, ...] = LOOPBACK_HOSTS
    crowd_elements: CrowdElements = CrowdElements.OWN
    secure_cookies: bool = False
    buckets: frozenset[str] | None = None
    template_sources: tuple[str, ...] = ()
