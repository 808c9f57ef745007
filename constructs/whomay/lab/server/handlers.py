"""How a correction is put about MiniStack: about a service's handler, or its idea of a resource."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.request import ApiRequest

Inner: TypeAlias = Callable[[ApiRequest], Awaitable[Response]]


def correct(service: str, handle: Callable[[ApiRequest, Inner], Awaitable[Response]]) -> None:
    """Have a function answer a service's requests; it gets MiniStack's own handler to ask.

    What the server asks of itself, as `internal`, goes past it.
    """

    def corrected(inner: Any) -> Any:
        async def handle_request(
            method: str,
            path: str,
            headers: dict[str, str],
            body: bytes,
            query_params: dict[str, list[str]],
            *rest: Any,
            **more: Any,
        ) -> Response:
            async def ask(request: ApiRequest) -> Response:
                answer: Response = await inner(
                    request.method,
                    request.path,
                    request.headers,
                    request.body,
                    request.query,
                    *rest,
                    **more,
                )
                return answer

            request = ApiRequest(method, path, headers, body, query_params)
            return await (ask(request) if more.get("internal") else handle(request, ask))

        return handle_request

    internals.replace(f"services.{service}", "handle_request", corrected)


def correct_resource(service: str, resource: Callable[[ApiRequest, str, str, str], str]) -> None:
    """Have a function tell what a service's policies are asked about.

    It gets the request, account and Region, and the ARN that MiniStack would ask about.
    """

    def corrected(inner: Callable[..., str]) -> Callable[..., str]:
        def extract_resource_arn(  # noqa: PLR0917 - MiniStack's own signature
            asked: str,
            method: str,
            path: str,
            headers: dict[str, str],
            body: bytes,
            query_params: dict[str, list[str]],
            region: str,
            account_id: str,
        ) -> str:
            found = inner(asked, method, path, headers, body, query_params, region, account_id)
            if asked != service:
                return found
            request = ApiRequest(method, path, headers, body, query_params)
            return resource(request, account_id, region, found)

        return extract_resource_arn

    internals.replace("core.iam_actions", "extract_resource_arn", corrected)
