"""What the Web API refuses, each with its status, its code and its words.

Microsoft Learn, "Web service error codes", "Compose HTTP requests and handle errors", "Service protection API limits".
"""

from __future__ import annotations


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def bad_query(message: str) -> Refused:
    return Refused(400, "0x80060888", message)


def bad_payload(message: str) -> Refused:
    said = "Error identified in Payload provided by the user for Entity :'', For more information on this error please"
    return Refused(
        400,
        "0x80048d19",
        f"{said} follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ----> InnerException :"
        f" Microsoft.OData.ODataException: {message}",
    )


def undeclared(name: str) -> Refused:
    return bad_payload(
        f"An undeclared property '{name}' which only has property annotations in the payload but no property value was"
        " found in the payload. In OData, only declared navigation properties and declared named streams can be"
        " represented as properties without values."
    )


def unknown_property(name: str, table: str) -> Refused:
    return bad_query(f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'.")


def unknown_segment(name: str) -> Refused:
    return Refused(404, "0x8006088a", f"Resource not found for the segment '{name}'.")


def no_such_row(table: str, row: str) -> Refused:
    return Refused(404, "0x80040217", f"{table} With Id = {row} Does Not Exist")


def no_such_key(table: str) -> Refused:
    return Refused(404, "0x80060891", f"A record with the specified key values does not exist in {table} entity")


def not_a_key(table: str) -> Refused:
    return bad_query(
        f"The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.{table}'. Ensure that the names"
        " and number of key properties match the declared or alternate key properties for the resource"
        f" 'Microsoft.Dynamics.CRM.{table}'."
    )


def key_taken(key: str, column: str) -> Refused:
    return Refused(
        412,
        "0x80060892",
        f"Entity Key {key} violated. A record with the same value for {column} already exists. A duplicate record"
        " cannot be created. Select one or more unique values and try again.",
    )


def id_taken() -> Refused:
    return Refused(412, "0x80040237", "Cannot insert duplicate key.")


def version_differs() -> Refused:
    return Refused(
        412,
        "0x80060882",
        "The version of the existing record doesn't match the RowVersion property provided.",
    )


def exists_already() -> Refused:
    return Refused(412, "0x80040237", "A record with matching key values already exists.")


def too_long(column: str, table: str, most: int) -> Refused:
    return Refused(
        400,
        "0x80044331",
        f"A validation error occurred. The length of the '{column}' attribute of the '{table}' entity exceeded the"
        f" maximum allowed length of '{most}'.",
    )


def out_of_range(column: str, *, is_money: bool) -> Refused:
    return Refused(
        400,
        "0x80044330" if is_money else "0x8004432f",
        f"A validation error occurred. The value of '{column}' on record of type is outside the valid range.",
    )


def not_a_choice(value: object, column: str, table: str) -> Refused:
    return Refused(
        400,
        "0x8004431a",
        f"A validation error occurred. The value {value} of '{column}' on record of type '{table}' is outside the valid"
        " range. Accepted Values: see the choices of the column.",
    )


def wrong_reason(reason: int, state: str, table: str) -> Refused:
    return Refused(400, "0x80048408", f"{reason} is not a valid status code for state code {state} on {table}.")


def missing_right(privilege: str, user: str) -> Refused:
    return Refused(
        403,
        "0x80040220",
        f"Principal user (Id={user}, type=8) is missing {privilege} privilege.",
    )


def restricted(table: str) -> Refused:
    return Refused(
        405,
        "0x80040227",
        f"The object you tried to delete is associated with another object and cannot be deleted. ({table})",
    )


def stopped(words: str) -> Refused:
    """A plug-in of the environment says no."""
    return Refused(400, "0x80040265", words)


def stale_token() -> Refused:
    return Refused(400, "", "Version stamp associated with the client has expired. Please perform a full sync.")


def untracked(table: str) -> Refused:
    return bad_query(f"Change tracking is not enabled for the entity '{table}'.")


def not_with_tracking(option: str) -> Refused:
    return bad_query(f'The "{option}" query parameter isn\'t supported when Change Tracking is enabled.')
