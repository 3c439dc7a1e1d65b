"""TLS by the certificates of the operating system, plus one file of an account's own."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import truststore
from requests.adapters import HTTPAdapter

from crmdesk.errors import UserError

if TYPE_CHECKING:
    import requests


class SystemTrust(HTTPAdapter):
    """An https transport that always verifies, whatever the environment or a caller says about verification."""

    def __init__(self, ca_file: str = "") -> None:
        self._context = _context(ca_file)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class has it
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as the base class has it
        return super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ANN401
        cert: Any = None,  # noqa: ANN401 - as the base class has it
    ) -> Any:  # noqa: ANN401
        host, _ = super().build_connection_pool_key_attributes(request, verify=True)
        return host, {}

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:  # noqa: ANN401
        """Nothing to set: the context verifies, and no bundle of requests may widen it."""


def _context(ca_file: str) -> ssl.SSLContext:
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise UserError(
                f"The certificate file {ca_file} cannot be used.",
                hint="Name a readable file with certificates in PEM form.",
                place="ca_file",
            ) from error
    return context
